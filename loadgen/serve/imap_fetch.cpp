// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/imap_fetch.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "backtalk/imap/write.hpp"
#include "mailbox/header.hpp"
#include "mailbox/mime.hpp"
#include "serve/decimal.hpp"

namespace backtalk::serve {
namespace {

using imap::Token;
using Kind = FetchWanted::Kind;
using Text = FetchWanted::Text;

constexpr std::size_t kItemsMax = 100;
constexpr std::size_t kFieldsMax = 100;

struct Simple {
  std::string_view name;
  Kind kind;
  Text text = Text::all;
  bool sets_seen = false;
};
constexpr std::array kSimple{
    Simple{"FLAGS", Kind::flags},
    Simple{"UID", Kind::uid},
    Simple{"RFC822.SIZE", Kind::size},
    Simple{"INTERNALDATE", Kind::internal_date},
    Simple{"ENVELOPE", Kind::envelope},
    Simple{"BODYSTRUCTURE", Kind::body_structure},
    Simple{"BODY", Kind::body},
    Simple{"RFC822", Kind::section, Text::all, true},
    Simple{"RFC822.HEADER", Kind::section, Text::header},
    Simple{"RFC822.TEXT", Kind::section, Text::text, true},
};

struct Macro {
  std::string_view name;
  std::size_t count;  // of the items
  std::array<std::string_view, 5> items;
};
constexpr std::array kMacros{
    Macro{"FAST", 3, {"FLAGS", "INTERNALDATE", "RFC822.SIZE"}},
    Macro{"ALL", 4, {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"}},
    Macro{"FULL", 5, {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"}},
};

const Simple* find_simple(std::string_view name) {
  const auto* const found = std::ranges::find_if(
      kSimple, [&](const Simple& one) { return mailbox::equals_ignoring_case(one.name, name); });
  return found == kSimple.end() ? nullptr : found;
}

FetchWanted make_simple(const Simple& one) {
  FetchWanted wanted;
  wanted.kind = one.kind;
  wanted.text = one.text;
  wanted.sets_seen = one.sets_seen;
  wanted.label = one.name;
  return wanted;
}

// Takes "1.2." from the front.
std::optional<std::vector<std::uint32_t>> take_part(std::string_view& text) {
  std::vector<std::uint32_t> part;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    std::uint32_t number = 0;
    const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || number == 0 || part.size() > mailbox::kMimeDepthMax) return std::nullopt;
    part.push_back(number);
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    if (text.empty()) break;
    if (!text.starts_with('.') || text.size() == 1) return std::nullopt;
    text.remove_prefix(1);
  }
  return part;
}

// partial = "<" number64 "." nz-number64 ">": 63 bits (RFC 9051)
bool read_partial(std::string_view text, FetchWanted::Partial& partial) {
  constexpr std::uint64_t kNumber64Max = std::numeric_limits<std::int64_t>::max();
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return false;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), text.data() + dot, partial.first);
  const auto octets = std::from_chars(text.data() + dot + 1, end, partial.octets);
  return first.ec == std::errc{} && first.ptr == text.data() + dot && octets.ec == std::errc{} &&
         octets.ptr == end && partial.octets > 0 && partial.first <= kNumber64Max &&
         partial.octets <= kNumber64Max;
}

bool read_text(std::string_view name, FetchWanted& wanted) {
  struct Named {
    std::string_view name;
    Text text;
  };
  constexpr std::array kTexts{Named{"HEADER", Text::header}, Named{"TEXT", Text::text},
                              Named{"MIME", Text::mime}, Named{"HEADER.FIELDS", Text::fields},
                              Named{"HEADER.FIELDS.NOT", Text::fields_not}};
  const auto* const found = std::ranges::find_if(
      kTexts, [&](const Named& one) { return mailbox::equals_ignoring_case(one.name, name); });
  if (found == kTexts.end() || (found->text == Text::mime && wanted.part.empty())) return false;
  wanted.text = found->text;
  wanted.label.append(found->name);
  return true;
}

// Reads the names of fields, and writes them to the label as the answer repeats them.
bool read_fields(const Token& list, FetchWanted& wanted) {
  char before = '(';
  wanted.label += ' ';
  for (const Token& name : imap::children(list)) {
    if (!name.is_astring() || name.streamed || wanted.fields.size() >= kFieldsMax) return false;
    std::string& field = wanted.fields.emplace_back();
    name.append_text(field);
    wanted.label += before;
    Output out(wanted.label);
    const auto written = imap::write_astring(out, field);
    if (!written || *written != imap::Written::whole) return false;
    before = ' ';
  }
  wanted.label += ')';
  return !wanted.fields.empty();
}

// BODY[...]<...>
std::optional<FetchWanted> read_section(const Token& token) {
  FetchWanted wanted;
  wanted.kind = Kind::section;
  wanted.sets_seen = mailbox::equals_ignoring_case(token.text, "BODY");
  if (!wanted.sets_seen && !mailbox::equals_ignoring_case(token.text, "BODY.PEEK")) return std::nullopt;
  wanted.label = "BODY[";
  imap::Siblings inside = imap::children(token);
  if (!inside.empty() && inside.front().kind != Token::Kind::origin) {
    const Token& name = inside.front();
    inside = inside.rest();
    if (name.kind != Token::Kind::atom && !name.is_number()) return std::nullopt;
    std::string_view rest = name.text;
    auto part = take_part(rest);
    if (!part) return std::nullopt;
    wanted.part = std::move(*part);
    wanted.label.append(name.text.substr(0, name.text.size() - rest.size()));
    if (!rest.empty() && !read_text(rest, wanted)) return std::nullopt;
    if (wanted.text == Text::fields || wanted.text == Text::fields_not) {
      if (inside.empty() || !inside.front().is_list() || !read_fields(inside.front(), wanted))
        return std::nullopt;
      inside = inside.rest();
    }
  }
  wanted.label += ']';
  if (!inside.empty()) {
    FetchWanted::Partial partial;
    if (inside.front().kind != Token::Kind::origin || !read_partial(inside.front().text, partial))
      return std::nullopt;
    wanted.partial = partial;
    wanted.label += '<';
    append_number(wanted.label, wanted.partial->first);
    wanted.label += '>';
    inside = inside.rest();
  }
  if (!inside.empty()) return std::nullopt;
  return wanted;
}

std::optional<FetchWanted> read_item(const Token& token) {
  if (token.kind == Token::Kind::section) return read_section(token);
  if (token.kind != Token::Kind::atom) return std::nullopt;
  const Simple* const simple = find_simple(token.text);
  if (simple == nullptr) return std::nullopt;
  return make_simple(*simple);
}

}  // namespace

std::optional<std::vector<FetchWanted>> read_fetch(imap::Siblings arguments) {
  if (arguments.empty() || !arguments.rest().empty()) return std::nullopt;
  const Token& first = arguments.front();
  std::vector<FetchWanted> wanted;
  const auto* const macro =
      std::ranges::find_if(kMacros, [&](const Macro& one) { return first.is_word(one.name); });
  if (macro != kMacros.end()) {
    for (std::size_t i = 0; i < macro->count; ++i)
      wanted.push_back(make_simple(*find_simple(macro->items[i])));
    return wanted;
  }
  for (const Token& token : first.is_list() ? imap::children(first) : arguments) {
    auto item = read_item(token);
    if (!item || wanted.size() >= kItemsMax) return std::nullopt;
    wanted.push_back(std::move(*item));
  }
  if (wanted.empty()) return std::nullopt;
  return wanted;
}

std::size_t octets_read(const FetchWanted& wanted, const mailbox::Message& message) {
  const bool reads_header = wanted.text == Text::fields || wanted.text == Text::fields_not;
  switch (wanted.kind) {
    case Kind::envelope: return message.header().size();
    case Kind::body:
    case Kind::body_structure: return message.octets().size();
    case Kind::section:
      if (!wanted.part.empty()) return message.octets().size();
      return reads_header ? message.header().size() : 0;
    case Kind::flags:
    case Kind::uid:
    case Kind::size:
    case Kind::internal_date: break;
  }
  return 0;
}

std::optional<std::string_view> find_section(const FetchWanted& wanted, const mailbox::Message& message,
                                             std::string& room) {
  std::string_view header = message.header();
  std::string_view body = message.body();
  std::string_view found = message.octets();
  if (!wanted.part.empty()) {
    // HEADER, TEXT and the like of a part are those of the message in it.
    const std::vector<mailbox::MimePart> parts = mailbox::read_mime_parts(message.octets());
    const std::size_t index = mailbox::find_mime_part(parts, wanted.part);
    if (index == mailbox::MimePart::kNone) return std::nullopt;
    const mailbox::MimePart* part = &parts[index];
    header = part->header;
    found = part->body;
    if (wanted.text != Text::all && wanted.text != Text::mime) {
      if (!part->is_message()) return std::nullopt;
      part = &parts[part->first];
      header = part->header;
      body = part->body;
    }
  }
  switch (wanted.text) {
    case Text::all: break;
    case Text::header:
    case Text::mime: found = header; break;
    case Text::text: found = body; break;
    case Text::fields:
    case Text::fields_not:
      room.clear();
      mailbox::append_fields(room, header, wanted.fields, wanted.text == Text::fields);
      found = room;
      break;
  }
  if (wanted.partial) {
    const std::uint64_t first = std::min<std::uint64_t>(wanted.partial->first, found.size());
    found = found.substr(static_cast<std::size_t>(first));
    if (wanted.partial->octets < found.size())
      found = found.substr(0, static_cast<std::size_t>(wanted.partial->octets));
  }
  return found;
}

}  // namespace backtalk::serve
