// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/body_structure.hpp"

#include <array>

#include "ascii.hpp"
#include "imap/fields.hpp"
#include "read_with.hpp"

namespace backtalk::imap {
namespace {

// What a body looks like whose first two fields are not strings.
enum class Form : std::uint8_t {
  single,           // body-type-1part, or nothing that is known
  without_subtype,  // body-type-1part with its type alone
  childless,        // body-type-mpart without its bodies
  childless_nil     // the same, with NIL in their place
};

bool may_be_number(const Token* token) {
  if (token == nullptr) return false;
  const bool begins_like_one =
      !token->text.empty() && (ascii::is_digit(token->text.front()) || (token->text.front() == '-'));
  return token->is_number() || (token->kind == Token::Kind::atom && begins_like_one);
}

// The octets tell the forms apart: they stand in the sixth place of a single part without a
// subtype, and in the seventh of others. What has a number in neither is a multipart.
Form form_of(const Fields& fields) {
  std::array<const Token*, 7> at{};
  const Token* next = fields.peek();
  for (const Token*& place : at) {
    place = next;
    if (next != nullptr) next = fields.behind(next);
  }
  const auto is_string = [](const Token* token) { return token != nullptr && token->is_nstring(); };
  const Token* const second = at[1];
  const bool lacks_a_name = second == nullptr || second->is_list() || second->is_nil();
  const bool goes_on = is_string(at[2]) && is_string(at[3]) && is_string(at[4]) && may_be_number(at[5]);
  if (at[0]->is_string() && lacks_a_name && goes_on) return Form::without_subtype;
  if (may_be_number(at[6])) return Form::single;
  if (at[0]->is_nil()) return second != nullptr && second->is_string() ? Form::childless_nil : Form::single;
  return at[0]->is_string() && lacks_a_name ? Form::childless : Form::single;
}

// body-fld-dsp = "(" string SP body-fld-param ")"
bool looks_like_disposition(const Token* token) {
  if (token == nullptr || !token->is_list() || token->span < 3 || !token[1].is_string()) return false;
  return (token[2].is_list() || token[2].is_nil()) && 2U + token[2].span == token->span;
}

// The parameters of a disposition (RFC 2183 2, RFC 2231), where a language may be. No language has
// such a name.
bool looks_like_its_parameters(const Token& token) {
  if (!token.is_list() || token.span == 1 || !(&token + 1)->is_string()) return false;
  const std::string_view text = (&token + 1)->text;
  const std::string_view name = text.substr(0, text.find('*'));
  for (const std::string_view known :
       {"filename", "name", "size", "creation-date", "modification-date", "read-date"}) {
    if (ascii::equals_lowered(name, known)) return true;
  }
  return false;
}

// body           = "(" (body-type-1part / body-type-mpart) ")"
// body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]
// body-type-1part = (body-type-basic / body-type-msg / body-type-text) [SP body-ext-1part]
//
// A part with enclosed parts is read in three steps: its head, its children one after another, its
// tail. The unfinished parts are the chain of parents, so no stack is needed.
class Reader {
 public:
  Reader(std::vector<BodyPart>& out, Tolerances tolerances) : out_(out), tolerances_(tolerances) {}

  Error read(const Token& value) {
    if (!value.is_list()) return {ErrorCode::wrong_shape, value.offset};
    const Token* next = &value;
    std::uint32_t parent = BodyPart::kNoParent;
    while (true) {
      // Down: `next` is a body.
      const auto self = static_cast<std::uint32_t>(out_.size());
      const std::uint32_t position = parent == BodyPart::kNoParent ? 1 : out_[parent].parts;
      BodyPart& part = out_.emplace_back();
      part.token = next;
      part.parent = parent;
      part.position = position;
      const Token* const inner = begin(*next, part);
      const Token* end = next + next->span;
      if (inner != nullptr) {
        parent = self;
        part.parts = 1;
        next = inner;
        continue;
      }
      // Up: a body ends at `end`. Its parent continues with another body, or with its own tail.
      while (parent != BodyPart::kNoParent) {
        BodyPart& above = out_[parent];
        const Token* const above_end = above.token + above.token->span;
        if (above.is_multipart() && is_body(end, above_end)) {
          if (end->after_space) note(above, BodyField::parts, fields_of(above, end).spaced(*end));
          ++above.parts;
          next = end;
          break;
        }
        finish(above, fields_of(above, end));
        end = above_end;
        parent = above.parent;
      }
      if (parent == BodyPart::kNoParent) return first_;
    }
  }

 private:
  void note(BodyPart& part, BodyField field, Error error) {
    if (error) record(part, field, error);
  }
  [[gnu::noinline]] void record(BodyPart& part, BodyField field, Error error) {
    part.wrong_fields = static_cast<std::uint16_t>(part.wrong_fields | 1U << static_cast<unsigned>(field));
    if (!part.error) {
      part.error = error;
      part.error_field = field;
    }
    if (!first_) first_ = error;
  }

  // What the list of a part holds from `at` on.
  [[nodiscard]] Fields fields_of(const BodyPart& part, const Token* at) const {
    return {at, part.token + part.token->span, *part.token, tolerances_};
  }

  // True if the parts of a multipart go on. A NIL before the subtype is a body that is missing.
  static bool is_body(const Token* at, const Token* end) {
    if (at == end) return false;
    return at->is_list() || (at->is_nil() && at + 1 != end && at[1].is_string());
  }

  // Reads what precedes the first enclosed body and returns that body; null if there is none, in
  // which case the part is complete.
  const Token* begin(const Token& body, BodyPart& part) {
    Fields fields(body, tolerances_);
    if (fields.done()) {  // NIL or "()"
      note(part, BodyField::parts, missing(body.offset));
      return nullptr;
    }
    const Token* const first = fields.peek();
    if (first->is_list()) {
      const Token* const second = fields.behind(first);
      if (first->span > 1 || (second != nullptr && second->is_list())) return first;
      note(part, BodyField::parts, missing(first->offset));  // (() "mixed")
      fields.skip();
      finish(part, fields);
      return nullptr;
    }
    const bool is_usual = first->is_string() && body.span > 2 && first[1].is_string();
    const Form form = is_usual ? Form::single : form_of(fields);
    if (form == Form::childless || form == Form::childless_nil) {
      read_childless(part, fields, form == Form::childless_nil);
      return nullptr;
    }
    return read_single(part, fields, form);
  }

  // The error of what is missing from a multipart or message.
  [[nodiscard]] Error missing(std::uint64_t offset) const {
    if (tolerances_.has(tolerate::empty_multiparts)) return {};
    return {ErrorCode::wrong_shape, offset};
  }

  void read_childless(BodyPart& part, Fields fields, bool has_nil) {
    if (has_nil) {
      note(part, BodyField::parts, missing(fields.skip()->offset));
      note(part, BodyField::subtype, fields.string(part.subtype));
    } else {
      part.subtype = NString{*fields.skip()};
      note(part, BodyField::parts, missing(fields.wrong().offset));
    }
    extension(part, fields, false);
  }

  // body-type-1part up to the body of a message, which is returned.
  const Token* read_single(BodyPart& part, Fields fields, Form form) {
    const Token& type = *fields.peek();
    note(part, BodyField::type, fields.string(part.type));
    if (part.type.token() == nullptr) part.type = NString{type};  // no multipart, whatever it is
    note(part, BodyField::subtype,
         form == Form::without_subtype ? fields.wrong_unless(tolerate::missing_subtype)
                                       : fields.string(part.subtype));
    note(part, BodyField::parameters, parameters(fields, part.parameters));
    note(part, BodyField::id, fields.nstring(part.id));
    note(part, BodyField::description, fields.nstring(part.description));
    note(part, BodyField::encoding, fields.string(part.encoding));
    note(part, BodyField::octets, octets(fields, part.octets));
    if (ascii::equals_lowered(part.type.raw(), "text")) {
      read_lines(part, fields);
    } else if (is_message(part) && has_envelope(fields)) {
      return read_message(part, fields);
    }
    extension(part, fields, true);
    return nullptr;
  }

  // RFC 3501 has only MESSAGE/RFC822, and RFC 6532 adds MESSAGE/GLOBAL; servers also send
  // MESSAGE/NEWS without a body.
  static bool is_message(const BodyPart& part) {
    return ascii::equals_lowered(part.type.raw(), "message") &&
           (ascii::equals_lowered(part.subtype.raw(), "rfc822") ||
            ascii::equals_lowered(part.subtype.raw(), "global"));
  }

  // Some servers send a message in the form of other parts: there the MD5 is next. An envelope that
  // is missing is told from it by the lines behind the body.
  static bool has_envelope(const Fields& fields) {
    const Token* const envelope = fields.peek();
    if (envelope == nullptr) return false;
    if (envelope->is_list()) return true;
    const Token* const body = envelope->is_nil() ? fields.behind(envelope) : nullptr;
    return body != nullptr && (body->is_nil() || body->is_list()) && may_be_number(fields.behind(body));
  }

  // body-type-msg = media-message SP body-fields SP envelope SP body SP body-fld-lines
  const Token* read_message(BodyPart& part, Fields fields) {
    const Token& envelope = *fields.skip();
    if (envelope.is_list()) {
      part.envelope = &envelope;
      note(part, BodyField::envelope, read_envelope(envelope, tolerances_).error());
    } else {
      note(part, BodyField::envelope, missing(envelope.offset));
    }
    const Token* const body = fields.peek();
    if (body != nullptr && body->is_list() && body->span > 1) {
      if (envelope.is_list()) note(part, BodyField::parts, Fields::unspaced(*body));
      return body;
    }
    const bool says_none = body != nullptr && (body->is_nil() || body->is_list());
    if (body == nullptr || says_none || may_be_number(body)) {
      note(part, BodyField::parts, missing(fields.wrong().offset));
    } else {
      note(part, BodyField::parts, fields.wrong());
    }
    if (says_none || (body != nullptr && !may_be_number(body))) fields.skip();
    finish(part, fields);
    return nullptr;
  }

  // What follows the last enclosed body: the subtype of a multipart, the lines of a message; then
  // the extension data.
  void finish(BodyPart& part, Fields fields) {
    if (!part.is_multipart()) {
      read_lines(part, fields);
      extension(part, fields, true);
      return;
    }
    note(part, BodyField::subtype,
         fields.done() ? fields.wrong_unless(tolerate::missing_subtype) : fields.string(part.subtype));
    extension(part, fields, false);
  }

  // body-fld-octets = number
  static Error octets(Fields& fields, std::uint64_t& out) {
    if (fields.peek() != nullptr && !fields.peek()->is_nil()) return fields.size(out, kNumberMax);
    const Error error = fields.wrong_unless(tolerate::missing_sizes);
    fields.take_nil();
    return error;
  }

  // body-fld-lines = number64
  void read_lines(BodyPart& part, Fields& fields) {
    const Token* const lines = fields.peek();
    const bool is_there = lines != nullptr && !lines->is_nil() && !lines->is_string() && !lines->is_list();
    if (is_there) {
      note(part, BodyField::lines, fields.size(part.lines, kNumber64Max));
      return;
    }
    note(part, BodyField::lines, fields.wrong_unless(tolerate::missing_sizes));
    // A NIL stands for the lines, unless a disposition shows that it is the MD5 before it.
    if (lines != nullptr && lines->is_nil() && !looks_like_disposition(fields.behind(lines))) fields.skip();
  }

  // body-ext-1part = body-fld-md5
  //                  [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]]
  // body-ext-mpart = body-fld-param
  //                  [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]]
  void extension(BodyPart& part, Fields& fields, bool single) {
    if (fields.done()) return;
    if (!single) {
      note(part, BodyField::parameters, parameters(fields, part.parameters));
    } else if (fields.peek()->is_nstring()) {
      note(part, BodyField::md5, fields.nstring(part.md5));
    } else {
      note(part, BodyField::md5, odd_md5(part, fields));
    }
    if (fields.done()) return;
    if (!fields.take_nil()) note(part, BodyField::disposition, disposition(part, fields));
    if (fields.done()) return;
    part.language = fields.peek();
    if (!fields.take_nil()) note(part, BodyField::language, language(part, fields));
    if (fields.done()) return;
    note(part, BodyField::location, fields.nstring(part.location));
    part.extensions = {fields.at(), fields.last()};
  }

  // Some servers give any part a number of lines.
  Error odd_md5(BodyPart& part, Fields& fields) const {
    if (!fields.peek()->is_number()) return in_place_of_md5(part, fields);
    const Error error = fields.wrong_unless(tolerate::extra_lines);
    fields.skip();
    if (fields.done()) return error;
    const Error next = in_place_of_md5(part, fields);
    return error ? error : next;
  }

  // Servers that describe a multipart without its parts as if it were a single part may go on with
  // body-ext-mpart. Others leave the MD5 out.
  Error in_place_of_md5(BodyPart& part, Fields& fields) const {
    const Token& token = *fields.peek();
    if (!token.is_list() || token.span == 1) return fields.nstring(part.md5);
    if (looks_like_disposition(&token)) return fields.wrong_unless(tolerate::missing_md5);
    Siblings again;
    const Error missing_parts = missing(token.offset);
    const Error error = parameters(fields, again);
    if (part.parameters.empty()) part.parameters = again;
    return missing_parts ? missing_parts : error;
  }

  // body-fld-param = "(" string SP string *(SP string SP string) ")" / nil
  Error parameters(Fields& fields, Siblings& out) const {
    if (fields.take_nil()) return {};
    const Token* const list = fields.peek();
    if (list == nullptr || !list->is_list() || list->span == 1) return fields.nil();
    fields.skip();
    const Token* at = list + 1;
    const Token* const last = list + list->span;
    while (last - at >= 2 && at[0].is_string() && at[1].is_string()) at += 2;
    out = {list + 1, last};
    return at == last ? Error{} : odd_parameters(*list, at, out);
  }

  // What is wrong from `pair` on. Gives the pairs up to the first that is none.
  [[gnu::noinline]] Error odd_parameters(const Token& list, const Token* pair, Siblings& out) const {
    const Token* const last = &list + list.span;
    Fields inside(pair, last, list, tolerances_);
    Error first;
    while (!inside.done()) {
      pair = inside.at();
      for (int i = 0; i < 2; ++i) {
        NString text;
        const Error error = inside.string(text);
        if (!first) first = error;
        if (text.token() == nullptr && error) {
          out = {&list + 1, pair};
          return first;
        }
      }
    }
    return first;
  }

  // body-fld-dsp = "(" string SP body-fld-param ")" / nil
  Error disposition(BodyPart& part, Fields& fields) const {
    const Token& token = *fields.peek();
    if (token.is_string()) {
      const Error error = fields.wrong_unless(tolerate::bare_disposition);
      part.disposition = NString{*fields.skip()};
      if (fields.done() || !looks_like_its_parameters(*fields.peek())) return error;
      const Error wrong_parameters = parameters(fields, part.disposition_parameters);
      return error ? error : wrong_parameters;
    }
    if (!token.is_list() || token.span == 1) return fields.nil();
    Error first = Fields::unspaced(*fields.skip());
    const auto keep = [&first](Error error) {
      if (!first) first = error;
    };
    Fields inside(token, tolerances_);
    keep(inside.string(part.disposition));
    keep(inside.done() ? inside.wrong_unless(tolerate::bare_disposition)
                       : parameters(inside, part.disposition_parameters));
    if (!inside.done()) keep(inside.wrong());
    return first;
  }

  // body-fld-lang = nstring / "(" string *(SP string) ")"
  Error language(BodyPart& part, Fields& fields) const {
    const Token& token = *fields.peek();
    if (!token.is_list() || token.span == 1) {
      NString text;
      const Error error = fields.nstring(text);
      if (!token.is_list() && text.token() == nullptr) part.language = nullptr;
      return error;
    }
    Error first = Fields::unspaced(*fields.skip());
    Fields inside(token, tolerances_);
    while (!inside.done()) {
      NString text;
      const Error error = inside.string(text);
      if (!first) first = error;
      if (text.token() == nullptr && error) part.language = nullptr;
    }
    return first;
  }

  std::vector<BodyPart>& out_;
  Tolerances tolerances_;
  Error first_;
};

}  // namespace

std::string_view word(BodyField field) noexcept {
  switch (field) {
    case BodyField::none: return "none";
    case BodyField::type: return "type";
    case BodyField::subtype: return "subtype";
    case BodyField::parameters: return "parameters";
    case BodyField::id: return "id";
    case BodyField::description: return "description";
    case BodyField::encoding: return "encoding";
    case BodyField::octets: return "octets";
    case BodyField::lines: return "lines";
    case BodyField::envelope: return "envelope";
    case BodyField::parts: return "parts";
    case BodyField::md5: return "md5";
    case BodyField::disposition: return "disposition";
    case BodyField::language: return "language";
    case BodyField::location: return "location";
  }
  return "none";
}

Result<std::span<const BodyPart>> read_body_structure(const Token& value, std::vector<BodyPart>& room,
                                                      Tolerances tolerances) {
  return read_into<BodyPart>(room, [&] { return Reader(room, tolerances).read(value); });
}

}  // namespace backtalk::imap
