// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What SEARCH asks for (RFC 3501 6.4.4), as a program without recursion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backtalk/imap/token.hpp"
#include "mailbox/mailbox.hpp"
#include "serve/wanted_text.hpp"

namespace backtalk::serve {

/// The messages of a set: ranges of indices, first and last, that ascend and do not touch.
using IndexRanges = std::vector<std::pair<std::size_t, std::size_t>>;

/// Reads a set of message numbers or, if `by_uid`, of UIDs. nullopt if it is none, or if it has a
/// number that no message has.
[[nodiscard]] std::optional<IndexRanges> read_set(std::string_view text, const mailbox::View& view,
                                                  bool by_uid);

/// True if one of the ranges has the index.
[[nodiscard]] bool contains(const IndexRanges& ranges, std::size_t index);

class SearchProgram {
 public:
  /// What a key may need to know of a message beside the message.
  struct Subject {
    std::size_t index = 0;
    mailbox::FlagSet flags = 0;
    bool recent = false;
    const mailbox::Item& item;
  };

  /// Reads keys. `keyword` finds the bit of a keyword; 0 if no message has it. nullopt if a key is
  /// none, or if there are too many.
  [[nodiscard]] static std::optional<SearchProgram> read(imap::Siblings keys, const mailbox::View& view);

  /// Judges a message. What it reads is taken from `share`, in octets; once that is used up, it
  /// returns nullopt, and goes on when it is called again, for the same message. Time is linear in
  /// the text for each key.
  [[nodiscard]] std::optional<bool> matches(const Subject& subject, std::size_t& share);

 private:
  enum class Op : std::uint8_t {
    all_of,  // of the last `number` results
    any_of,  // of the last two
    negate,  // the last
    always,
    with_flags,     // all of `number`
    without_flags,  // `number`: none of them
    recent,
    recent_unseen,
    not_recent,
    indices,  // in `ranges`
    larger,
    smaller,
    day_before,  // the day of the internal date, against `date`
    day_on,
    day_since,
    sent_before,  // of the Date field
    sent_on,
    sent_since,
    header,  // the field `name` has `text`; any if that is empty
    body,    // has `text`
    text,
  };
  struct Step {
    Op op = Op::always;
    std::uint64_t number = 0;
    std::int64_t date = 0;
    std::string name = {};
    WantedText text = {};
    IndexRanges ranges = {};
  };
  class Reader;

  [[nodiscard]] std::optional<bool> holds(const Step& step, const Subject& subject, std::size_t& share);

  static constexpr std::size_t kStepsMax = 1000;

  std::vector<Step> steps_;
  // Where it stands in a message:
  std::size_t at_ = 0;         // of `steps_`
  std::vector<bool> results_;  // of the steps before, as far as none has taken them
  WantedText::Place place_;    // in the text of this one
};

}  // namespace backtalk::serve
