// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/imap_search.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "backtalk/imap/sequence_set.hpp"
#include "mailbox/date.hpp"
#include "mailbox/header.hpp"

namespace backtalk::serve {
namespace {

using imap::Token;

constexpr std::int64_t kDay = 86400;

// What a step costs beside what it reads, in octets.
constexpr std::size_t kStepOctets = 32;

std::int64_t day_of(std::int64_t seconds) {
  return seconds / kDay * kDay - (seconds % kDay < 0 ? kDay : 0);
}

}  // namespace

std::optional<IndexRanges> read_set(std::string_view text, const mailbox::View& view, bool by_uid) {
  IndexRanges ranges;
  imap::NumberSet set(text, true);
  for (imap::NumberRange range; set.next(range);) {
    std::uint64_t low = range.first;
    std::uint64_t high = range.last;
    const std::uint64_t star = !by_uid ? view.size() : view.size() == 0 ? 0 : view.item(view.size() - 1).uid;
    if (low == imap::NumberRange::kStar) low = star;
    if (high == imap::NumberRange::kStar) high = star;
    if (low > high) std::swap(low, high);
    if (!by_uid) {
      if (low == 0 || high > view.size()) return std::nullopt;
      ranges.emplace_back(low - 1, high - 1);
      continue;
    }
    const std::size_t first = view.lower_bound(low);
    const std::size_t behind = view.lower_bound(high + 1);
    if (first < behind) ranges.emplace_back(first, behind - 1);
  }
  if (!set.good()) return std::nullopt;
  std::ranges::sort(ranges);
  std::size_t kept = 0;
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].first <= ranges[kept].second + 1) {
      ranges[kept].second = std::max(ranges[kept].second, ranges[i].second);
    } else {
      ranges[++kept] = ranges[i];
    }
  }
  if (!ranges.empty()) ranges.resize(kept + 1);
  return ranges;
}

bool contains(const IndexRanges& ranges, std::size_t index) {
  const auto behind =
      std::ranges::upper_bound(ranges, index, {}, &std::pair<std::size_t, std::size_t>::first);
  return behind != ranges.begin() && std::prev(behind)->second >= index;
}

// Keys are nested by lists, NOT and OR. What is not complete lies on a stack.
class SearchProgram::Reader {
 public:
  Reader(SearchProgram& program, const mailbox::View& view) : program_(program), view_(view) {}

  bool read(imap::Siblings keys) {
    if (keys.empty()) return false;
    open_.push_back({Open::Kind::list, keys, 0});
    while (!open_.empty()) {
      if (open_.back().kind == Open::Kind::list && open_.back().keys.empty()) {
        program_.steps_.push_back({.op = Op::all_of, .number = open_.back().have});
        open_.pop_back();
        complete();
      } else if (!read_key()) {
        return false;
      }
    }
    return true;
  }

 private:
  struct Open {
    enum class Kind : std::uint8_t { list, negation, choice };
    Kind kind = Kind::list;
    imap::Siblings keys;  // of a list, those to be read
    std::uint64_t have = 0;
  };

  // A key is complete: it may complete what it is in.
  void complete() {
    while (!open_.empty()) {
      Open& in = open_.back();
      ++in.have;
      if (in.kind == Open::Kind::list || (in.kind == Open::Kind::choice && in.have < 2)) return;
      program_.steps_.push_back({.op = in.kind == Open::Kind::choice ? Op::any_of : Op::negate});
      open_.pop_back();
    }
  }

  // The next token of the innermost list; null if there is none.
  const Token* take() {
    const auto list = std::ranges::find(open_.rbegin(), open_.rend(), Open::Kind::list, &Open::kind);
    if (list == open_.rend() || list->keys.empty()) return nullptr;
    const Token* const token = &list->keys.front();
    list->keys = list->keys.rest();
    return token;
  }

  bool take_text(std::string& text) {
    const Token* const token = take();
    if (token == nullptr || !token->is_astring() || token->streamed) return false;
    text.clear();
    token->append_text(text);
    return true;
  }
  bool take_wanted(WantedText& wanted) {
    std::string text;
    if (!take_text(text)) return false;
    wanted = WantedText(std::move(text));
    return true;
  }
  bool take_number(std::uint64_t& number) {
    const Token* const token = take();
    if (token == nullptr || !token->is_number()) return false;
    number = token->number();
    return true;
  }
  bool take_date(std::int64_t& date) {
    std::string text;
    if (!take_text(text)) return false;
    const auto read = mailbox::read_date(text);
    date = read.value_or(0);
    return read.has_value();
  }

  bool add(Step step) {
    program_.steps_.push_back(std::move(step));
    complete();
    return program_.steps_.size() <= kStepsMax;
  }

  bool read_key() {
    const Token* const token = take();
    if (token == nullptr || open_.size() > kStepsMax) return false;
    if (token->is_list()) {
      if (imap::children(*token).empty()) return false;
      open_.push_back({Open::Kind::list, imap::children(*token), 0});
      return true;
    }
    if (token->kind != Token::Kind::atom && !token->is_number()) return false;
    if (!token->text.empty() &&
        (token->text.front() == '*' || (token->text.front() >= '0' && token->text.front() <= '9')))
      return read_numbers(token->text, false);
    return read_named(*token);
  }

  bool read_numbers(std::string_view text, bool by_uid) {
    auto ranges = read_set(text, view_, by_uid);
    return ranges && add({.op = Op::indices, .ranges = std::move(*ranges)});
  }

  bool read_named(const Token& key) {
    struct Flagged {
      std::string_view name;
      Op op;
      mailbox::FlagSet flags = 0;
    };
    constexpr std::array kFlagged{
        Flagged{"ALL", Op::always},
        Flagged{"SEEN", Op::with_flags, mailbox::kSeen},
        Flagged{"UNSEEN", Op::without_flags, mailbox::kSeen},
        Flagged{"DELETED", Op::with_flags, mailbox::kDeleted},
        Flagged{"UNDELETED", Op::without_flags, mailbox::kDeleted},
        Flagged{"FLAGGED", Op::with_flags, mailbox::kFlagged},
        Flagged{"UNFLAGGED", Op::without_flags, mailbox::kFlagged},
        Flagged{"ANSWERED", Op::with_flags, mailbox::kAnswered},
        Flagged{"UNANSWERED", Op::without_flags, mailbox::kAnswered},
        Flagged{"DRAFT", Op::with_flags, mailbox::kDraft},
        Flagged{"UNDRAFT", Op::without_flags, mailbox::kDraft},
        Flagged{"RECENT", Op::recent},
        Flagged{"NEW", Op::recent_unseen},
        Flagged{"OLD", Op::not_recent},
    };
    for (const Flagged& one : kFlagged) {
      if (key.is_word(one.name)) return add({.op = one.op, .number = one.flags});
    }
    return read_with_argument(key);
  }

  bool read_with_argument(const Token& key) {
    if (key.is_word("NOT")) {
      open_.push_back({Open::Kind::negation, {}, 0});
      return true;
    }
    if (key.is_word("OR")) {
      open_.push_back({Open::Kind::choice, {}, 0});
      return true;
    }
    if (key.is_word("UID")) {
      const Token* const set = take();
      return set != nullptr && (set->kind == Token::Kind::atom || set->is_number()) &&
             read_numbers(set->text, true);
    }
    struct Dated {
      std::string_view name;
      Op op;
    };
    constexpr std::array kDated{Dated{"BEFORE", Op::day_before}, Dated{"ON", Op::day_on},
                                Dated{"SINCE", Op::day_since},   Dated{"SENTBEFORE", Op::sent_before},
                                Dated{"SENTON", Op::sent_on},    Dated{"SENTSINCE", Op::sent_since}};
    for (const Dated& one : kDated) {
      Step step{.op = one.op};
      if (key.is_word(one.name)) return take_date(step.date) && add(std::move(step));
    }
    for (const auto& [name, op] : {std::pair{"LARGER", Op::larger}, {"SMALLER", Op::smaller}}) {
      Step step{.op = op};
      if (key.is_word(name)) return take_number(step.number) && add(std::move(step));
    }
    for (const auto& [name, op] : {std::pair{"BODY", Op::body}, {"TEXT", Op::text}}) {
      Step step{.op = op};
      if (key.is_word(name)) return take_wanted(step.text) && add(std::move(step));
    }
    for (const char* const name : {"FROM", "TO", "CC", "BCC", "SUBJECT"}) {
      Step step{.op = Op::header, .name = name};
      if (key.is_word(name)) return take_wanted(step.text) && add(std::move(step));
    }
    if (key.is_word("HEADER")) {
      Step step{.op = Op::header};
      return take_text(step.name) && take_wanted(step.text) && add(std::move(step));
    }
    const bool has = key.is_word("KEYWORD");
    if (has || key.is_word("UNKEYWORD")) {
      std::string name;
      return take_text(name) && add_keyword(name, has);
    }
    return false;
  }

  bool add_keyword(std::string_view name, bool has) {
    const auto known = view_.keywords();
    const auto found = std::ranges::find_if(
        known, [&](const std::string& one) { return mailbox::equals_ignoring_case(one, name); });
    // No message has a keyword that the mailbox does not know.
    if (found == known.end()) return add({.op = has ? Op::indices : Op::always});
    const auto bit = mailbox::kSystemFlags.size() + static_cast<std::size_t>(found - known.begin());
    return add({.op = has ? Op::with_flags : Op::without_flags, .number = mailbox::FlagSet{1} << bit});
  }
  SearchProgram& program_;
  const mailbox::View& view_;
  std::vector<Open> open_;
};

std::optional<SearchProgram> SearchProgram::read(imap::Siblings keys, const mailbox::View& view) {
  SearchProgram program;
  if (!Reader(program, view).read(keys)) return std::nullopt;
  return program;
}

std::optional<bool> SearchProgram::holds(const Step& step, const Subject& subject, std::size_t& share) {
  const mailbox::Message& message = *subject.item.message;
  const auto spend = [&share](std::size_t octets) { share -= std::min(share, octets); };
  const auto sent = [&] {
    spend(message.header().size());
    const auto value = mailbox::find_field(message.header(), "Date");
    return value ? mailbox::read_header_day(*value) : std::nullopt;
  };
  switch (step.op) {
    case Op::with_flags: return (subject.flags & step.number) == step.number;
    case Op::without_flags: return (subject.flags & step.number) == 0;
    case Op::recent: return subject.recent;
    case Op::recent_unseen: return subject.recent && (subject.flags & mailbox::kSeen) == 0;
    case Op::not_recent: return !subject.recent;
    case Op::indices: return contains(step.ranges, subject.index);
    case Op::larger: return message.octets().size() > step.number;
    case Op::smaller: return message.octets().size() < step.number;
    case Op::day_before: return day_of(subject.item.date) < step.date;
    case Op::day_on: return day_of(subject.item.date) == step.date;
    case Op::day_since: return day_of(subject.item.date) >= step.date;
    case Op::sent_before: return sent().value_or(step.date) < step.date;
    case Op::sent_on: return sent() == step.date;
    case Op::sent_since: return sent().value_or(step.date - kDay) >= step.date;
    case Op::header: {
      spend(message.header().size());
      mailbox::HeaderFields fields(message.header());
      for (mailbox::HeaderField field; fields.next(field);) {
        if (mailbox::equals_ignoring_case(field.name, step.name) && step.text.is_in(field.value)) return true;
      }
      return false;
    }
    case Op::body: return step.text.is_in(message.body(), place_, share);
    case Op::text: return step.text.is_in(message.octets(), place_, share);
    case Op::all_of:
    case Op::any_of:
    case Op::negate:
    case Op::always: break;
  }
  return true;
}

std::optional<bool> SearchProgram::matches(const Subject& subject, std::size_t& share) {
  for (; at_ < steps_.size(); ++at_) {
    if (share == 0) return std::nullopt;
    const Step& step = steps_[at_];
    switch (step.op) {
      case Op::all_of: {
        const auto first = results_.end() - static_cast<std::ptrdiff_t>(step.number);
        const bool all = std::find(first, results_.end(), false) == results_.end();
        results_.erase(first, results_.end());
        results_.push_back(all);
        break;
      }
      case Op::any_of: {
        const bool last = results_.back();
        results_.pop_back();
        results_.back() = results_.back() || last;
        break;
      }
      case Op::negate: results_.back() = !results_.back(); break;
      default: {
        const auto held = holds(step, subject, share);
        if (!held) return std::nullopt;
        results_.push_back(*held);
        place_ = {};
        break;
      }
    }
    share -= std::min(share, kStepOctets);
  }
  const bool result = results_.front();
  at_ = 0;
  results_.clear();
  return result;
}

}  // namespace backtalk::serve
