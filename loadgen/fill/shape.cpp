// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "fill/shape.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "mailbox/generated.hpp"
#include "session/split_mix64.hpp"

namespace backtalk::fill {
namespace {

using session::SplitMix64;

constexpr double kRounding = 0.0005;
constexpr std::size_t kFolderOctetsMax = 100;
// Messages came over a year. Which one is the same for all runs, so that a seed alone decides.
constexpr std::int64_t kLastDate = 1'767'225'600;  // 1 January 2026
constexpr std::int64_t kYear = std::int64_t{365} * 24 * 3600;

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kFlags{{{"seen", "\\Seen"},
                                                                               {"answered", "\\Answered"},
                                                                               {"flagged", "\\Flagged"},
                                                                               {"deleted", "\\Deleted"},
                                                                               {"draft", "\\Draft"}}};

// From 0 to less than 1.
double draw_share(SplitMix64& random) {
  constexpr double kSteps = 0x1p53;
  constexpr unsigned kUnused = 11;
  return static_cast<double>(random.next() >> kUnused) / kSteps;
}

std::size_t draw_folder(const Shape& shape, SplitMix64& random) {
  double left = draw_share(random);
  for (std::size_t i = 0; i < shape.folders.size(); ++i) {
    left -= shape.folders[i].share;
    if (left < 0) return i;
  }
  return shape.folders.size() - 1;
}

// Each message comes somewhere in its own part of the year.
std::int64_t draw_date(const Shape& shape, std::uint64_t index, SplitMix64& random) {
  const double place =
      (static_cast<double>(index) + draw_share(random)) / static_cast<double>(shape.messages);
  return kLastDate - kYear + static_cast<std::int64_t>(place * static_cast<double>(kYear));
}

bool is_folder_name(std::string_view name) {
  const auto may_stand = [](char c) { return c >= ' ' && c < 0x7F && c != '"' && c != '\\'; };
  return !name.empty() && name.size() <= kFolderOctetsMax && std::ranges::all_of(name, may_stand);
}

}  // namespace

MadeMessage make_message(const Shape& shape, std::uint64_t user, std::uint64_t index) {
  // For numbers of up to 13 digits: the smallest message has room for a header with them.
  constexpr unsigned kShort = 21;
  SplitMix64 random(SplitMix64::nth(SplitMix64::nth(shape.seed, user), index));
  MadeMessage made;
  made.folder = draw_folder(shape, random);
  made.date = draw_date(shape, index, random);
  const std::uint64_t id = random.next();
  // Last come those of which other options have more or fewer, each from a number of its own, so
  // that none changes what another one draws.
  SplitMix64 of_flags(random.next());
  SplitMix64 of_sizes(random.next());
  for (const NamedShare& flag : shape.flags) {
    if (draw_share(of_flags) >= flag.share) continue;
    made.flags.append(made.flags.empty() ? "" : " ").append(flag.name);
  }
  made.text = mailbox::generate_message(id >> kShort, shape.sizes.draw(of_sizes), made.date);
  return made;
}

std::variant<std::vector<NamedShare>, std::string> read_folders(std::string_view text) {
  auto folders = read_named_shares(text);
  if (!folders)
    return "expected folders, with their shares if those are not equal, as INBOX:80%,Archive:15%,Sent:5%";
  for (const NamedShare& one : *folders) {
    if (!is_folder_name(one.name))
      return "the name of a folder is of up to 100 characters of ASCII, without quotes and backslashes";
  }
  const double all = std::transform_reduce(folders->begin(), folders->end(), 0.0, std::plus<>(),
                                           [](const NamedShare& one) { return one.share; });
  if (std::abs(all - 1) > kRounding) return "the shares of all folders add up to 100 %";
  return *std::move(folders);
}

std::variant<std::vector<NamedShare>, std::string> read_flags(std::string_view text) {
  constexpr std::string_view kExpected =
      "expected `none`, or flags (seen, answered, flagged, deleted, draft) with the share of messages that "
      "have them, as seen:70%,flagged:5%";
  if (text == "none") return std::vector<NamedShare>{};
  auto flags = read_named_shares(text);
  if (!flags || text.find(':') == std::string_view::npos) return std::string(kExpected);
  for (NamedShare& one : *flags) {
    const auto* const known =
        std::ranges::find_if(kFlags, [&one](const auto& flag) { return flag.first == one.name; });
    if (known == kFlags.end()) return std::string(kExpected);
    one.name = known->second;
  }
  return *std::move(flags);
}

}  // namespace backtalk::fill
