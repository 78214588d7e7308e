// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/mime.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "mailbox/header.hpp"
#include "mailbox/message.hpp"

namespace backtalk::mailbox {
namespace {

constexpr std::size_t kParametersMax = 32;
constexpr std::size_t kBoundaryMax = 70;  // RFC 2046 5.1.1
// How many lines of a body may begin with "--" and be no boundary.
constexpr std::size_t kOtherLinesMax = 1'000'000;

bool is_token_char(char c) {
  return c > ' ' && c < 0x7F && std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

std::string take_token(std::string_view& text) {
  std::size_t octets = 0;
  while (octets < text.size() && is_token_char(text[octets])) ++octets;
  std::string token(text.substr(0, octets));
  text.remove_prefix(octets);
  return token;
}

void skip_space(std::string_view& text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
}

std::string take_value(std::string_view& text) {
  if (!text.starts_with('"')) return take_token(text);
  std::string value;
  std::size_t at = 1;
  for (; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    value += text[at];
  }
  text.remove_prefix(std::min(at + 1, text.size()));
  return value;
}

// Where the line that begins at `at` ends: behind its LF.
std::size_t end_of_line(std::string_view text, std::size_t at) {
  return std::min(text.find('\n', at), text.size() - 1) + 1;
}

// Where the next line begins that begins with "--"; npos if there is none. `at` is where a line
// begins.
std::size_t find_dashes(std::string_view body, std::size_t at) {
  constexpr std::string_view kMark = "\n--";
  if (at == 0 && body.starts_with(kMark.substr(1))) return 0;
  const std::size_t from = at == 0 ? 0 : at - 1;  // the LF before
  // Which has a way of its own for three octets, and so is quick whatever there is to pass over.
  const void* const found = memmem(body.data() + from, body.size() - from, kMark.data(), kMark.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - body.data()) + 1;
}

// The lines that are "--boundary" part a body. Calls `take` with each part; false if that wants no
// more. After very many lines that only begin like one, the rest is not looked at, so that the work
// is little more than that of one search, whatever a message contains.
template <class Take>
void split_multipart(std::string_view body, std::string_view boundary, Take take) {
  std::optional<std::size_t> begin;
  std::size_t others = 0;
  for (std::size_t at = 0; at < body.size() && others < kOtherLinesMax;) {
    at = find_dashes(body, at);
    if (at == std::string_view::npos) break;
    const std::size_t line_end = end_of_line(body, at);
    std::string_view rest = body.substr(at + 2, line_end - at - 2);
    const bool is_boundary = rest.starts_with(boundary);
    if (is_boundary) rest.remove_prefix(boundary.size());
    while (is_boundary && !rest.empty() && (rest.back() == '\r' || rest.back() == '\n' || rest.back() == ' '))
      rest.remove_suffix(1);
    const bool closes = is_boundary && rest == "--";
    if (closes || (is_boundary && rest.empty())) {
      if (begin) {
        // The line end before the boundary is the boundary's.
        const std::size_t end = std::max(*begin, at >= 2 ? at - 2 : 0);
        if (!take(body.substr(*begin, end - *begin))) return;
      }
      if (closes) return;
      begin = line_end;
    } else {
      ++others;
    }
    at = line_end;
  }
  if (begin) take(body.substr(*begin));
}

MimePart make_part(std::string_view text, bool in_digest, std::size_t header_octets_max) {
  MimePart part;
  const std::size_t body_at = body_offset(text, header_octets_max);
  part.header = text.substr(0, body_at);
  part.body = text.substr(body_at);
  if (const auto type = find_field(part.header, "Content-Type")) part.type = read_mime_value(*type);
  if (part.type.type.empty() || part.type.subtype.empty()) {
    part.type = in_digest ? MimeValue{"message", "rfc822", {}}
                          : MimeValue{"text", "plain", {{"charset", "us-ascii"}}};
  }
  return part;
}

}  // namespace

std::string_view MimeValue::parameter(std::string_view name) const {
  for (const auto& [known, value] : parameters) {
    if (equals_ignoring_case(known, name)) return value;
  }
  return {};
}

MimeValue read_mime_value(std::string_view text) {
  MimeValue value;
  skip_space(text);
  value.type = take_token(text);
  if (text.starts_with('/')) {
    text.remove_prefix(1);
    value.subtype = take_token(text);
  }
  while (value.parameters.size() < kParametersMax) {
    const std::size_t semicolon = text.find(';');
    if (semicolon == std::string_view::npos) break;
    text.remove_prefix(semicolon + 1);
    skip_space(text);
    std::string name = take_token(text);
    skip_space(text);
    if (name.empty() || !text.starts_with('=')) continue;
    text.remove_prefix(1);
    skip_space(text);
    value.parameters.emplace_back(std::move(name), take_value(text));
  }
  return value;
}

bool MimePart::is_multipart() const {
  return equals_ignoring_case(type.type, "multipart");
}

bool MimePart::is_message() const {
  return equals_ignoring_case(type.type, "message") && equals_ignoring_case(type.subtype, "rfc822");
}

std::vector<MimePart> read_mime_parts(std::string_view text) {
  std::vector<MimePart> parts{make_part(text, false, kHeaderOctetsMax)};
  std::vector<std::size_t> depths{0};
  std::size_t left = kMimeOctetsMax;
  for (std::size_t at = 0; at < parts.size(); ++at) {
    const std::size_t first = parts.size();
    const auto add = [&](std::string_view piece, bool in_digest) {
      if (parts.size() >= kMimePartsMax) return false;
      parts.push_back(make_part(piece, in_digest, kPartHeaderOctetsMax));
      depths.push_back(depths[at] + 1);
      return true;
    };
    const std::string_view body = parts[at].body;
    if (depths[at] < kMimeDepthMax && body.size() <= left) {
      const std::string boundary(parts[at].type.parameter("boundary"));
      if (parts[at].is_multipart() && !boundary.empty() && boundary.size() <= kBoundaryMax) {
        left -= body.size();
        const bool is_digest = equals_ignoring_case(parts[at].type.subtype, "digest");
        split_multipart(body, boundary, [&](std::string_view piece) { return add(piece, is_digest); });
      } else if (parts[at].is_message()) {
        left -= body.size();
        (void)add(body, false);
      }
    }
    parts[at].first = first;
    parts[at].count = parts.size() - first;
    // What has no parts is none of the kinds that must have some.
    if (parts[at].count == 0 && parts[at].is_multipart()) parts[at].type = {"text", "plain", {}};
    if (parts[at].count == 0 && parts[at].is_message()) parts[at].type = {"application", "octet-stream", {}};
  }
  return parts;
}

std::size_t find_mime_part(const std::vector<MimePart>& parts, const std::vector<std::uint32_t>& numbers) {
  std::size_t at = 0;
  bool is_body = true;  // `at` is a message whose body the next number is about
  for (const std::uint32_t number : numbers) {
    if (!is_body && parts[at].is_message()) {
      at = parts[at].first;
      is_body = true;
    }
    if (parts[at].is_multipart()) {
      if (number == 0 || number > parts[at].count) return MimePart::kNone;
      at = parts[at].first + number - 1;
      is_body = false;
    } else {
      // What is no multipart is its own part 1, and has no parts.
      if (number != 1 || !is_body) return MimePart::kNone;
      is_body = false;
    }
  }
  return at;
}

}  // namespace backtalk::mailbox
