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
  bool ignored = false;  // there is no body, and the fields are wrong
};

// The bits of RFC 9112 6.3 (1) and (2).
bool opens_tunnel(unsigned status, Method method) {
  return status == 101 || (method == Method::connect && status >= 200 && status <= 299);
}
bool lacks_body(unsigned status, Method method) {
  return (status >= 100 && status <= 199) || status == 204 || status == 304 || method == Method::head ||
         opens_tunnel(status, method);
}

// The first comma from `from` on that is not between double quotes.
std::size_t comma_outside_of_quotes(const std::string& list, std::size_t from) {
  for (std::size_t i = from; i < list.size(); ++i) {
    if (list[i] == ',') return i;
    if (list[i] != '"') continue;
    for (++i; i < list.size() && list[i] != '"'; ++i) i += list[i] == '\\' ? 1 : 0;
  }
  return list.size();
}

// The elements of a comma-separated list, and where each begins; white space around them is not
// part of them.
std::vector<std::pair<std::string, std::size_t>> elements_of(const std::string& list) {
  std::vector<std::pair<std::string, std::size_t>> elements;
  std::string::size_type from = 0;
  while (true) {
    const std::size_t comma = comma_outside_of_quotes(list, from);
    std::size_t begin = from;
    while (begin < comma && is_blank(list[begin])) ++begin;
    std::size_t end = comma;
    while (end > begin && is_blank(list[end - 1])) --end;
    elements.emplace_back(list.substr(begin, end - begin), begin);
    if (comma == list.size()) return elements;
    from = comma + 1;
  }
}

// *( OWS ";" OWS parameter ), as far as it matters: quotes that are closed, and no control bytes.
bool are_parameters(const std::string& text) {
  const std::size_t end = comma_outside_of_quotes(text + ",", 0);
  return end == text.size() && std::ranges::none_of(text, is_control);
}

// "Content-Length 10", "\"Transfer-Encoding: chunked\"", and what else has these letters in a row.
bool names_framing(const std::string& line) {
  std::string letters;
  for (const char c : lower(line)) {
    if (c >= 'a' && c <= 'z') letters += c;
  }
  return letters.find("contentlength") != std::string::npos ||
         letters.find("transferencoding") != std::string::npos;
}

class Reader {
 public:
  Reader(std::string_view stream, const Limits& limits, Tolerances tolerances, bool requests)
      : in_(stream), limits_(limits), tolerances_(tolerances), requests_(requests) {}

  HttpMessages found;

  void read_responses(std::span<const Method> expected);
  void read_requests();

 private:
  [[nodiscard]] bool tolerates(Tolerances what) const { return tolerances_.has(what); }
  // Those that servers need not be forgiven, since clients read them.
  [[nodiscard]] bool forgives(Tolerances what) const { return !requests_ && tolerances_.has(what); }

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
  enum class Text : std::uint8_t { reason, value, framing_value };
  std::string read_text(Text what);
  void drop_line(HttpMessage& message, Error error);
  HttpFields read_fields(HttpMessage& message, Framed& framed, Method method, bool trailers);
  void frame(const std::string& name, std::size_t name_at, const std::string& value, std::size_t value_at,
             Framed& framed, unsigned minor);
  void take_length(const std::string& value, std::size_t name_at, std::size_t value_at, Framed& framed);
  void take_codings(const std::string& value, std::size_t value_at, Framed& framed) const;
  void read_head(HttpMessage& message, Framed& framed, Method method);
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
  bool requests_;
  bool limited_ = false;
  std::size_t section_begin_ = 0;
  std::size_t section_max_ = 0;
  std::size_t line_begin_ = 0;
  ErrorCode too_long_ = ErrorCode::none;
  std::size_t message_begin_ = 0;
  bool begun_ = false;

  friend HttpMessages run(Reader& reader, bool request, std::span<const Method> expected);
};

// "HTTP" "/" DIGIT "." DIGIT, of which the first digit is 1.
void Reader::read_version(HttpMessage& message) {
  const std::size_t begin = at_;
  for (const char c : std::string_view("HTTP/1.")) {
    if (look() != c) {
      const bool another_message = !requests_ && !found.messages.empty();
      if (another_message && at_ < begin + 5) refuse(ErrorCode::excess_bytes, at_);
      refuse_byte(ErrorCode::bad_version);
    }
    ++at_;
  }
  if (!is_digit(look())) refuse_byte(ErrorCode::bad_version);
  message.minor = static_cast<unsigned>(in_[at_++] - '0');
}

// HTTP-version SP status-code SP [ reason-phrase ] CRLF
void Reader::read_status_line(HttpMessage& message) {
  const bool spaces = tolerates(tolerate::status_line_spaces);
  const auto separates = [&](char c) { return c == ' ' || (spaces && c == '\t'); };
  while (spaces && is_blank(look())) ++at_;
  if (tolerates(tolerate::icy_status) && look() == 'I') {
    for (const char c : std::string_view("ICY")) {
      if (look() != c && !found.messages.empty()) refuse(ErrorCode::excess_bytes, at_);
      if (look() != c) refuse_byte(ErrorCode::bad_version);
      ++at_;
    }
    message.minor = 0;
  } else {
    read_version(message);
  }
  if (!separates(look())) refuse_byte(ErrorCode::bad_version);
  ++at_;
  while (spaces && is_blank(look())) ++at_;
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
  if (!separates(look())) refuse_byte(ErrorCode::bad_status_code);
  ++at_;
  message.reason = read_text(Text::reason);
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
//
// A CR or NUL that is tolerated becomes a space (RFC 9112 2.2, RFC 9110 5.5), but not where it
// would make a framing field readable.
std::string Reader::read_text(Text what) {
  std::string text;
  while (true) {
    const char c = look();
    if (c == '\r') {
      ++at_;
      if (look() == '\n') {
        ++at_;
        return text;
      }
      if (!tolerates(tolerate::bare_cr)) refuse(ErrorCode::bare_cr, at_ - 1);
      text += what == Text::framing_value ? c : ' ';
      continue;
    }
    if (c == '\n') {
      if (!tolerates(tolerate::bare_lf)) refuse(ErrorCode::bare_lf, at_);
      ++at_;
      return text;
    }
    if (is_control(c) && !tolerates(tolerate::control_bytes)) refuse_byte(ErrorCode::control_byte);
    text += c == '\0' && what != Text::framing_value ? ' ' : c;
    ++at_;
  }
}

// Reads the rest of a line that is to be dropped, or reports `error` for it.
void Reader::drop_line(HttpMessage& message, Error error) {
  (void)read_text(Text::value);
  std::string line(in_.substr(line_begin_, at_ - line_begin_));
  line.pop_back();
  if (!line.empty() && line.back() == '\r') line.pop_back();
  const std::string status = std::to_string(1000 + message.status).substr(1);
  const std::string low = lower(line.substr(std::min(line.find_first_not_of(" \t"), line.size())));
  const bool http = low.starts_with("http/");
  const bool icy = low == "icy" || low.starts_with("icy ") || low.starts_with("icy\t");
  const std::size_t at = http ? 9 : 4;
  const std::string said = low.size() >= at + 3 ? low.substr(at, 4) : low;
  const bool same = said.substr(0, 3) == status && (said.size() == 3 || !is_digit(said[3]));
  if (names_framing(line) || ((http || icy) && !same)) throw Refused{error};
  message.start_dropped = message.start_dropped || icy || low.find("http/") != std::string::npos;
  if (message.dropped_lines++ == 0) message.first_dropped = line_begin_;
}

HttpFields Reader::read_fields(HttpMessage& message, Framed& framed, Method method, bool trailers) {
  HttpFields fields;
  std::string name;
  std::string raw;  // the value with folds and surrounding white space
  std::size_t name_at = 0;
  std::size_t raw_at = 0;
  std::size_t first_line_octets = 0;
  Text text = Text::value;
  bool pending = false;
  bool dropped = false;  // the last line was
  const bool drops = forgives(tolerate::junk_field_lines) && !trailers;
  const auto take_pending = [&] {
    if (!pending) return;
    pending = false;
    const std::size_t first = raw.find_first_not_of(" \t");
    const std::size_t begin = first == std::string::npos ? first_line_octets : first;
    const std::size_t end = first == std::string::npos ? begin : raw.find_last_not_of(" \t") + 1;
    const std::string value = raw.substr(begin, end - begin);
    fields.emplace_back(name, value);
    if (text != Text::framing_value) return;
    if (trailers) refuse(ErrorCode::framing_field_in_trailers, name_at);
    try {
      if (!framed.ignored) frame(name, name_at, value, raw_at + begin, framed, message.minor);
    } catch (const Refused&) {
      if (requests_ || !lacks_body(message.status, method)) throw;
      framed = {};
      framed.ignored = true;
    }
  };
  while (true) {
    line_begin_ = at_;
    const char c = look();
    if (is_blank(c)) {
      const bool first = fields.empty() && !pending && !requests_ && !trailers;
      if (!tolerates(tolerate::obs_fold) || (!pending && !dropped && !first))
        refuse(ErrorCode::obs_fold, at_);
      if (!pending) {
        drop_line(message, {ErrorCode::obs_fold, at_});
        dropped = true;
        continue;
      }
      raw += std::string(at_ - raw_at - raw.size(), ' ');
      raw += read_text(text);
      continue;
    }
    take_pending();
    dropped = false;
    if (at_line_end()) {
      read_line_end();
      return fields;
    }
    if (fields.size() == limits_.fields_max) refuse(ErrorCode::too_many_fields, at_);
    name_at = at_;
    name.clear();
    while (is_token(look())) name += in_[at_++];
    const std::size_t space_at = at_;
    const bool space = !name.empty() && is_blank(look());
    if (space && !tolerates(tolerate::space_before_colon) && !drops)
      refuse(ErrorCode::space_before_colon, space_at);
    while (space && is_blank(look())) ++at_;
    if (name.empty() || look() != ':') {
      const ErrorCode why = look() == ':' ? ErrorCode::empty_field_name : ErrorCode::bad_field_name;
      if (!drops) refuse_byte(why);
      drop_line(message, {why, at_});
      dropped = true;
      continue;
    }
    if (space && !tolerates(tolerate::space_before_colon)) refuse(ErrorCode::space_before_colon, space_at);
    ++at_;
    const bool frames = lower(name) == "content-length" || lower(name) == "transfer-encoding";
    text = frames ? Text::framing_value : Text::value;
    raw_at = at_;
    raw = read_text(text);
    first_line_octets = raw.size();
    pending = true;
  }
}

void Reader::frame(const std::string& name, std::size_t name_at, const std::string& value,
                   std::size_t value_at, Framed& framed, unsigned minor) {
  if (lower(name) == "content-length") {
    take_length(value, name_at, value_at, framed);
    return;
  }
  if (forgives(tolerate::identity_coding)) {
    std::size_t identities = 0;
    std::size_t others = 0;
    for (const auto& [coding, at] : elements_of(value)) {
      if (lower(coding) == "identity") {
        ++identities;
      } else if (!coding.empty()) {
        ++others;
      }
    }
    if (identities > 0 && others == 0) return;
  }
  if (minor == 0 && !forgives(tolerate::coding_in_http_1_0)) refuse(ErrorCode::coding_in_http_1_0, name_at);
  if (framed.has_length && !tolerates(tolerate::length_with_coding))
    refuse(ErrorCode::length_with_coding, name_at);
  framed.has_coding = true;
  framed.coding_at = name_at;
  take_codings(value, value_at, framed);
}

// 1*DIGIT; or a list of equal numbers, if tolerated
void Reader::take_length(const std::string& value, std::size_t name_at, std::size_t value_at,
                         Framed& framed) {
  if (framed.has_coding && !tolerates(tolerate::length_with_coding))
    refuse(ErrorCode::length_with_coding, name_at);
  const bool repeats = tolerates(tolerate::equal_content_lengths);
  const bool may_be_empty = repeats && !requests_;  // RFC 9110 5.6.1.2
  bool first = true;
  for (const auto& [element, begin] : elements_of(value)) {
    if (may_be_empty && element.empty()) continue;
    if (!first && !repeats) refuse(ErrorCode::repeated_content_length, value_at + value.find(','));
    std::string digits;
    std::size_t i = 0;
    for (; i < element.size() && is_digit(element[i]); ++i) {
      if (digits == "0") digits.clear();
      digits += element[i];
      const std::string max = "18446744073709551615";
      if (digits.size() > max.size() || (digits.size() == max.size() && digits > max)) {
        refuse(ErrorCode::content_length_overflow, value_at + begin + i);
      }
    }
    if (digits.empty()) refuse(ErrorCode::bad_content_length, value_at + begin);
    const std::uint64_t length = std::stoull(digits);
    const std::size_t where = first ? name_at : value_at + begin;
    if (framed.has_length && framed.length != length) refuse(ErrorCode::differing_content_lengths, where);
    if (framed.has_length && !repeats) refuse(ErrorCode::repeated_content_length, where);
    if (i < element.size()) refuse(ErrorCode::bad_content_length, value_at + begin + i);
    framed.has_length = true;
    framed.length = length;
    first = false;
  }
  if (first) refuse(ErrorCode::bad_content_length, value_at + value.size());
  if (!repeats && value.find(',') != std::string::npos)
    refuse(ErrorCode::repeated_content_length, value_at + value.find(','));
}

void Reader::take_codings(const std::string& value, std::size_t value_at, Framed& framed) const {
  constexpr std::array<std::string_view, 6> kKnown{"chunked", "gzip",     "x-gzip",
                                                   "deflate", "compress", "x-compress"};
  bool any = false;
  for (const auto& [element, begin] : elements_of(value)) {
    std::string coding = lower(element);
    if (coding.empty() && !requests_) continue;
    if (const auto semicolon = coding.find(';'); semicolon != std::string::npos && !requests_) {
      std::string name = coding.substr(0, semicolon);
      while (!name.empty() && is_blank(name.back())) name.pop_back();
      const bool good = !name.empty() && name != "chunked" && are_parameters(coding.substr(semicolon));
      if (!good) refuse(ErrorCode::unknown_coding, value_at + begin);
      coding = name;
    } else if (coding == "identity" && forgives(tolerate::identity_coding)) {
      continue;
    }
    const bool known = requests_ ? std::ranges::find(kKnown, coding) != kKnown.end()
                                 : !coding.empty() && std::ranges::all_of(coding, is_token);
    if (!known) refuse(ErrorCode::unknown_coding, value_at + begin);
    const bool after_chunked = std::ranges::find(framed.codings, "chunked") != framed.codings.end();
    if (after_chunked && coding == "chunked") {
      const bool said_again = framed.codings.back() == "chunked" && forgives(tolerate::repeated_chunked);
      if (!said_again) refuse(ErrorCode::repeated_chunked, value_at + begin);
    }
    if (after_chunked && coding != "chunked" && requests_)
      refuse(ErrorCode::chunked_not_last, value_at + begin);
    framed.codings.push_back(coding);
    any = true;
  }
  if (!any) refuse(ErrorCode::unknown_coding, value_at);
}

void Reader::read_head(HttpMessage& message, Framed& framed, Method method) {
  begin_section(limits_.head_octets_max, ErrorCode::head_too_long);
  message_begin_ = at_;
  begun_ = true;
  for (bool may_skip = requests_; (may_skip || tolerates(tolerate::empty_lines)) && at_line_end();
       may_skip = false) {
    read_line_end();
    message_begin_ = line_begin_ = at_;
    if (tolerates(tolerate::empty_lines)) begin_section(limits_.head_octets_max, ErrorCode::head_too_long);
  }
  message.offset = at_;
  if (requests_) {
    read_request_line(message);
  } else {
    read_status_line(message);
  }
  message.fields = read_fields(message, framed, method, false);
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
  message.trailers = read_fields(message, ignored, Method::other, true);
  limited_ = false;
}

// 1*HEXDIG; leading zeros count for the limit of a line alone
std::uint64_t Reader::read_chunk_line(std::size_t& extension_octets) {
  if (forgives(tolerate::empty_line_before_chunk) && look() == '\r') {
    ++at_;
    if (look() != '\n') refuse(ErrorCode::bare_cr, at_ - 1);
    ++at_;
  }
  const std::size_t begin = at_;
  std::string digits;
  while (std::string_view("0123456789abcdefABCDEF").find(look()) != std::string_view::npos) {
    if (at_ - begin == limits_.line_octets_max) refuse(ErrorCode::line_too_long, at_);
    if (digits == "0") digits.clear();
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
    const Method next = expected.empty() ? Method::other : expected.front();
    read_head(read, framed, next);
    const bool interim = read.status / 100 == 1 && read.status != 101;
    const Method method = interim ? Method::other : next;
    if (!interim && !expected.empty()) expected = expected.subspan(1);
    if (interim && ++interims > limits_.interims_max) refuse(ErrorCode::too_many_interims, read.offset);
    read.tunnel = opens_tunnel(read.status, method);
    if (framed.has_length && !framed.has_coding) read.content_length = framed.length;
    if (lacks_body(read.status, method)) {
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
    read_head(read, framed, Method::other);
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
  Reader reader(stream, limits, tolerances, false);
  return run(reader, false, expected);
}

HttpMessages read_http_requests(std::string_view stream, const Limits& limits, Tolerances tolerances) {
  Reader reader(stream, limits, tolerances, true);
  return run(reader, true, {});
}

std::string describe(const HttpMessages& found) {
  std::string text;
  for (const HttpMessage& message : found.messages) {
    text += "at " + std::to_string(message.offset) + " +" + std::to_string(message.head_octets) + ": 1." +
            std::to_string(message.minor) + " " + std::to_string(message.status) + " [" + message.reason +
            "] [" + message.method + "] [" + message.target + "]";
    describe_fields(text, message.fields);
    text += " dropped " + std::to_string(message.dropped_lines) + " from " +
            std::to_string(message.first_dropped) + (message.start_dropped ? " with a start" : "");
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
