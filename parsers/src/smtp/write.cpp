// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/smtp/write.hpp"

#include <algorithm>
#include <limits>

#include "ascii.hpp"
#include "utf8.hpp"
#include "write_with.hpp"

namespace backtalk::smtp {
namespace {

// atext (RFC 5322 3.2.3)
constexpr bool is_atext(char c) {
  return ascii::is_alnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

// The length of the character at `at`, which is not ASCII; 0 if it may not stand here.
std::size_t wide_octets(std::string_view text, std::size_t at, PathRules rules) {
  return rules.smtputf8 ? utf8::first(text.substr(at)).octets : 0;
}

struct LocalPart {
  Error error;
  bool quoted = false;      // it must be
  std::size_t escapes = 0;  // how many backslashes that adds
};

// Local-part = Dot-string / Quoted-string
// Dot-string = Atom *("." Atom)
// Quoted-string = DQUOTE *( %d32-33 / %d35-91 / %d93-126 / "\" %d32-126 ) DQUOTE
LocalPart check_local_part(std::string_view text, PathRules rules) {
  LocalPart found{.error = {}, .quoted = text.empty() || text.front() == '.' || text.back() == '.'};
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    std::size_t octets = 1;
    if (static_cast<unsigned char>(c) >= 0x80) {
      octets = wide_octets(text, i, rules);
      if (octets == 0) return {.error = unwritable_at(i)};
    } else if (c < ' ' || c == 0x7F) {
      return {.error = unwritable_at(i)};
    } else if (c == '.') {
      found.quoted |= i > 0 && text[i - 1] == '.';
    } else if (!is_atext(c)) {
      found.quoted = true;
      if (c == '"' || c == '\\') ++found.escapes;
    }
    i += octets;
  }
  return found;
}

// address-literal = "[" ( IPv4 / "IPv6:" IPv6 / Standardized-tag ":" 1*dcontent ) "]"
// dcontent        = %d33-90 / %d94-126
Error check_literal(std::string_view domain) {
  for (std::size_t i = 1; i + 1 < domain.size(); ++i) {
    const char c = domain[i];
    if (c <= ' ' || c > '~' || c == '[' || c == '\\' || c == ']') return unwritable_at(i);
    if (c == '<' || c == '>') return unwritable_at(i);  // dcontent, but it ends a path for many
  }
  return domain.size() > 2 && domain.back() == ']' ? Error{} : unwritable_at(domain.size() - 1);
}

// Domain = sub-domain *("." sub-domain)
// sub-domain = Let-dig [Ldh-str]         ; or a U-label (RFC 6531 3.3)
Error check_domain(std::string_view domain, PathRules rules) {
  if (domain.starts_with('[')) return check_literal(domain);
  for (std::size_t i = 0; i < domain.size();) {
    const char c = domain[i];
    const bool begins = i == 0 || domain[i - 1] == '.';
    const bool ends = i + 1 == domain.size() || domain[i + 1] == '.';
    std::size_t octets = 1;
    if (static_cast<unsigned char>(c) >= 0x80) {
      octets = wide_octets(domain, i, rules);
    } else if (c == '-' || c == '.') {
      octets = begins || (ends && (c == '-' || i + 1 == domain.size())) ? 0 : 1;
    } else if (!ascii::is_alnum(c)) {
      octets = 0;
    }
    if (octets == 0) return unwritable_at(i);
    i += octets;
  }
  return domain.empty() ? unwritable_at(0) : Error{};
}

Error write_path(Output& out, const Mailbox& mailbox, bool with_domain, PathRules rules) {
  const std::string_view local = mailbox.local_part;
  const LocalPart found = check_local_part(local, rules);
  if (found.error) return found.error;
  if (with_domain) {
    const Error error = check_domain(mailbox.domain, rules);
    if (error) return {error.code, local.size() + 1 + error.offset};
  }
  const std::size_t octets = 2 + local.size() + (found.quoted ? 2 + found.escapes : 0) +
                             (with_domain ? 1 + mailbox.domain.size() : 0);
  if (!out.has_room_for(octets)) return {ErrorCode::no_room, octets};
  out.add("<");
  if (found.quoted) {
    out.add("\"");
    for (const char c : local) {
      if (c == '"' || c == '\\') out.add('\\');
      out.add(c);
    }
    out.add("\"");
  } else {
    out.add(local);
  }
  if (with_domain) {
    out.add("@");
    out.add(mailbox.domain);
  }
  out.add(">");
  return {};
}

constexpr bool is_xchar(char c) {
  return c > ' ' && c <= '~' && c != '+' && c != '=';
}

}  // namespace

Error write_reverse_path(Output& out, const Mailbox& mailbox, PathRules rules) {
  if (mailbox.local_part.empty() && mailbox.domain.empty()) return write_parts(out, "<>");
  return write_path(out, mailbox, true, rules);
}

Error write_forward_path(Output& out, const Mailbox& mailbox, PathRules rules) {
  const bool postmaster = ascii::equals_lowered(mailbox.local_part, "postmaster");
  return write_path(out, mailbox, !postmaster || !mailbox.domain.empty(), rules);
}

// esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
// esmtp-value   = 1*(%d33-60 / %d62-126)                  ; or UTF-8 (RFC 6531 3.3)
Error write_parameter(Output& out, std::string_view keyword, std::optional<std::string_view> value,
                      PathRules rules) {
  for (std::size_t i = 0; i < keyword.size(); ++i) {
    if (!ascii::is_alnum(keyword[i]) && (keyword[i] != '-' || i == 0)) return unwritable_at(i);
  }
  if (keyword.empty()) return unwritable_at(0);
  if (!value) return write_parts(out, " ", keyword);
  for (std::size_t i = 0; i < value->size();) {
    const char c = (*value)[i];
    const bool wide = static_cast<unsigned char>(c) >= 0x80;
    const std::size_t octets = wide ? wide_octets(*value, i, rules) : c > ' ' && c <= '~' && c != '=' ? 1 : 0;
    if (octets == 0) return unwritable_at(keyword.size() + 1 + i);
    i += octets;
  }
  if (value->empty()) return unwritable_at(keyword.size() + 1);
  return write_parts(out, " ", keyword, "=", *value);
}

// xtext   = *( xchar / hexchar )
// xchar   = any ASCII CHAR between "!" (33) and "~" (126) inclusive, except for "+" and "="
// hexchar = ASCII "+" immediately followed by two upper case hexadecimal digits
Error write_xtext(Output& out, std::string_view value) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto coded =
      static_cast<std::size_t>(std::ranges::count_if(value, [](char c) { return !is_xchar(c); }));
  const std::size_t octets = value.size() + 2 * coded;
  if (!out.has_room_for(octets)) return {ErrorCode::no_room, octets};
  for (const char c : value) {
    if (is_xchar(c)) {
      out.add(c);
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    const char hexchar[] = {'+', kHex[octet >> 4U], kHex[octet & 0x0FU]};
    out.add({hexchar, sizeof hexchar});
  }
  return {};
}

Error write_command(Output& out, std::string_view verb, std::optional<std::string_view> argument) {
  return write_command_line(out, verb, argument);
}

Error write_chunk_command(Output& out, std::uint64_t octets, bool last) {
  if (octets > std::numeric_limits<std::int64_t>::max()) return {ErrorCode::number_out_of_range, 0};
  return write_parts(out, "BDAT ", Digits(octets), last ? " LAST\r\n" : "\r\n");
}

}  // namespace backtalk::smtp
