// SPDX-License-Identifier: Apache-2.0 OR MIT
/// ENVELOPE (RFC 3501 7.4.2, RFC 9051 7.5.2): the header of a message as the server parsed it.
///
/// A field that is not as the grammar says costs itself alone: the others are read.
///
///     const auto read = read_envelope(*item.value);
///     const Envelope& envelope = read.partial();  // all that could be read
///     if (const Error error = envelope.error(EnvelopeField::from)) ...
///
/// Texts are as the server sent them. Subjects and names may hold encoded words
/// ("=?utf-8?Q?...?="), which this library does not decode (RFC 2047), and dates are not
/// interpreted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "backtalk/error.hpp"
#include "backtalk/imap/nstring.hpp"
#include "backtalk/result.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::imap {

/// address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"
///
/// If the host is NIL, the address begins a group (the mailbox is the group's name) or, with a
/// mailbox of NIL, ends one.
struct Address {
  NString name;
  NString route;
  NString mailbox;
  NString host;
  /// Set if this is no list of four strings or NILs: `wrong_shape` at what does not fit. The
  /// members that could be read are there. "()" is read as NIL here, whether or not that is an
  /// error of the envelope.
  Error error;
};

/// The addresses of one field, decoded as you iterate:
///
///     for (const Address& to : envelope.to) use(to.mailbox.raw(), to.host.raw());
///
/// One that is not as the grammar says has its error, and those behind it are read. What is no list
/// is no address and is passed over: a NIL, or the strings of a lone address without its
/// parentheses.
class AddressList {
 public:
  class Iterator {
   public:
    constexpr Iterator(const Token* at, const Token* last) noexcept : at_(at), last_(last) { pass_others(); }
    [[nodiscard]] Address operator*() const noexcept {
      const bool whole = at_->is_list() && at_->span == 5 && at_[1].is_nstring() && at_[2].is_nstring() &&
                         at_[3].is_nstring() && at_[4].is_nstring();
      if (!whole) return read_odd(*at_);
      return {NString{at_[1]}, NString{at_[2]}, NString{at_[3]}, NString{at_[4]}, {}};
    }
    constexpr Iterator& operator++() noexcept {
      at_ += at_->span;
      pass_others();
      return *this;
    }
    friend constexpr bool operator==(const Iterator& a, const Iterator& b) noexcept { return a.at_ == b.at_; }

   private:
    // One of another form.
    [[nodiscard]] static Address read_odd(const Token& address) noexcept;
    // What is no address. "()" is how some servers write NIL.
    constexpr void pass_others() noexcept {
      while (at_ != last_ && (!at_->is_list() || at_->span == 1)) at_ += at_->span;
    }

    const Token* at_;
    const Token* last_;
  };

  constexpr AddressList() noexcept = default;
  explicit constexpr AddressList(Siblings addresses) noexcept : addresses_(addresses) {}

  [[nodiscard]] constexpr Iterator begin() const noexcept { return {first(), last()}; }
  [[nodiscard]] constexpr Iterator end() const noexcept { return {last(), last()}; }
  [[nodiscard]] constexpr bool empty() const noexcept { return begin() == end(); }
  /// The number of addresses. Linear.
  [[nodiscard]] constexpr std::size_t count() const noexcept {
    std::size_t found = 0;
    for (Iterator at = begin(); at != end(); ++at) ++found;
    return found;
  }

 private:
  [[nodiscard]] constexpr const Token* first() const noexcept { return addresses_.row().data(); }
  [[nodiscard]] constexpr const Token* last() const noexcept { return first() + addresses_.row().size(); }

  Siblings addresses_;
};

/// The fields of an envelope, in their order.
enum class EnvelopeField : std::uint8_t {
  date,
  subject,
  from,
  sender,
  reply_to,
  to,
  cc,
  bcc,
  in_reply_to,
  message_id
};

/// The name of a field: "reply-to". Static storage.
[[nodiscard]] std::string_view word(EnvelopeField field) noexcept;

/// All members are views of the response.
struct Envelope {
  NString date;
  NString subject;
  AddressList from;
  AddressList sender;
  AddressList reply_to;
  AddressList to;
  AddressList cc;
  AddressList bcc;
  NString in_reply_to;
  NString message_id;
  std::array<Error, 10> errors{};  ///< by field; of a list, that of the first address with one

  /// What is wrong with a field; none if it is as the grammar says, or is tolerated.
  [[nodiscard]] constexpr const Error& error(EnvelopeField field) const noexcept {
    return errors[static_cast<std::size_t>(field)];
  }
};

/// Reads the value of an ENVELOPE item. Linear in the tokens; allocates nothing.
///
/// The error is that of the first field that has one, or of what follows the tenth. With an error,
/// `partial()` has every field that could be read.
[[nodiscard]] Result<Envelope> read_envelope(const Token& value, Tolerances tolerances = {}) noexcept;

}  // namespace backtalk::imap
