// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "reference/imap_structure_reference.hpp"

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string_view>
#include <vector>

namespace backtalk::reference {
namespace {

using imap::Token;
using Elements = std::vector<const Token*>;

Elements elements_of(const Token& list) {
  Elements found;
  if (!list.is_list()) return found;
  const Token* const end = &list + list.span;
  for (const Token* at = &list + 1; at != end; at += at->span) found.push_back(at);
  return found;
}

bool is_empty_list(const Token& token) {
  return token.is_list() && elements_of(token).empty();
}

std::string lower(std::string_view text) {
  std::string lowered;
  for (const char c : text) lowered.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  return lowered;
}

std::string text_of(const Token& token) {
  return token.is_nil() ? "NIL" : "'" + std::string(token.text) + "'";
}

std::string text_of(imap::NString string) {
  return string.token() == nullptr ? "NIL" : text_of(*string.token());
}

std::string text_of(Error error) {
  return std::string(word(error.code)) + "@" + std::to_string(error.offset);
}

// A part, or an envelope: its fields, and those with an error.
class Line {
 public:
  void set(std::string_view name, const std::string& value) {
    if (value != "NIL" && value != "0" && !value.empty()) fields_[std::string(name)] = value;
  }
  // Of several errors of one field the first counts.
  void wrong(std::string_view name, Error error) {
    if (!error) return;
    if (first_.empty()) first_ = std::string(name) + " " + text_of(error);
    wrong_.emplace(name, error);
  }
  // A part knows which of its fields are wrong, and where the first is; an envelope where each is.
  [[nodiscard]] std::string text(bool with_offsets) const {
    std::string text;
    for (const auto& [name, value] : fields_) text += " " + name + "=" + value;
    if (!with_offsets && !first_.empty()) text += " first wrong " + first_ + ", all:";
    for (const auto& [name, error] : wrong_) text += " " + name + (with_offsets ? ":" + text_of(error) : "");
    return text;
  }

 private:
  std::map<std::string, std::string> fields_;
  std::map<std::string, Error, std::less<>> wrong_;
  std::string first_;
};

// What both values are made of. Errors go to `note`.
class Reader {
 public:
  explicit Reader(Tolerances tolerances) : tolerances_(tolerances) {}

  [[nodiscard]] Error first() const { return first_; }

 protected:
  [[nodiscard]] bool allows(Tolerances all) const { return tolerances_.has(all); }

  void note(Line& line, std::string_view name, Error error) {
    if (!first_) first_ = error;
    line.wrong(name, error);
  }
  void wrong(Line& line, std::string_view name, std::uint64_t offset,
             ErrorCode code = ErrorCode::wrong_shape) {
    note(line, name, {code, offset});
  }

  // nstring = string / nil. Returns what was read; `out` is set if it is of use.
  bool nstring(const Token& token, std::string& out) const {
    if (token.is_string() || token.is_nil()) {
      out = text_of(token);
      return true;
    }
    return is_empty_list(token) && allows(tolerate::empty_lists);
  }
  bool string(const Token& token, std::string& out) const {
    const bool fits = nstring(token, out);
    if (token.is_string()) return true;
    return fits && allows(tolerate::nil_strings);
  }

  // number, with what may stand for one: 2 if it is too large.
  [[nodiscard]] int number(const Token& token, std::uint64_t max, std::uint64_t& out) const {
    out = 0;
    if (token.is_number()) return fits(token.number(), max, out);
    if (token.kind != Token::Kind::atom) return 0;
    const std::string_view text = token.text;
    if (text.size() > 1 && text[0] == '-' && is_digits(text.substr(1))) {
      return allows(tolerate::negative_numbers) ? 1 : 0;
    }
    if (is_digits(text)) return 2;  // beyond 64 bits
    std::uint64_t value = 0;
    if (!allows(tolerate::exponents) || !exponent(text, value)) return 0;
    return fits(value, max, out);
  }

 private:
  [[nodiscard]] int fits(std::uint64_t value, std::uint64_t max, std::uint64_t& out) const {
    if (value > max && !allows(tolerate::large_numbers)) return 2;
    out = value;
    return 1;
  }

  static bool is_digits(std::string_view text) {
    if (text.empty()) return false;
    for (const char c : text) {
      if (c < '0' || c > '9') return false;
    }
    return true;
  }

  // digits ["." digits] "e" ["+"] digits: the digits with the point moved, which must leave an
  // integer.
  static bool exponent(std::string_view text, std::uint64_t& out) {
    const std::size_t e = text.find_first_of("eE");
    if (e == std::string_view::npos) return false;
    std::string_view power = text.substr(e + 1);
    if (!power.empty() && power[0] == '+') power.remove_prefix(1);
    const std::string_view mantissa = text.substr(0, e);
    const std::size_t point = mantissa.find('.');
    std::string digits(mantissa.substr(0, point));
    const std::string_view fraction =
        point == std::string_view::npos ? std::string_view{} : mantissa.substr(point + 1);
    if (point != std::string_view::npos && !is_digits(fraction)) return false;
    if (!is_digits(digits) || !is_digits(power)) return false;
    while (power.size() > 1 && power[0] == '0') power.remove_prefix(1);
    if (power.size() > 3) return false;
    std::size_t shift = 0;
    for (const char c : power) shift = shift * 10 + static_cast<std::size_t>(c - '0');
    if (shift < fraction.size()) return false;
    digits += fraction;
    while (digits.size() > 1 && digits[0] == '0') digits.erase(0, 1);
    if (digits != "0") digits.append(shift - fraction.size(), '0');
    if (digits.size() > 20 || (digits.size() == 20 && digits > "18446744073709551615")) return false;
    out = 0;
    for (const char c : digits) out = out * 10 + static_cast<std::uint64_t>(c - '0');
    return true;
  }

  Tolerances tolerances_;
  Error first_;
};

class Envelopes : public Reader {
 public:
  using Reader::Reader;

  std::string read(const Token& value) {
    Line line;
    if (!value.is_list()) {
      error_ = {ErrorCode::wrong_shape, value.offset};
    } else {
      const Elements in = elements_of(value);
      for (std::size_t i = 0; i < 10; ++i) {
        const auto name = imap::word(static_cast<imap::EnvelopeField>(i));
        if (i >= in.size()) {
          if (!allows(tolerate::short_envelopes)) wrong(line, name, value.offset);
        } else if (i < 2 || i > 7) {
          std::string text;
          if (!nstring(*in[i], text)) wrong(line, name, in[i]->offset);
          line.set(name, text);
        } else {
          addresses(line, name, *in[i]);
        }
      }
      error_ = first();
      if (!error_ && in.size() > 10) error_ = {ErrorCode::wrong_shape, in[10]->offset};
    }
    return line.text(true) + " " + text_of(error_);
  }
  [[nodiscard]] Error error() const { return error_; }

 private:
  // "(" 1*address ")" / nil
  void addresses(Line& line, std::string_view name, const Token& token) {
    if (token.is_nil()) return;
    if (!token.is_list()) return wrong(line, name, token.offset);
    if (is_empty_list(token)) {
      if (!allows(tolerate::empty_lists)) wrong(line, name, token.offset);
      return;
    }
    if (!token.after_space) wrong(line, name, token.offset, ErrorCode::missing_space);
    std::string all;
    const Token* before = nullptr;
    for (const Token* const one : elements_of(token)) {
      if (one->is_nil()) {
        if (!allows(tolerate::nil_addresses)) wrong(line, name, one->offset);
      } else if (is_empty_list(*one)) {
        if (!allows(tolerate::nil_addresses | tolerate::empty_lists)) wrong(line, name, one->offset);
      } else {
        const bool follows_a_list = before != nullptr && before->is_list();
        if (follows_a_list && one->is_list() && one->after_space && !allows(tolerate::extra_spaces)) {
          wrong(line, name, one->offset - 1, ErrorCode::extra_space);
        }
        all += address(line, name, *one);
      }
      before = one;
    }
    line.set(name, all);
  }

  // "(" nstring SP nstring SP nstring SP nstring ")"
  std::string address(Line& line, std::string_view name, const Token& token) {
    if (!token.is_list()) {
      wrong(line, name, token.offset);
      return "";
    }
    const Elements in = elements_of(token);
    std::string all = "[";
    for (std::size_t i = 0; i < 4; ++i) {
      std::string text = "NIL";
      if (i < in.size() && !nstring(*in[i], text)) wrong(line, name, in[i]->offset);
      if (i >= in.size()) wrong(line, name, token.offset);
      all += text + " ";
    }
    if (in.size() > 4) wrong(line, name, in[4]->offset);
    return all + "]";
  }

  Error error_;
};

class Structures : public Reader {
 public:
  explicit Structures(Tolerances tolerances) : Reader(tolerances), tolerances_(tolerances) {}

  std::string read(const Token& value) {
    if (!value.is_list()) return text_of(Error{ErrorCode::wrong_shape, value.offset});
    body(value);
    std::string all;
    for (const std::string& part : parts_) all += part + "\n";
    return all + text_of(first());
  }

 private:
  // The elements of a body, and where it is being read.
  struct Body {
    const Token* token;
    Elements in;
    std::size_t at = 0;
    std::size_t parts = 0;
    bool multipart = false;
    bool has_parameters = false;
    Line line;

    [[nodiscard]] const Token* peek(std::size_t ahead = 0) const {
      return at + ahead < in.size() ? in[at + ahead] : nullptr;
    }
    // Where an error of the next element is.
    [[nodiscard]] std::uint64_t offset() const {
      const Token* const next = peek();
      return next != nullptr ? next->offset : token->offset;
    }
  };

  // body = "(" (body-type-1part / body-type-mpart) ")"
  void body(const Token& token) {
    const std::size_t self = parts_.size();
    parts_.emplace_back();
    Body read{&token, elements_of(token), 0, 0, false, false, {}};
    if (read.in.empty()) {
      read.multipart = true;
      missing(read, "parts", token.offset);
    } else if (read.in[0]->is_list()) {
      multipart(read);
    } else {
      part(read);
    }
    if (read.multipart) read.line.set("multipart", "yes");
    read.line.set("of", std::to_string(read.parts));
    parts_[self] = read.line.text(false);
  }

  void missing(Body& read, std::string_view name, std::uint64_t offset) {
    if (!allows(tolerate::empty_multiparts)) wrong(read.line, name, offset);
  }

  // 1*body SP media-subtype [SP body-ext-mpart]
  void multipart(Body& read) {
    read.multipart = true;
    const bool alone = read.peek(1) == nullptr || !read.peek(1)->is_list();
    if (is_empty_list(*read.in[0]) && alone) {
      missing(read, "parts", read.offset());
      ++read.at;
    } else {
      while (const Token* const next = read.peek()) {
        const Token* const behind = read.peek(1);
        const bool is_missing = next->is_nil() && behind != nullptr && behind->is_string();
        if (!next->is_list() && !is_missing) break;
        if (read.at > 0 && next->is_list() && next->after_space && !allows(tolerate::extra_spaces)) {
          wrong(read.line, "parts", next->offset - 1, ErrorCode::extra_space);
        }
        ++read.at;
        ++read.parts;
        body(*next);
      }
    }
    if (read.peek() == nullptr) {
      if (!allows(tolerate::missing_subtype)) wrong(read.line, "subtype", read.offset());
      return;
    }
    string_field(read, "subtype");
    after_parameters(read, true);
  }

  // (body-type-basic / body-type-msg / body-type-text) [SP body-ext-1part], and what stands in for
  // it
  void part(Body& read) {
    const Token* const second = read.peek(1);
    const bool is_named = read.in[0]->is_string();
    const bool lacks_subtype = is_named && (second == nullptr || second->is_list() || second->is_nil());
    if (lacks_subtype && is_nstring(read.peek(2)) && is_nstring(read.peek(3)) && is_nstring(read.peek(4)) &&
        looks_like_number(read.peek(5))) {
      read.line.set("type", text_of(*read.in[0]));
      ++read.at;
      if (!allows(tolerate::missing_subtype)) wrong(read.line, "subtype", read.offset());
      return fields(read, lower(read.in[0]->text), "");
    }
    const bool has_size = looks_like_number(read.peek(6));
    if (!has_size && read.in[0]->is_nil() && second != nullptr && second->is_string()) {
      read.multipart = true;
      missing(read, "parts", read.offset());
      ++read.at;
      string_field(read, "subtype");
      return after_parameters(read, true);
    }
    if (!has_size && lacks_subtype) {
      read.multipart = true;
      read.line.set("subtype", text_of(*read.in[0]));
      ++read.at;
      missing(read, "parts", read.offset());
      return after_parameters(read, true);
    }
    const Token& type = *read.in[0];
    std::string text;
    if (!string(type, text)) wrong(read.line, "type", type.offset);
    read.line.set("type", text_of(type));
    ++read.at;
    const std::string subtype = string_field(read, "subtype");
    fields(read, type.is_nil() ? "" : lower(type.text), lower(subtype));
  }

  // body-fields, and what each kind of part has behind them
  void fields(Body& read, const std::string& type, const std::string& subtype) {
    parameters_field(read);
    nstring_field(read, "id");
    nstring_field(read, "description");
    string_field(read, "encoding");
    const Token* const size = read.peek();
    if (size != nullptr && !size->is_nil()) {
      number_field(read, "octets", 4294967295);
    } else {
      if (!allows(tolerate::missing_sizes)) wrong(read.line, "octets", read.offset());
      if (size != nullptr) ++read.at;
    }
    if (type == "text") {
      lines(read);
    } else if (type == "message" && (subtype == "'rfc822'" || subtype == "'global'")) {
      const Token* const next = read.peek();
      const Token* const behind = read.peek(1);
      const bool is_nil_envelope = next != nullptr && next->is_nil() && behind != nullptr &&
                                   (behind->is_nil() || behind->is_list()) && looks_like_number(read.peek(2));
      if (is_nil_envelope || (next != nullptr && next->is_list())) message(read, is_nil_envelope);
    }
    after_parameters(read, false);
  }

  // envelope SP body SP body-fld-lines
  void message(Body& read, bool is_nil_envelope) {
    const Token& envelope = *read.in[read.at];
    if (is_nil_envelope) {
      missing(read, "envelope", envelope.offset);
    } else {
      Envelopes reader{tolerances_};
      static_cast<void>(reader.read(envelope));
      note(read.line, "envelope", reader.error());
      read.line.set("envelope", "yes");
    }
    ++read.at;
    const Token* const next = read.peek();
    if (next != nullptr && next->is_list() && !is_empty_list(*next)) {
      if (envelope.is_list() && !next->after_space) {
        wrong(read.line, "parts", next->offset, ErrorCode::missing_space);
      }
      ++read.at;
      read.parts = 1;
      body(*next);
    } else if (next == nullptr || looks_like_number(next)) {
      missing(read, "parts", read.offset());
    } else if (next->is_nil() || next->is_list()) {
      missing(read, "parts", next->offset);
      ++read.at;
    } else {
      wrong(read.line, "parts", next->offset);
      ++read.at;
    }
    lines(read);
  }

  void lines(Body& read) {
    const Token* const next = read.peek();
    if (next != nullptr && !next->is_nil() && !next->is_string() && !next->is_list()) {
      return number_field(read, "lines", 9223372036854775807U);
    }
    if (!allows(tolerate::missing_sizes)) wrong(read.line, "lines", read.offset());
    if (next != nullptr && next->is_nil() && !looks_like_disposition(read.peek(1))) ++read.at;
  }

  // body-ext-1part and body-ext-mpart
  void after_parameters(Body& read, bool is_multipart) {
    if (read.peek() == nullptr) return;
    if (is_multipart) {
      parameters_field(read);
    } else {
      md5(read);
    }
    if (read.peek() == nullptr) return;
    disposition(read);
    if (read.peek() == nullptr) return;
    language(read);
    if (read.peek() == nullptr) return;
    nstring_field(read, "location");
    std::size_t more = read.in.size() - read.at;
    read.line.set("more", std::to_string(more));
  }

  void md5(Body& read) {
    if (read.peek()->is_number()) {
      if (!allows(tolerate::extra_lines)) wrong(read.line, "md5", read.offset());
      ++read.at;
      if (read.peek() == nullptr) return;
    }
    const Token& next = *read.peek();
    if (!next.is_list() || is_empty_list(next)) {
      nstring_field(read, "md5");
    } else if (looks_like_disposition(&next)) {
      if (!allows(tolerate::missing_md5)) wrong(read.line, "md5", next.offset);
    } else {
      missing(read, "md5", next.offset);
      std::string pairs;
      note(read.line, "md5", parameters(next, next.offset, pairs));
      if (!read.has_parameters) read.line.set("parameters", pairs);
      ++read.at;
    }
  }

  // "(" string SP body-fld-param ")" / nil
  void disposition(Body& read) {
    const Token& next = *read.peek();
    ++read.at;
    if (next.is_nil()) return;
    if (next.is_string()) {
      if (!allows(tolerate::bare_disposition)) wrong(read.line, "disposition", next.offset);
      read.line.set("disposition", text_of(next));
      if (read.peek() == nullptr || !names_disposition_parameter(*read.peek())) return;
      std::string pairs;
      note(read.line, "disposition", parameters(*read.peek(), read.offset(), pairs));
      read.line.set("disposition-parameters", pairs);
      ++read.at;
      return;
    }
    if (!next.is_list()) return wrong(read.line, "disposition", next.offset);
    if (is_empty_list(next)) {
      if (!allows(tolerate::empty_lists)) wrong(read.line, "disposition", next.offset);
      return;
    }
    if (!next.after_space) wrong(read.line, "disposition", next.offset, ErrorCode::missing_space);
    const Elements in = elements_of(next);
    std::string text;
    if (!string(*in[0], text)) wrong(read.line, "disposition", in[0]->offset);
    read.line.set("disposition", text);
    if (in.size() == 1) {
      if (!allows(tolerate::bare_disposition)) wrong(read.line, "disposition", next.offset);
      return;
    }
    std::string pairs;
    note(read.line, "disposition", parameters(*in[1], in[1]->offset, pairs));
    read.line.set("disposition-parameters", pairs);
    if (in.size() > 2) wrong(read.line, "disposition", in[2]->offset);
  }

  // nstring / "(" string *(SP string) ")"
  void language(Body& read) {
    const Token& next = *read.peek();
    ++read.at;
    if (next.is_string()) {
      return read.line.set("language", text_of(next));
    }
    if (next.is_nil()) return;
    if (is_empty_list(next)) {
      if (!allows(tolerate::empty_lists)) wrong(read.line, "language", next.offset);
      return read.line.set("language", "[]");
    }
    if (!next.is_list()) return wrong(read.line, "language", next.offset);
    if (!next.after_space) wrong(read.line, "language", next.offset, ErrorCode::missing_space);
    std::string all = "[";
    bool usable = true;
    for (const Token* const one : elements_of(next)) {
      std::string text = "NIL";
      const bool fits = string(*one, text);
      if (!fits) wrong(read.line, "language", one->offset);
      if (!fits && !one->is_nil()) usable = false;
      all += text + " ";
    }
    if (usable) read.line.set("language", all + "]");
  }

  void parameters_field(Body& read) {
    std::string pairs;
    const Token* const next = read.peek();
    if (next == nullptr) {
      wrong(read.line, "parameters", read.offset());
    } else {
      note(read.line, "parameters", parameters(*next, next->offset, pairs));
      ++read.at;
    }
    read.has_parameters = !pairs.empty();
    read.line.set("parameters", pairs);
  }

  // "(" string SP string *(SP string SP string) ")" / nil. Returns the first error.
  Error parameters(const Token& token, std::uint64_t offset, std::string& pairs) const {
    const Error bad{ErrorCode::wrong_shape, offset};
    if (token.is_nil()) return {};
    if (!token.is_list()) return bad;
    if (is_empty_list(token)) return allows(tolerate::empty_lists) ? Error{} : bad;
    const Elements in = elements_of(token);
    Error error;
    for (std::size_t i = 0; i < in.size(); i += 2) {
      std::string pair;
      for (std::size_t j = i; j < i + 2; ++j) {
        const bool is_there = j < in.size();
        std::string text = "NIL";
        const bool fits = is_there && string(*in[j], text);
        if (!fits && !error) error = {ErrorCode::wrong_shape, is_there ? in[j]->offset : token.offset};
        if (!fits && !(is_there && in[j]->is_nil())) return error;
        pair += text + " ";
      }
      pairs += pair;
    }
    return error;
  }

  void nstring_field(Body& read, std::string_view name) {
    std::string text;
    if (read.peek() == nullptr || !nstring(*read.peek(), text)) wrong(read.line, name, read.offset());
    read.line.set(name, text);
    if (read.peek() != nullptr) ++read.at;
  }

  std::string string_field(Body& read, std::string_view name) {
    std::string text;
    if (read.peek() == nullptr || !string(*read.peek(), text)) wrong(read.line, name, read.offset());
    read.line.set(name, text);
    if (read.peek() != nullptr) ++read.at;
    return text;
  }

  void number_field(Body& read, std::string_view name, std::uint64_t max) {
    std::uint64_t value = 0;
    const int found = read.peek() != nullptr ? number(*read.peek(), max, value) : 0;
    if (found == 0) wrong(read.line, name, read.offset());
    if (found == 2) wrong(read.line, name, read.offset(), ErrorCode::number_out_of_range);
    read.line.set(name, std::to_string(value));
    if (read.peek() != nullptr) ++read.at;
  }

  static bool looks_like_number(const Token* token) {
    if (token == nullptr) return false;
    if (token->is_number()) return true;
    return token->kind == Token::Kind::atom && !token->text.empty() &&
           std::string_view("-0123456789").find(token->text[0]) != std::string_view::npos;
  }
  static bool is_nstring(const Token* token) {
    return token != nullptr && (token->is_string() || token->is_nil());
  }
  // RFC 2183, and "name", each perhaps with the "*" of RFC 2231
  static bool names_disposition_parameter(const Token& token) {
    if (!token.is_list()) return false;
    const Elements in = elements_of(token);
    if (in.empty() || !in[0]->is_string()) return false;
    const std::string name = lower(in[0]->text.substr(0, in[0]->text.find('*')));
    return name == "filename" || name == "name" || name == "size" || name == "creation-date" ||
           name == "modification-date" || name == "read-date";
  }
  static bool looks_like_disposition(const Token* token) {
    if (token == nullptr) return false;
    const Elements in = elements_of(*token);
    return in.size() == 2 && in[0]->is_string() && (in[1]->is_list() || in[1]->is_nil());
  }

  Tolerances tolerances_;
  std::vector<std::string> parts_;
};

std::string text_of(imap::Siblings row) {
  std::string all;
  for (const Token& token : row) all += (is_empty_list(token) ? "NIL" : text_of(token)) + " ";
  return all;
}

}  // namespace

std::string read_imap_structure(const Token& value, Tolerances tolerances) {
  return Structures{tolerances}.read(value);
}

std::string read_imap_envelope(const Token& value, Tolerances tolerances) {
  return Envelopes{tolerances}.read(value);
}

std::string describe(std::span<const imap::BodyPart> structure, Error error) {
  std::string all;
  for (const imap::BodyPart& part : structure) {
    Line line;
    if (part.is_multipart()) line.set("multipart", "yes");
    if (part.envelope != nullptr) line.set("envelope", "yes");
    line.set("of", std::to_string(part.parts));
    line.set("type", text_of(part.type));
    line.set("subtype", text_of(part.subtype));
    line.set("parameters", text_of(part.parameters));
    line.set("id", text_of(part.id));
    line.set("description", text_of(part.description));
    line.set("encoding", text_of(part.encoding));
    line.set("octets", std::to_string(part.octets));
    line.set("lines", std::to_string(part.lines));
    line.set("md5", text_of(part.md5));
    line.set("disposition", text_of(part.disposition));
    line.set("disposition-parameters", text_of(part.disposition_parameters));
    if (part.language != nullptr && part.language->is_list()) {
      line.set("language", "[" + text_of(imap::children(*part.language)) + "]");
    } else if (part.language != nullptr) {
      line.set("language", text_of(*part.language));
    }
    line.set("location", text_of(part.location));
    line.set("more", std::to_string(part.extensions.count()));
    line.wrong(word(part.error_field), part.error);
    for (auto field = static_cast<unsigned>(imap::BodyField::type);
         field <= static_cast<unsigned>(imap::BodyField::location); ++field) {
      const auto name = static_cast<imap::BodyField>(field);
      if (part.is_wrong(name)) line.wrong(word(name), {ErrorCode::wrong_shape, 0});
    }
    all += line.text(false) + "\n";
  }
  return all + text_of(error);
}

std::string describe(const imap::Envelope& envelope, Error error) {
  using Field = imap::EnvelopeField;
  Line line;
  const auto text = [&](Field field, imap::NString string) {
    line.set(word(field), text_of(string));
    line.wrong(word(field), envelope.error(field));
  };
  const auto list = [&](Field field, const imap::AddressList& addresses) {
    std::string all;
    for (const imap::Address& address : addresses) {
      all += "[" + text_of(address.name) + " " + text_of(address.route) + " " + text_of(address.mailbox) +
             " " + text_of(address.host) + " ]";
    }
    line.set(word(field), all);
    line.wrong(word(field), envelope.error(field));
  };
  text(Field::date, envelope.date);
  text(Field::subject, envelope.subject);
  list(Field::from, envelope.from);
  list(Field::sender, envelope.sender);
  list(Field::reply_to, envelope.reply_to);
  list(Field::to, envelope.to);
  list(Field::cc, envelope.cc);
  list(Field::bcc, envelope.bcc);
  text(Field::in_reply_to, envelope.in_reply_to);
  text(Field::message_id, envelope.message_id);
  return line.text(true) + " " + text_of(error);
}

}  // namespace backtalk::reference
