// SPDX-License-Identifier: Apache-2.0 OR MIT
/// ENVELOPE and BODYSTRUCTURE in C beside C++.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/imap.hpp"
#include "targets/c_imap_tokens.hpp"

namespace backtalk::fuzz {

/// Reads every list among the items of a response in both languages, as both structures.
class CStructures : CTokens {
 public:
  CStructures(backtalk_parser* parser, Tolerances tolerances) : parser_(parser), tolerances_(tolerances) {}

  /// True if there is no difference. `c` is the response that the parser has just returned.
  [[nodiscard]] bool same_structures(const backtalk_imap_response& c, const imap::Response& cpp) {
    begin(c, cpp);
    const auto arguments = cpp.arguments();
    if (arguments.empty() || !arguments.front().is_list()) return true;
    for (const imap::Token& value : children(arguments.front())) {
      if (value.is_list() && (!same_envelope(value) || !same_structure(value))) return false;
    }
    return true;
  }

 private:
  [[nodiscard]] bool same_addresses(const backtalk_imap_addresses& c, const imap::AddressList& cpp) const {
    std::size_t at = 0;
    for (const imap::Address& address : cpp) {
      if (at == c.count) return false;
      const backtalk_imap_address& in_c = c.data[at++];
      const bool is_same = same_token(in_c.name, address.name) && same_token(in_c.route, address.route) &&
                           same_token(in_c.mailbox, address.mailbox) && same_token(in_c.host, address.host) &&
                           same_error(in_c.error, address.error);
      if (!is_same) return false;
    }
    return at == c.count && c.data != nullptr;
  }

  [[nodiscard]] bool same_envelope(const imap::Token& value) const {
    const backtalk_imap_envelope* c = nullptr;
    backtalk_error error{};
    const auto expected = read_envelope(value, tolerances_);
    const bool good = backtalk_imap_read_envelope(parser_, c_ + (&value - cpp_), &c, &error);
    if (good != expected.has_value() || c == nullptr || (!good && !same(&error, expected.error())))
      return false;
    const imap::Envelope& cpp = expected.partial();
    for (std::size_t i = 0; i < cpp.errors.size(); ++i) {
      if (!same_error(c->errors[i], cpp.errors[i])) return false;
    }
    return same_token(c->date, cpp.date) && same_token(c->subject, cpp.subject) &&
           same_addresses(c->from, cpp.from) && same_addresses(c->sender, cpp.sender) &&
           same_addresses(c->reply_to, cpp.reply_to) && same_addresses(c->to, cpp.to) &&
           same_addresses(c->cc, cpp.cc) && same_addresses(c->bcc, cpp.bcc) &&
           same_token(c->in_reply_to, cpp.in_reply_to) && same_token(c->message_id, cpp.message_id);
  }

  [[nodiscard]] bool same_structure(const imap::Token& value) {
    const backtalk_imap_body_part* c = nullptr;
    std::size_t count = 0;
    backtalk_error error{};
    const auto expected = read_body_structure(value, room_, tolerances_);
    const bool good = backtalk_imap_read_body_structure(parser_, c_ + (&value - cpp_), &c, &count, &error);
    const auto cpp = expected.partial();
    if (good != expected.has_value() || (!good && !same(&error, expected.error()))) return false;
    if (c == nullptr || count != cpp.size()) return false;
    for (std::size_t i = 0; i < count; ++i) {
      if (!same_part(c[i], cpp[i])) return false;
    }
    return count == 0 || same_section(cpp);
  }

  // Of the last part alone, since each takes as long as it is deep.
  [[nodiscard]] bool same_section(std::span<const imap::BodyPart> structure) const {
    std::array<char, 64> text{};
    const std::string wanted = imap::section(structure, structure.back());
    const std::size_t size =
        backtalk_imap_part_section(parser_, structure.size() - 1, text.data(), text.size());
    return size == wanted.size() && wanted.starts_with({text.data(), std::min(size, text.size())});
  }

  [[nodiscard]] bool same_part(const backtalk_imap_body_part& c, const imap::BodyPart& cpp) const {
    return same_token(c.token, cpp.token) && c.parent == cpp.parent && c.position == cpp.position &&
           c.parts == cpp.parts && c.multipart == cpp.is_multipart() && same_token(c.type, cpp.type) &&
           same_token(c.subtype, cpp.subtype) && same_tokens(c.parameters, cpp.parameters) &&
           same_token(c.id, cpp.id) && same_token(c.description, cpp.description) &&
           same_token(c.encoding, cpp.encoding) && c.octets == cpp.octets && c.lines == cpp.lines &&
           same_token(c.envelope, cpp.envelope) && same_token(c.md5, cpp.md5) &&
           same_token(c.disposition, cpp.disposition) &&
           same_tokens(c.disposition_parameters, cpp.disposition_parameters) &&
           same_token(c.language, cpp.language) && same_token(c.location, cpp.location) &&
           same_tokens(c.extensions, cpp.extensions) && same_error(c.error, cpp.error) &&
           (cpp.error ? c.error_field == word(cpp.error_field) : c.error_field == nullptr);
  }

  backtalk_parser* parser_;
  Tolerances tolerances_;
  std::vector<imap::BodyPart> room_;
};

}  // namespace backtalk::fuzz
