// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "fill/sizes.hpp"

#include <algorithm>
#include <optional>

#include "mailbox/generated.hpp"
#include "script/message_sizes.hpp"
#include "text/whole_number.hpp"

namespace backtalk::fill {
namespace {

using session::ThinkTime;

constexpr std::string_view kTo = "..";
constexpr std::string_view kExponential = "exp:";
constexpr std::string_view kNormal = "normal:";

std::optional<std::uint64_t> read_octets(std::string_view text) {
  const auto octets = text::read_whole_number(text);
  return octets && *octets <= kOctetsMax ? octets : std::nullopt;
}

// That a message can have. Of a distribution only what is drawn has to be, and is made so.
bool can_be(std::uint64_t octets) {
  return octets >= mailbox::kGeneratedOctetsMin && octets <= kOctetsMax;
}

std::optional<ThinkTime> read_distribution(std::string_view text) {
  if (text.starts_with(kExponential)) {
    const auto mean = read_octets(text.substr(kExponential.size()));
    return mean ? std::optional(ThinkTime::exponential(*mean)) : std::nullopt;
  }
  if (text.starts_with(kNormal)) {
    text.remove_prefix(kNormal.size());
    const std::size_t colon = std::min(text.find(':'), text.size());
    const auto mean = read_octets(text.substr(0, colon));
    const auto deviation = read_octets(text.substr(std::min(colon + 1, text.size())));
    return mean && deviation ? std::optional(ThinkTime::normal(*mean, *deviation)) : std::nullopt;
  }
  if (const std::size_t to = text.find(kTo); to != std::string_view::npos) {
    const auto low = read_octets(text.substr(0, to));
    const auto high = read_octets(text.substr(to + kTo.size()));
    return low && high && can_be(*low) && *low <= *high ? std::optional(ThinkTime::uniform(*low, *high))
                                                        : std::nullopt;
  }
  const auto octets = read_octets(text);
  return octets && can_be(*octets) ? std::optional(ThinkTime::constant(*octets)) : std::nullopt;
}

}  // namespace

std::variant<Sizes, std::string> Sizes::read(std::string_view text) {
  constexpr std::string_view kExpected =
      "expected octets, from 320 to 33554432, as 4096, 1000..50000, exp:20000, normal:20000:5000 or "
      "1000:90%,100000:10%";
  Sizes sizes(0);
  if (text.find('%') == std::string_view::npos) {
    const auto drawn = read_distribution(text);
    if (!drawn) return std::string(kExpected);
    sizes.drawn_ = *drawn;
    return sizes;
  }
  auto shares = script::read_message_sizes(text);
  if (std::holds_alternative<std::string>(shares)) return std::string(kExpected);
  sizes.shares_ = std::get<std::vector<session::SizeShare>>(std::move(shares));
  const bool fit = std::ranges::all_of(sizes.shares_, [](const auto& one) { return can_be(one.octets); });
  if (!fit) return std::string(kExpected);
  return sizes;
}

std::uint64_t Sizes::draw(session::SplitMix64& random) const {
  std::uint64_t octets = 0;
  if (shares_.empty()) {
    octets = drawn_.draw(random);
  } else {
    constexpr double kSteps = 0x1p53;
    constexpr unsigned kUnused = 11;
    double left = static_cast<double>(random.next() >> kUnused) / kSteps;
    const auto chosen = std::ranges::find_if(shares_, [&left](const session::SizeShare& one) {
      left -= one.share;
      return left < 0;
    });
    octets = chosen == shares_.end() ? shares_.back().octets : chosen->octets;
  }
  return std::clamp<std::uint64_t>(octets, mailbox::kGeneratedOctetsMin, kOctetsMax);
}

}  // namespace backtalk::fill
