// SPDX-License-Identifier: Apache-2.0 OR MIT
// Reads the fields of a list in order, whatever they are.
#pragma once

#include <cstdint>

#include "backtalk/error.hpp"
#include "backtalk/imap/nstring.hpp"
#include "backtalk/imap/token.hpp"
#include "backtalk/tolerate.hpp"
#include "imap/number.hpp"

namespace backtalk::imap {

// Unlike a Cursor it goes on after an error: a field that does not fit is passed over, and its
// error returned. What a switch could tolerate is read in any case; the switch decides whether that
// is an error.
class Fields {
 public:
  // `whole` is the list: where an error is reported if the fields end too early.
  Fields(const Token* first, const Token* last, const Token& whole, Tolerances tolerances)
      : at_(first), last_(last), whole_(&whole), tolerances_(tolerances) {}
  Fields(const Token& list, Tolerances tolerances) : Fields(&list + 1, &list + list.span, list, tolerances) {}

  [[nodiscard]] bool done() const { return at_ == last_; }
  // The next field; null if there is none.
  [[nodiscard]] const Token* peek() const { return done() ? nullptr : at_; }
  // The one behind `field`; null if there is none.
  [[nodiscard]] const Token* behind(const Token* field) const {
    const Token* const next = field + field->span;
    return next == last_ ? nullptr : next;
  }
  // What is left.
  [[nodiscard]] const Token* at() const { return at_; }
  [[nodiscard]] const Token* last() const { return last_; }

  const Token* skip() {
    const Token* const skipped = at_;
    at_ += at_->span;
    return skipped;
  }

  // The error of what comes next, or of the end.
  [[nodiscard]] Error wrong() const {
    return {ErrorCode::wrong_shape, done() ? whole_->offset : at_->offset};
  }
  [[nodiscard]] Error wrong_unless(Tolerances tolerance) const {
    return tolerances_.has(tolerance) ? Error{} : wrong();
  }
  // The error of a list that follows another without the space that the grammar has there.
  [[nodiscard]] static Error unspaced(const Token& list) {
    return list.after_space ? Error{} : Error{ErrorCode::missing_space, list.offset};
  }
  // The error of a list that follows another with a space that the grammar does not have there.
  [[nodiscard]] Error spaced(const Token& list) const {
    if (!list.after_space || tolerances_.has(tolerate::extra_spaces)) return {};
    return {ErrorCode::extra_space, list.offset - 1};
  }

  // A string or NIL.
  Error nstring(NString& out) {
    if (done() || !at_->is_nstring()) return odd_string(out, {});
    out = NString{*at_++};
    return {};
  }

  Error string(NString& out) {
    if (done() || !at_->is_string()) return odd_string(out, tolerate::nil_strings);
    out = NString{*at_++};
    return {};
  }

  // A number of octets or lines.
  Error size(std::uint64_t& out, std::uint64_t max) {
    if (done()) return wrong();
    const Token& token = *skip();
    const ErrorCode code = read_number(token, out, max, 0, tolerances_, Counts::size);
    return code == ErrorCode::none ? Error{} : Error{code, token.offset};
  }

  // True, and behind it, if a NIL comes next.
  bool take_nil() {
    if (done() || !at_->is_nil()) return false;
    ++at_;
    return true;
  }

  // NIL in place of a list.
  Error nil() {
    if (done()) return wrong();
    const bool is_empty_list = at_->is_list() && at_->span == 1;
    const Error error = is_empty_list ? wrong_unless(tolerate::empty_lists) : wrong();
    return skip()->is_nil() ? Error{} : error;
  }

 private:
  // `nil` is what allows a NIL.
  [[gnu::noinline]] Error odd_string(NString& out, Tolerances nil) {
    if (done()) return wrong();
    const bool is_empty_list = at_->is_list() && at_->span == 1;
    if (is_empty_list) nil = nil | tolerate::empty_lists;
    const Error error = is_empty_list || at_->is_nil() ? wrong_unless(nil) : wrong();
    if (at_->is_nil()) out = NString{*at_};
    skip();
    return error;
  }

  const Token* at_;
  const Token* last_;
  const Token* whole_;
  Tolerances tolerances_;
};

}  // namespace backtalk::imap
