// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/plan.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "engine/split_mix64.hpp"
#include "engine/trailer.hpp"

namespace backtalk::fuzz {
namespace {

// Removes the trailer from the stream. Returns it without the mark and the line end.
std::string_view take_trailer(std::string_view& stream) {
  std::string_view trailer = trailer_of(stream);
  stream.remove_suffix(trailer.size());
  trailer.remove_prefix(std::min(kTrailerMark.size(), trailer.size()));
  if (trailer.ends_with('\n')) trailer.remove_suffix(1);
  if (trailer.ends_with('\r')) trailer.remove_suffix(1);
  return trailer;
}

// Copies whole words: under a sanitizer, memcpy with a variable size is a function call that costs
// more than the copy.
std::uint64_t hash(std::string_view bytes) {
  std::uint64_t state = 0xCBF29CE484222325U ^ bytes.size();
  const auto mix = [&state](std::uint64_t word) {
    state = (state ^ word) * 0x9FB21C651E98DF25U;
    state ^= state >> 29U;
  };
  std::uint64_t word = 0;
  for (; bytes.size() >= sizeof word; bytes.remove_prefix(sizeof word)) {
    std::memcpy(&word, bytes.data(), sizeof word);
    mix(word);
  }
  word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  if (!bytes.empty()) mix(word);
  return SplitMix64(state).next();
}

template <class Take>
void for_each_part(std::string_view text, char separator, Take take) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::uint64_t number_of(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// Makes one cut in half of the cases. Many cuts are inside a line end or right after it.
void derive_cuts(std::string_view stream, SplitMix64& random, std::vector<std::size_t>& cuts) {
  if (stream.size() < 2) return;
  const std::size_t inner = stream.size() - 1;
  const std::size_t style = random.below(8);
  if (style == 0) {
    const std::size_t piece = 2 + random.below(std::min<std::size_t>(inner, 80));
    for (std::size_t at = piece; at <= inner; at += piece) cuts.push_back(at);
    return;
  }
  for (std::size_t count = style < 4 ? 2 + random.below(3) : 1; count > 0; --count) {
    std::size_t at = 1 + random.below(inner);
    if (random.one_in(2)) {
      const std::size_t line_end = stream.find('\n', at);
      if (line_end != std::string_view::npos) at = line_end + random.below(2);
    }
    if (at > 0 && at <= inner) cuts.push_back(at);
  }
}

void tidy(std::vector<std::size_t>& cuts, std::size_t size) {
  std::erase_if(cuts, [size](std::size_t at) { return at == 0 || at >= size; });
  std::ranges::sort(cuts);
  cuts.erase(std::ranges::unique(cuts).begin(), cuts.end());
}

void derive_settings(const Target& target, SplitMix64& random, Settings& settings) {
  const std::uint64_t bits = random.next();
  settings = {};
  if (random.one_in(8)) settings.tolerances = Tolerances{bits & target.tolerances.bits()};
  settings.small_limits = target.small_limits && random.one_in(8);
  settings.variant = static_cast<unsigned>(random.below(target.variants));
}

// If all cuts are outside the stream, which may be an excerpt of the one they were made for, the
// derived cuts are kept, so that the stream is still cut.
void obey_cuts(std::string_view value, Plan& plan) {
  std::vector<std::size_t> cuts;
  for_each_part(value, ',', [&](std::string_view at) { cuts.push_back(number_of(at)); });
  tidy(cuts, plan.stream.size());
  if (!cuts.empty() || value.empty()) plan.cuts = std::move(cuts);
}

void obey(std::string_view trailer, const Target& target, Plan& plan) {
  for_each_part(trailer, ' ', [&](std::string_view part) {
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view key = part.substr(0, equals);
    const std::string_view value = part.substr(std::min(equals + 1, part.size()));
    if (key == "cuts") {
      obey_cuts(value, plan);
    } else if (key == "tolerate") {
      Tolerances wanted;
      for_each_part(value, ',', [&](std::string_view name) {
        wanted = wanted | tolerate::by_name(name).value_or(Tolerances{});
      });
      plan.settings.tolerances = Tolerances{wanted.bits() & target.tolerances.bits()};
    } else if (key == "limits") {
      plan.settings.small_limits = target.small_limits && value == "small";
    } else if (key == "variant") {
      plan.settings.variant = static_cast<unsigned>(number_of(value) % target.variants);
    } else if (key == "thorough") {
      plan.thorough = value == "1";
    }
  });
}

}  // namespace

void make_plan(std::string_view input, const Target& target, Plan& plan) {
  plan.stream = input;
  const std::string_view trailer = take_trailer(plan.stream);
  if (says_unended(trailer) && !plan.stream.empty()) plan.stream.remove_suffix(1);
  plan.seed = hash(plan.stream);
  SplitMix64 random(plan.seed);
  plan.thorough.reset();
  plan.sampled = random.one_in(16);
  derive_settings(target, random, plan.settings);
  plan.cuts.clear();
  derive_cuts(plan.stream, random, plan.cuts);
  obey(trailer, target, plan);
  tidy(plan.cuts, plan.stream.size());
}

}  // namespace backtalk::fuzz
