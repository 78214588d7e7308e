// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/imap_structure.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "backtalk/imap/write.hpp"
#include "mailbox/header.hpp"
#include "mailbox/mime.hpp"
#include "serve/decimal.hpp"
#include "serve/mail_address.hpp"

namespace backtalk::serve {
namespace {

using mailbox::find_field;
using mailbox::MimePart;
using mailbox::MimeValue;

void append_field(std::string& out, std::string_view header, std::string_view name) {
  const auto value = find_field(header, name);
  append_nstring(out, value ? &*value : nullptr);
}

void append_nonempty(std::string& out, const std::string& value) {
  append_nstring(out, value.empty() ? nullptr : &value);
}

void append_addresses(std::string& out, const std::optional<std::string>& value) {
  const auto addresses = value ? read_addresses(*value) : std::vector<MailAddress>{};
  if (addresses.empty()) {
    out.append("NIL");
    return;
  }
  out += '(';
  for (const MailAddress& one : addresses) {
    out += '(';
    append_nonempty(out, one.name);
    out.append(" NIL ");  // routes are obsolete
    append_nonempty(out, one.mailbox);
    out += ' ';
    append_nonempty(out, one.host);
    out += ')';
  }
  out += ')';
}

// body-fld-param
void append_parameters(std::string& out, const MimeValue& value) {
  if (value.parameters.empty()) {
    out.append("NIL");
    return;
  }
  char before = '(';
  for (const auto& [name, text] : value.parameters) {
    out += before;
    append_string(out, name);
    out += ' ';
    append_string(out, text);
    before = ' ';
  }
  out += ')';
}

// body-fld-dsp
void append_disposition(std::string& out, std::string_view header) {
  const auto value = find_field(header, "Content-Disposition");
  const MimeValue disposition = value ? mailbox::read_mime_value(*value) : MimeValue{};
  if (disposition.type.empty()) {
    out.append("NIL");
    return;
  }
  out += '(';
  append_string(out, disposition.type);
  out += ' ';
  append_parameters(out, disposition);
  out += ')';
}

// The disposition, the language and the location.
void append_common_extension(std::string& out, std::string_view header) {
  out += ' ';
  append_disposition(out, header);
  out += ' ';
  append_field(out, header, "Content-Language");
  out += ' ';
  append_field(out, header, "Content-Location");
}

// type subtype parameters id description encoding octets
void append_basic(std::string& out, const MimePart& part) {
  append_string(out, part.type.type);
  out += ' ';
  append_string(out, part.type.subtype);
  out += ' ';
  append_parameters(out, part.type);
  out += ' ';
  append_field(out, part.header, "Content-ID");
  out += ' ';
  append_field(out, part.header, "Content-Description");
  out += ' ';
  const auto encoding = find_field(part.header, "Content-Transfer-Encoding");
  append_string(out, encoding && !encoding->empty() ? *encoding : "7bit");
  out += ' ';
  append_number(out, part.body.size());
}

void append_lines_of(std::string& out, const MimePart& part) {
  out += ' ';
  const auto lines = static_cast<std::uint64_t>(std::ranges::count(part.body, '\n'));
  append_number(out, lines + (part.body.empty() || part.body.ends_with('\n') ? 0 : 1));
}

// What comes behind the parts in it, or is all of a part that has none.
void append_end(std::string& out, const MimePart& part, bool extended) {
  if (part.is_multipart()) {
    out += ' ';
    append_string(out, part.type.subtype);
    if (extended) {
      out += ' ';
      append_parameters(out, part.type);
    }
  } else {
    if (part.is_message() || mailbox::equals_ignoring_case(part.type.type, "text"))
      append_lines_of(out, part);
    if (extended) {
      out += ' ';
      append_field(out, part.header, "Content-MD5");
    }
  }
  if (extended) append_common_extension(out, part.header);
  out += ')';
}

}  // namespace

void append_string(std::string& out, std::string_view value) {
  Output written(out);
  const auto how = imap::write_string(written, value);
  if (!how) {
    out.append("\"\"");  // it has a NUL, which no message has
  } else if (*how == imap::Written::announced) {
    out.append(value);
  }
}

void append_nstring(std::string& out, const std::string* value) {
  if (value == nullptr) {
    out.append("NIL");
  } else {
    append_string(out, *value);
  }
}

void append_envelope(std::string& out, std::string_view header) {
  out += '(';
  append_field(out, header, "Date");
  out += ' ';
  append_field(out, header, "Subject");
  const auto from = find_field(header, "From");
  for (const std::string_view name : {"From", "Sender", "Reply-To", "To", "Cc", "Bcc"}) {
    out += ' ';
    auto value = find_field(header, name);
    // RFC 3501 7.4.2: what is not there is as From.
    if ((!value || value->empty()) && (name == "Sender" || name == "Reply-To")) value = from;
    append_addresses(out, value);
  }
  out += ' ';
  append_field(out, header, "In-Reply-To");
  out += ' ';
  append_field(out, header, "Message-ID");
  out += ')';
}

void append_structure(std::string& out, std::string_view message, bool extended) {
  const std::vector<MimePart> parts = mailbox::read_mime_parts(message);
  struct Open {
    std::size_t part = 0;
    std::size_t next = 0;  // of the parts in it
  };
  std::vector<Open> open;
  const auto begin = [&](std::size_t index) {
    const MimePart& part = parts[index];
    open.push_back({index, 0});
    out += '(';
    if (part.is_multipart()) return;
    append_basic(out, part);
    if (part.is_message()) {
      out += ' ';
      append_envelope(out, parts[part.first].header);
      out += ' ';
    }
  };
  begin(0);
  while (!open.empty()) {
    Open& last = open.back();
    const MimePart& part = parts[last.part];
    if (last.next < part.count) {
      begin(part.first + last.next++);
    } else {
      append_end(out, part, extended);
      open.pop_back();
    }
  }
}

}  // namespace backtalk::serve
