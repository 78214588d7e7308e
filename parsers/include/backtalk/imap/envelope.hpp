// SPDX-License-Identifier: Apache-2.0 OR MIT
/// ENVELOPE (RFC 3501 7.4.2, RFC 9051 7.5.2): the header of a message as the server parsed it.
#pragma once

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
};

/// The addresses of one field, decoded as you iterate:
///
///     for (const Address& to : envelope.to) use(to.mailbox.raw(), to.host.raw());
class AddressList {
 public:
  class Iterator {
   public:
    explicit constexpr Iterator(Siblings::Iterator at) noexcept : at_(at) {}
    [[nodiscard]] constexpr Address operator*() const noexcept {
      const Token* const parts = &*at_ + 1;  // four strings or NILs: `read_envelope` has checked
      return {NString{parts[0]}, NString{parts[1]}, NString{parts[2]}, NString{parts[3]}};
    }
    constexpr Iterator& operator++() noexcept {
      ++at_;
      return *this;
    }
    friend constexpr bool operator==(Iterator, Iterator) = default;

   private:
    Siblings::Iterator at_;
  };

  constexpr AddressList() noexcept = default;
  explicit constexpr AddressList(Siblings addresses) noexcept : addresses_(addresses) {}

  [[nodiscard]] constexpr Iterator begin() const noexcept { return Iterator{addresses_.begin()}; }
  [[nodiscard]] constexpr Iterator end() const noexcept { return Iterator{addresses_.end()}; }
  [[nodiscard]] constexpr bool empty() const noexcept { return addresses_.empty(); }
  [[nodiscard]] constexpr std::size_t count() const noexcept { return addresses_.count(); }

 private:
  Siblings addresses_;
};

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
};

/// Reads the value of an ENVELOPE item. Linear in the tokens; allocates nothing.
[[nodiscard]] Result<Envelope> read_envelope(const Token& value, Tolerances tolerances = {}) noexcept;

}  // namespace backtalk::imap
