// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "reference/http_reference.hpp"

#include <algorithm>
#include <array>

namespace backtalk::reference {
namespace {

using http::Framing;
using http::Limits;
using http::Method;

// Thrown if the stream ends too early or is wrong, so that the code reads like the grammar.
struct Ended {};
struct Refused {
  Error error;
};

[[noreturn]] void refuse(ErrorCode code, std::size_t at) {
  throw Refused{{code, at}};
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
}
bool is_visible(char c) {
  return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7F;
}
bool is_token(char c) {
  return is_visible(c) && std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
}

std::string lower(std::string_view text) {
  std::string low(text);
  for (char& c : low) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return low;
}

// The framing of the body according to the fields of the head.
struct Framed {
  bool has_length = false;
  std::uint64_t length = 0;
  bool has_coding = false;
  std::vector<std::string> codings;
  std::size_t coding_at = 0;
};

class Reader {
 public:
  Reader(std::string_view stream, const Limits& limits, Tolerances tolerances)
      : in_(stream), limits_(limits), tolerances_(tolerances) {}

  HttpMessages found;

  void read_responses(std::span<const Method> expected);
  void read_requests();

 private:
  [[nodiscard]] bool tolerates(Tolerances what) const { return tolerances_.has(what); }

  // Returns the byte at at_. Throws if the stream ends there or a limit is exceeded.
  char look() {
    if (at_ == in_.size()) throw Ended{};
    if (limited_) {
      if (at_ >= section_begin_ + section_max_) refuse(too_long_, at_);
      if (at_ >= line_begin_ + limits_.line_octets_max) refuse(ErrorCode::line_too_long, at_);
    }
    return in_[at_];
  }

  void begin_section(std::size_t octets_max, ErrorCode too_long) {
    limited_ = true;
    section_begin_ = line_begin_ = at_;
    section_max_ = octets_max;
    too_long_ = too_long;
  }

  // Refuses the byte at at_, either for its value or because the grammar expects another one.
  [[noreturn]] void refuse_byte(ErrorCode otherwise, bool may_be_line_end = true) {
    const char c = in_[at_];
    if (c == '\0') refuse(ErrorCode::nul, at_);
    if (c == '\n' && !(may_be_line_end && tolerates(tolerate::bare_lf))) refuse(ErrorCode::bare_lf, at_);
    if (is_control(c) && c != '\r' && c != '\n') refuse(ErrorCode::control_byte, at_);
    refuse(otherwise, at_);
  }

  [[nodiscard]] bool at_line_end() {
    const char c = look();
    return c == '\r' || (c == '\n' && tolerates(tolerate::bare_lf));
  }

  void read_line_end() {
    if (in_[at_++] == '\n') return;
    if (look() != '\n') refuse(ErrorCode::bare_cr, at_ - 1);
    ++at_;
  }

  void read_version(HttpMessage& message);
  void read_status_line(HttpMessage& message);
  void read_request_line(HttpMessage& message);
  std::string read_text(bool cr_may_be_text);
  HttpFields read_fields(Framed& framed, unsigned minor, bool trailers);
  void take(const std::string& name, std::size_t name_at, const std::string& raw, std::size_t raw_at,
            std::size_t first_line_octets, Framed& framed, unsigned minor, bool trailers, HttpFields& fields);
  void take_length(const std::string& value, std::size_t name_at, std::size_t value_at, Framed& framed);
  static void take_codings(const std::string& value, std::size_t value_at, Framed& framed);
  void read_head(HttpMessage& message, Framed& framed, bool request);
  void read_octets(HttpMessage& message, std::uint64_t count);
  void read_chunks(HttpMessage& message);
  std::uint64_t read_chunk_line(std::size_t& extension_octets);
  char look_in_extension(std::size_t& octets);
  void skip_bad_space(std::size_t& octets);
  void read_extension(std::size_t& octets);
  void read_quoted(std::size_t& octets);
  void read_body(HttpMessage& message);

  std::string_view in_;
  std::size_t at_ = 0;
  Limits limits_;
  Tolerances tolerances_;
  bool limited_ = false;
  std::size_t section_begin_ = 0;
  std::size_t section_max_ = 0;
  std::size_t line_begin_ = 0;
  ErrorCode too_long_ = ErrorCode::none;
  std::size_t message_begin_ = 0;
  bool begun_ = false;

  friend HttpMessages run(Reader& reader, bool request, std::span<const Method> expected);
};

void Reader::read_version(HttpMessage& message) {
  for (const char c : std::string_view("HTTP/1.")) {
    if (look() != c) refuse_byte(ErrorCode::bad_version);
    ++at_;
  }
  if (look() != '0' && look() != '1') refuse_byte(ErrorCode::bad_version);
  message.minor = in_[at_++] == '1' ? 1 : 0;
}

// HTTP-version SP status-code SP [ reason-phrase ] CRLF
void Reader::read_status_line(HttpMessage& message) {
  read_version(message);
  if (look() != ' ') refuse_byte(ErrorCode::bad_version);
  ++at_;
  for (int i = 0; i < 3; ++i) {
    const char c = look();
    const bool klass = i == 0 && !tolerates(tolerate::any_status);
    if (!is_digit(c) || (klass && (c < '1' || c > '5'))) refuse_byte(ErrorCode::bad_status_code);
    message.status = message.status * 10 + static_cast<unsigned>(c - '0');
    ++at_;
  }
  if (at_line_end()) {
    if (!tolerates(tolerate::missing_reason)) refuse(ErrorCode::missing_reason, at_);
    read_line_end();
    return;
  }
  if (look() != ' ') refuse_byte(ErrorCode::bad_status_code);
  ++at_;
  message.reason = read_text(false);
}

// method SP request-target SP HTTP-version CRLF
void Reader::read_request_line(HttpMessage& message) {
  while (is_token(look())) message.method += in_[at_++];
  if (look() != ' ' || message.method.empty()) refuse_byte(ErrorCode::bad_method);
  ++at_;
  while (is_visible(look())) message.target += in_[at_++];
  if (at_line_end()) refuse(ErrorCode::bad_version, at_);
  if (look() != ' ' || message.target.empty()) refuse_byte(ErrorCode::bad_target);
  ++at_;
  read_version(message);
  if (!at_line_end()) refuse_byte(ErrorCode::bad_start_line);
  read_line_end();
}

// *( HTAB / SP / VCHAR / obs-text ) CRLF
std::string Reader::read_text(bool cr_may_be_text) {
  std::string text;
  while (true) {
    const char c = look();
    if (c == '\r') {
      ++at_;
      if (look() == '\n') {
        ++at_;
        return text;
      }
      if (!cr_may_be_text || !tolerates(tolerate::bare_cr)) refuse(ErrorCode::bare_cr, at_ - 1);
      text += c;
      continue;
    }
    if (c == '\n') {
      if (!tolerates(tolerate::bare_lf)) refuse(ErrorCode::bare_lf, at_);
      ++at_;
      return text;
    }
    if (is_control(c) && !tolerates(tolerate::control_bytes)) refuse_byte(ErrorCode::control_byte);
    text += c;
    ++at_;
  }
}

HttpFields Reader::read_fields(Framed& framed, unsigned minor, bool trailers) {
  HttpFields fields;
  std::string name;
  std::string raw;  // the value with folds and surrounding white space
  std::size_t name_at = 0;
  std::size_t raw_at = 0;
  std::size_t first_line_octets = 0;
  bool pending = false;
  const auto take_pending = [&] {
    if (pending) take(name, name_at, raw, raw_at, first_line_octets, framed, minor, trailers, fields);
    pending = false;
  };
  while (true) {
    line_begin_ = at_;
    const char c = look();
    if (is_blank(c)) {
      if (!pending) refuse(ErrorCode::obs_fold, at_);
      raw += std::string(at_ - raw_at - raw.size(), ' ');
      raw += read_text(true);
      continue;
    }
    take_pending();
    if (at_line_end()) {
      read_line_end();
      return fields;
    }
    if (fields.size() == limits_.fields_max) refuse(ErrorCode::too_many_fields, at_);
    if (c == ':') refuse(ErrorCode::empty_field_name, at_);
    name_at = at_;
    name.clear();
    while (is_token(look())) name += in_[at_++];
    if (name.empty()) refuse_byte(ErrorCode::bad_field_name);
    if (is_blank(look())) {
      if (!tolerates(tolerate::space_before_colon)) refuse(ErrorCode::space_before_colon, at_);
      while (is_blank(look())) ++at_;
    }
    if (look() != ':') refuse_byte(ErrorCode::bad_field_name);
    ++at_;
    raw_at = at_;
    raw = read_text(true);
    first_line_octets = raw.size();
    pending = true;
    if (!tolerates(tolerate::obs_fold)) take_pending();
  }
}

void Reader::take(const std::string& name, std::size_t name_at, const std::string& raw, std::size_t raw_at,
                  std::size_t first_line_octets, Framed& framed, unsigned minor, bool trailers,
                  HttpFields& fields) {
  const std::size_t first = raw.find_first_not_of(" \t");
  const std::size_t begin = first == std::string::npos ? first_line_octets : first;
  const std::size_t end = first == std::string::npos ? begin : raw.find_last_not_of(" \t") + 1;
  const std::string value = raw.substr(begin, end - begin);
  fields.emplace_back(name, value);
  const bool length = lower(name) == "content-length";
  const bool coding = lower(name) == "transfer-encoding";
  if (trailers && (length || coding)) refuse(ErrorCode::framing_field_in_trailers, name_at);
  if (length) take_length(value, name_at, raw_at + begin, framed);
  if (!coding) return;
  if (minor == 0) refuse(ErrorCode::coding_in_http_1_0, name_at);
  if (framed.has_length && !tolerates(tolerate::length_with_coding))
    refuse(ErrorCode::length_with_coding, name_at);
  framed.has_coding = true;
  framed.coding_at = name_at;
  take_codings(value, raw_at + begin, framed);
}

void Reader::take_length(const std::string& value, std::size_t name_at, std::size_t value_at,
                         Framed& framed) {
  if (framed.has_coding && !tolerates(tolerate::length_with_coding))
    refuse(ErrorCode::length_with_coding, name_at);
  std::size_t i = 0;
  while (true) {
    const std::size_t begin = i;
    std::string digits;
    for (; i < value.size() && is_digit(value[i]); ++i) {
      if (digits == "0") digits.clear();
      digits += value[i];
      const std::string max = "18446744073709551615";
      if (digits.size() > max.size() || (digits.size() == max.size() && digits > max)) {
        refuse(ErrorCode::content_length_overflow, value_at + i);
      }
    }
    if (digits.empty()) refuse(ErrorCode::bad_content_length, value_at + i);
    const std::uint64_t length = std::stoull(digits);
    const std::size_t where = begin == 0 ? name_at : value_at + begin;
    if (framed.has_length && framed.length != length) refuse(ErrorCode::differing_content_lengths, where);
    const bool repeats = tolerates(tolerate::equal_content_lengths);
    if (framed.has_length && !repeats) refuse(ErrorCode::repeated_content_length, where);
    framed.has_length = true;
    framed.length = length;
    if (i == value.size()) return;
    const std::size_t comma = value.find_first_not_of(" \t", i);
    if (value[comma] != ',') refuse(ErrorCode::bad_content_length, value_at + i);
    if (!repeats) refuse(ErrorCode::repeated_content_length, value_at + comma);
    i = std::min(value.find_first_not_of(" \t", comma + 1), value.size());
  }
}

void Reader::take_codings(const std::string& value, std::size_t value_at, Framed& framed) {
  constexpr std::array<std::string_view, 6> kKnown{"chunked", "gzip",     "x-gzip",
                                                   "deflate", "compress", "x-compress"};
  std::size_t element = 0;
  while (true) {
    const std::size_t comma = std::min(value.find(',', element), value.size());
    std::size_t begin = element;
    while (begin < comma && is_blank(value[begin])) ++begin;
    std::size_t end = comma;
    while (end > begin && is_blank(value[end - 1])) --end;
    const std::string coding = lower(value.substr(begin, end - begin));
    if (std::ranges::find(kKnown, coding) == kKnown.end())
      refuse(ErrorCode::unknown_coding, value_at + begin);
    const bool after_chunked = !framed.codings.empty() && framed.codings.back() == "chunked";
    if (after_chunked) {
      refuse(coding == "chunked" ? ErrorCode::repeated_chunked : ErrorCode::chunked_not_last,
             value_at + begin);
    }
    framed.codings.push_back(coding);
    if (comma == value.size()) return;
    element = comma + 1;
  }
}

void Reader::read_head(HttpMessage& message, Framed& framed, bool request) {
  begin_section(limits_.head_octets_max, ErrorCode::head_too_long);
  message_begin_ = at_;
  begun_ = true;
  if (request && at_line_end()) {
    read_line_end();
    message_begin_ = line_begin_ = at_;
  }
  message.offset = at_;
  if (request) {
    read_request_line(message);
  } else {
    read_status_line(message);
  }
  message.fields = read_fields(framed, message.minor, false);
  message.head_octets = at_ - message.offset;
  limited_ = false;
}

void Reader::read_octets(HttpMessage& message, std::uint64_t count) {
  for (; count > 0; --count) {
    message.body += look();
    ++at_;
  }
}

// chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF ; the last one has size 0 and no data
void Reader::read_chunks(HttpMessage& message) {
  std::size_t extension_octets = 0;
  while (const std::uint64_t size = read_chunk_line(extension_octets)) {
    read_octets(message, size);
    for (const char c : std::string_view("\r\n")) {
      if (look() != c) refuse(ErrorCode::bad_chunk_end, at_);
      ++at_;
    }
  }
  begin_section(limits_.trailer_octets_max, ErrorCode::trailers_too_long);
  Framed ignored;
  message.trailers = read_fields(ignored, message.minor, true);
  limited_ = false;
}

std::uint64_t Reader::read_chunk_line(std::size_t& extension_octets) {
  std::string digits;
  while (std::string_view("0123456789abcdefABCDEF").find(look()) != std::string_view::npos) {
    if (digits.size() == 16) refuse(ErrorCode::chunk_size_overflow, at_);
    digits += in_[at_++];
  }
  if (digits.empty()) refuse_byte(ErrorCode::bad_chunk_size, false);
  bool after_size = true;
  while (look() != '\r') {
    const char c = look();
    const bool space = is_blank(c) && tolerates(tolerate::chunk_size_space);
    if (after_size && c != ';' && !space) refuse_byte(ErrorCode::bad_chunk_size, false);
    (void)look_in_extension(extension_octets);
    if (space) {
      ++at_;
    } else if (c == ';') {
      ++at_;
      after_size = false;
      read_extension(extension_octets);
    } else {
      refuse_byte(ErrorCode::bad_chunk_extension, false);
    }
  }
  ++at_;
  if (look() != '\n') refuse(ErrorCode::bare_cr, at_ - 1);
  ++at_;
  return std::stoull(digits, nullptr, 16);
}

// Returns the next byte of an extension and counts it. The caller must take it or refuse it.
char Reader::look_in_extension(std::size_t& octets) {
  const char c = look();
  if (++octets > limits_.chunk_extension_octets_max) refuse(ErrorCode::chunk_extensions_too_long, at_);
  return c;
}

void Reader::skip_bad_space(std::size_t& octets) {
  while (tolerates(tolerate::chunk_size_space) && is_blank(look())) {
    (void)look_in_extension(octets);
    ++at_;
  }
}

// After ";": chunk-ext-name [ BWS "=" BWS chunk-ext-val ]
void Reader::read_extension(std::size_t& octets) {
  skip_bad_space(octets);
  if (!is_token(look_in_extension(octets))) refuse_byte(ErrorCode::bad_chunk_extension, false);
  ++at_;
  while (is_token(look())) {
    (void)look_in_extension(octets);
    ++at_;
  }
  skip_bad_space(octets);
  if (look() != '=') return;
  (void)look_in_extension(octets);
  ++at_;
  skip_bad_space(octets);
  const char first = look_in_extension(octets);
  if (first != '"' && !is_token(first)) refuse_byte(ErrorCode::bad_chunk_extension, false);
  ++at_;
  if (first == '"') {
    read_quoted(octets);
    return;
  }
  while (is_token(look())) {
    (void)look_in_extension(octets);
    ++at_;
  }
}

// After DQUOTE: *( qdtext / quoted-pair ) DQUOTE
void Reader::read_quoted(std::size_t& octets) {
  bool escaped = false;
  while (true) {
    const char c = look_in_extension(octets);
    if (is_control(c)) refuse_byte(ErrorCode::bad_chunk_extension, false);
    ++at_;
    if (c == '"' && !escaped) return;
    escaped = c == '\\' && !escaped;
  }
}

void Reader::read_body(HttpMessage& message) {
  switch (message.framing) {
    case Framing::none: break;
    case Framing::content_length: read_octets(message, message.content_length); break;
    case Framing::chunked: read_chunks(message); break;
    case Framing::close:
      message.body = in_.substr(at_);
      at_ = in_.size();
      break;
  }
  message.ended = true;
  begun_ = false;
}

// RFC 9112 6.3
void Reader::read_responses(std::span<const Method> expected) {
  std::size_t interims = 0;
  while (at_ < in_.size()) {
    HttpMessage read;
    Framed framed;
    read_head(read, framed, false);
    const bool interim = read.status / 100 == 1 && read.status != 101;
    Method method = Method::other;
    if (!interim && !expected.empty()) {
      method = expected.front();
      expected = expected.subspan(1);
    }
    if (interim && ++interims > limits_.interims_max) refuse(ErrorCode::too_many_interims, read.offset);
    read.tunnel = read.status == 101 || (method == Method::connect && read.status / 100 == 2);
    if (framed.has_length && !framed.has_coding) read.content_length = framed.length;
    const bool without = read.status < 200 || read.status == 204 || read.status == 304 ||
                         method == Method::head || read.tunnel;
    if (without) {
      read.framing = Framing::none;
    } else if (framed.has_coding) {
      read.framing = framed.codings.back() == "chunked" ? Framing::chunked : Framing::close;
    } else {
      read.framing = framed.has_length ? Framing::content_length : Framing::close;
    }
    found.messages.push_back(read);
    if (interim) {
      begun_ = false;
      continue;
    }
    interims = 0;
    read_body(found.messages.back());
    if (read.tunnel) {
      found.opaque = in_.substr(at_);
      at_ = in_.size();
    }
  }
  if (interims > 0) {
    message_begin_ = at_;
    begun_ = true;
  }
}

void Reader::read_requests() {
  while (at_ < in_.size()) {
    HttpMessage read;
    Framed framed;
    read_head(read, framed, true);
    if (framed.has_coding && framed.codings.back() != "chunked")
      refuse(ErrorCode::chunked_missing, framed.coding_at);
    if (framed.has_length && !framed.has_coding) read.content_length = framed.length;
    if (framed.has_coding) {
      read.framing = Framing::chunked;
    } else if (framed.has_length) {
      read.framing = Framing::content_length;
    }
    found.messages.push_back(read);
    read_body(found.messages.back());
  }
}

HttpMessages run(Reader& reader, bool request, std::span<const Method> expected) {
  try {
    if (request) {
      reader.read_requests();
    } else {
      reader.read_responses(expected);
    }
    reader.found.in_message = reader.begun_;
  } catch (const Ended&) {
    reader.found.in_message = reader.begun_ && reader.message_begin_ < reader.in_.size();
  } catch (const Refused& refused) {
    reader.found.error = refused.error;
    return reader.found;
  }
  reader.found.message_offset = reader.found.in_message ? reader.message_begin_ : reader.in_.size();
  return reader.found;
}

void describe_fields(std::string& text, const HttpFields& fields) {
  for (const auto& [name, value] : fields) text += " {" + name + "|" + value + "}";
}

}  // namespace

HttpMessages read_http_responses(std::string_view stream, const Limits& limits, Tolerances tolerances,
                                 std::span<const Method> expected) {
  Reader reader(stream, limits, tolerances);
  return run(reader, false, expected);
}

HttpMessages read_http_requests(std::string_view stream, const Limits& limits, Tolerances tolerances) {
  Reader reader(stream, limits, tolerances);
  return run(reader, true, {});
}

std::string describe(const HttpMessages& found) {
  std::string text;
  for (const HttpMessage& message : found.messages) {
    text += "at " + std::to_string(message.offset) + " +" + std::to_string(message.head_octets) + ": 1." +
            std::to_string(message.minor) + " " + std::to_string(message.status) + " [" + message.reason +
            "] [" + message.method + "] [" + message.target + "]";
    describe_fields(text, message.fields);
    text += " " + std::string(word(message.framing)) + " " + std::to_string(message.content_length);
    text += (message.tunnel ? " tunnel" : "") + std::string(" body '") + message.body + "'";
    describe_fields(text, message.trailers);
    text += message.ended ? " ended\n" : "\n";
  }
  text += "opaque '" + found.opaque + "'\n";
  if (found.error) {
    text += std::string(word(found.error.code)) + " at " + std::to_string(found.error.offset) + '\n';
  } else {
    text += (found.in_message ? "inside the message from " : "between messages at ") +
            std::to_string(found.message_offset) + '\n';
  }
  return text;
}

}  // namespace backtalk::reference
