// SPDX-License-Identifier: Apache-2.0 OR MIT
// Reads the tokens of one list in order, and reports where they do not match the grammar.
#pragma once

#include <cstdint>
#include <optional>

#include "backtalk/error.hpp"
#include "backtalk/imap/nstring.hpp"
#include "backtalk/imap/response.hpp"
#include "backtalk/imap/sequence_set.hpp"
#include "backtalk/imap/token.hpp"
#include "backtalk/tolerate.hpp"
#include "imap/number.hpp"

namespace backtalk::imap {

// Once a method has failed all later ones fail, so it is enough to check `error()` at the end. Who
// can read what follows calls go_on() or skip(): `error()` stays the first one.
class Cursor {
 public:
  // `where` is the token at which an error is reported if the tokens end too early.
  Cursor(Siblings tokens, std::uint64_t where, Tolerances tolerances = {})
      : at_(tokens.row().data()), last_(at_ + tokens.row().size()), where_(where), tolerances_(tolerances) {}
  // The arguments of a response.
  explicit Cursor(const Response& response, Tolerances tolerances = {})
      : Cursor(response.arguments(), response.offset, tolerances) {}

  [[nodiscard]] const Error& error() const { return error_; }
  // The offset for an error that belongs to no token.
  [[nodiscard]] std::uint64_t where() const { return where_; }
  [[nodiscard]] bool done() const { return at_ == last_; }
  // The token that take() would return; null if there is none.
  [[nodiscard]] const Token* peek() const { return failed_ || done() ? nullptr : at_; }
  [[nodiscard]] Siblings rest() const { return {at_, last_}; }

  bool refuse(ErrorCode code = ErrorCode::wrong_shape) {
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what is not done has a token
    return fail({code, done() ? where_ : at_->offset});
  }

  bool fail(const Error& error) {
    if (!error_) error_ = error;
    failed_ = true;
    return false;
  }

  // After a failure: goes on with the token that did not fit.
  void go_on() { failed_ = false; }
  // Goes on behind that token, if there is one.
  void skip() {
    failed_ = false;
    if (!done()) at_ += at_->span;
  }

  // Any token.
  const Token* take() {
    if (failed_ || done()) {
      refuse();
      return nullptr;
    }
    const Token* const taken = at_;
    at_ += taken->span;
    return taken;
  }

  bool nstring(NString& out) { return text(out, !failed_ && !done() && at_->is_nstring()); }
  bool astring(NString& out) { return text(out, !failed_ && !done() && at_->is_astring()); }
  // A string; NIL only if tolerated.
  bool string(NString& out) {
    const bool nil_is_one = tolerances_.has(tolerate::nil_strings);
    return text(out, !failed_ && !done() && (at_->is_string() || (nil_is_one && at_->is_nil())));
  }

  bool number(std::uint64_t& out, std::uint64_t max = kNumberMax, std::uint64_t min = 0,
              Counts counts = Counts::other) {
    if (failed_ || done()) return refuse();
    const ErrorCode wrong = read_number(*at_, out, max, min, tolerances_, counts);
    if (wrong != ErrorCode::none) return refuse(wrong);
    ++at_;
    return true;
  }
  bool number(std::optional<std::uint64_t>& out, std::uint64_t max = kNumberMax, std::uint64_t min = 0,
              Counts counts = Counts::other) {
    std::uint64_t value = 0;
    if (!number(value, max, min, counts)) return false;
    out = value;
    return true;
  }
  // nz-number = digit-nz *DIGIT
  template <class Number>
  bool nz_number(Number& out, std::uint64_t max = kNumberMax) {
    return number(out, max, 1);
  }

  // sequence-set without "*". The lexer sees a set of one number as a number. None at all only if
  // tolerated.
  bool number_set(NumberSet& out) {
    if (!failed_ && done() && tolerances_.has(tolerate::empty_sets)) return true;
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what is not done has a token
    if (failed_ || done() || at_->kind > Token::Kind::number) return refuse();
    const NumberSet set{at_->text, false, tolerances_};
    if (!set.check()) return refuse();
    out = set;
    ++at_;
    return true;
  }

  // A list, or NIL for an empty one. "()" is accepted only with `empty_is_one` or if tolerated.
  bool list_or_nil(Siblings& out, bool empty_is_one = false) {
    if (failed_ || done()) return refuse();
    const bool empty_allowed = empty_is_one || tolerances_.has(tolerate::empty_lists);
    const bool fits = at_->is_nil() || (at_->is_list() && (empty_allowed || at_->span > 1));
    if (!fits) return refuse();
    out = children(*at_);
    at_ += at_->span;
    return true;
  }

  bool list(Siblings& out) {
    if (failed_ || done() || !at_->is_list()) return refuse();
    out = children(*at_);
    at_ += at_->span;
    return true;
  }

  bool finish() { return (!failed_ && done()) || refuse(); }

 private:
  bool text(NString& out, bool fits) {
    if (!fits) return refuse();
    out = NString{*at_};
    ++at_;
    return true;
  }

  const Token* at_;
  const Token* last_;
  std::uint64_t where_;
  Tolerances tolerances_;
  Error error_;  // the first
  bool failed_ = false;
};

}  // namespace backtalk::imap
