// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/disagreement.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "backtalk/fuzz/report_items.hpp"

namespace backtalk::fuzz {
namespace {

constexpr std::string_view kMore = "more";
constexpr std::string_view kAccepts = "accepts";
constexpr std::string_view kEnd = "end of stream";

// Steps through the items of one report.
class Reading {
 public:
  explicit Reading(const Report& report) : report_(report), items_(items_of(report)) {}

  [[nodiscard]] const Item* item() const { return at_ < items_.size() ? &items_[at_] : nullptr; }
  [[nodiscard]] bool refuses() const { return item() == nullptr && report_.refused(); }

  // True if only a head precedes the error: the parser reported it before it checked its fields.
  [[nodiscard]] bool refuses_head() const {
    return report_.refused() && says() == "message" &&
           std::none_of(items_.begin() + static_cast<std::ptrdiff_t>(at_) + 1, items_.end(),
                        [](const Item& next) {
                          return next.kind == ItemKind::event || next.kind == ItemKind::octets;
                        });
  }

  // An error can occur inside a message, so it does not matter how far the other report has got.
  [[nodiscard]] bool goes_on() const {
    const std::string_view said = says();
    return item() != nullptr && (said == "message" || said == "octets" || said == "end");
  }

  void step() {
    if (items_[at_].kind == ItemKind::event) event_ = items_[at_].text;
    ++at_;
  }

  [[nodiscard]] std::string_view says() const {
    if (item() == nullptr) return report_.refused() ? report_.error() : kEnd;
    switch (item()->kind) {
      case ItemKind::event:
        if (item()->text == "ended inside") return kMore;
        if (item()->text == "ended between") return kEnd;
        return item()->text;
      case ItemKind::octets: return "octets";
      case ItemKind::text:
      case ItemKind::number: break;
    }
    return event_;
  }

 private:
  const Report& report_;
  std::vector<Item> items_;
  std::size_t at_ = 0;
  std::string_view event_;
};

bool same(const Item& a, const Item& b) {
  return a.kind == b.kind && a.text == b.text && a.number == b.number;
}

// If one report has less of a body than the other, what it has next is what counts.
void step_shorter(Reading& a, Reading& b) {
  if (a.item()->kind != ItemKind::octets || b.item()->kind != ItemKind::octets) return;
  if (b.item()->text.starts_with(a.item()->text)) {
    a.step();
  } else if (a.item()->text.starts_with(b.item()->text)) {
    b.step();
  }
}

}  // namespace

std::optional<Disagreement> first_disagreement(const Report& expected, const Report& got) {
  Reading ours(expected);
  Reading theirs(got);
  while (ours.item() != nullptr && theirs.item() != nullptr && same(*ours.item(), *theirs.item())) {
    ours.step();
    theirs.step();
  }
  if (ours.item() != nullptr && theirs.item() != nullptr) step_shorter(ours, theirs);
  const bool undecided =
      (ours.refuses() || ours.says() == kMore) && (theirs.refuses() || theirs.says() == kMore);
  if (ours.refuses() && theirs.refuses_head()) return std::nullopt;
  if (undecided || (ours.says() == kEnd && theirs.says() == kEnd)) return std::nullopt;
  if (ours.refuses() && theirs.goes_on()) {
    return Disagreement{.expected = ours.says(), .got = kAccepts};
  }
  return Disagreement{.expected = ours.says(), .got = theirs.says()};
}

bool is_among(std::string_view word, std::string_view words) {
  for (;;) {
    const std::size_t end = words.find('|');
    if (words.substr(0, end) == word) return true;
    if (end == std::string_view::npos) return false;
    words.remove_prefix(end + 1);
  }
}

const Difference* find_difference(std::span<const Difference> known, const Disagreement& disagreement) {
  const auto row_of = [&](std::string_view expected, std::string_view got) -> const Difference* {
    const auto row = std::ranges::find_if(known, [&](const Difference& difference) {
      return is_among(expected, difference.expected) && is_among(got, difference.got);
    });
    return row == known.end() ? nullptr : &*row;
  };
  if (const Difference* row = row_of(disagreement.expected, disagreement.got)) return row;
  if (const Difference* row = row_of(disagreement.expected, "*")) return row;
  if (const Difference* row = row_of("*", disagreement.got)) return row;
  return row_of("*", "*");
}

}  // namespace backtalk::fuzz
