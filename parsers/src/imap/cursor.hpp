// SPDX-License-Identifier: Apache-2.0 OR MIT
// Reads the tokens of one list in order, and reports where they do not match the grammar.
#pragma once

#include <cstdint>

#include "backtalk/error.hpp"
#include "backtalk/imap/nstring.hpp"
#include "backtalk/imap/response.hpp"
#include "backtalk/imap/sequence_set.hpp"
#include "backtalk/imap/token.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::imap {

// number = 1*DIGIT, unsigned 32 bits        number64, mod-sequence-value: up to 63 bits
inline constexpr std::uint64_t kNumberMax = 4294967295;
inline constexpr std::uint64_t kNumber64Max = 9223372036854775807;

// Once a method has failed all later ones fail, so it is enough to check `error()` at the end.
class Cursor {
 public:
  // `where` is the token at which an error is reported if the tokens end too early.
  Cursor(Siblings tokens, std::uint64_t where, Tolerances tolerances = {})
      : at_(tokens.row().data()), last_(at_ + tokens.row().size()), where_(where), tolerances_(tolerances) {}
  // The arguments of a response.
  explicit Cursor(const Response& response, Tolerances tolerances = {})
      : Cursor(response.arguments(), response.offset, tolerances) {}

  [[nodiscard]] const Error& error() const { return error_; }
  [[nodiscard]] bool done() const { return at_ == last_; }
  // The token that take() would return; null if there is none.
  [[nodiscard]] const Token* peek() const { return error_ || done() ? nullptr : at_; }
  [[nodiscard]] Siblings rest() const { return {at_, last_}; }

  bool refuse(ErrorCode code = ErrorCode::wrong_shape) {
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what is not done has a token
    if (!error_) error_ = {code, done() ? where_ : at_->offset};
    return false;
  }

  bool fail(const Error& error) {
    if (!error_) error_ = error;
    return false;
  }

  // Any token.
  const Token* take() {
    if (error_ || done()) {
      refuse();
      return nullptr;
    }
    const Token* const taken = at_;
    at_ += taken->span;
    return taken;
  }

  bool nstring(NString& out) { return text(out, !error_ && !done() && at_->is_nstring()); }
  bool astring(NString& out) { return text(out, !error_ && !done() && at_->is_astring()); }
  // A string; NIL only if tolerated.
  bool string(NString& out) {
    const bool nil_is_one = tolerances_.has(tolerate::nil_strings);
    return text(out, !error_ && !done() && (at_->is_string() || (nil_is_one && at_->is_nil())));
  }

  bool number(std::uint64_t& out, std::uint64_t max = kNumberMax, std::uint64_t min = 0) {
    if (error_ || done()) return refuse();
    if (!at_->is_number()) {
      if (!negative()) return refuse();
      out = 0;
    } else {
      out = at_->number();
      if (out > max || out < min) return refuse(ErrorCode::number_out_of_range);
    }
    ++at_;
    return true;
  }
  // nz-number = digit-nz *DIGIT
  bool nz_number(std::uint64_t& out, std::uint64_t max = kNumberMax) { return number(out, max, 1); }

  // sequence-set without "*". The lexer sees a set of one number as a number.
  bool number_set(NumberSet& out) {
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what is not done has a token
    if (error_ || done() || at_->kind > Token::Kind::number) return refuse();
    out = NumberSet{at_->text};
    if (!out.check()) return refuse();
    ++at_;
    return true;
  }

  // A list, or NIL for an empty one. "()" is accepted only with `empty_is_one` or if tolerated.
  bool list_or_nil(Siblings& out, bool empty_is_one = false) {
    if (error_ || done()) return refuse();
    const bool empty_allowed = empty_is_one || tolerances_.has(tolerate::empty_lists);
    const bool fits = at_->is_nil() || (at_->is_list() && (empty_allowed || at_->span > 1));
    if (!fits) return refuse();
    out = children(*at_);
    at_ += at_->span;
    return true;
  }

  bool list(Siblings& out) {
    if (error_ || done() || !at_->is_list()) return refuse();
    out = children(*at_);
    at_ += at_->span;
    return true;
  }

  bool finish() { return (!error_ && done()) || refuse(); }

 private:
  bool text(NString& out, bool fits) {
    if (!fits) return refuse();
    out = NString{*at_};
    ++at_;
    return true;
  }

  // "-1", if tolerated.
  [[nodiscard]] bool negative() const {
    if (!tolerances_.has(tolerate::negative_numbers)) return false;
    if (at_->kind != Token::Kind::atom || at_->text.size() < 2 || at_->text.front() != '-') return false;
    return at_->text.find_first_not_of("0123456789", 1) == std::string_view::npos;
  }

  const Token* at_;
  const Token* last_;
  std::uint64_t where_;
  Tolerances tolerances_;
  Error error_;
};

}  // namespace backtalk::imap
