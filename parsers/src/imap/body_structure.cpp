// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/body_structure.hpp"

#include "ascii.hpp"
#include "imap/cursor.hpp"
#include "read_with.hpp"

namespace backtalk::imap {
namespace {

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
    const Token* next = &value;
    std::uint32_t parent = BodyPart::kNoParent;
    while (true) {
      // Down: `next` is a body.
      if (!next->is_list() || next->span == 1) return {ErrorCode::wrong_shape, next->offset};
      const auto self = static_cast<std::uint32_t>(out_.size());
      const std::uint32_t position = parent == BodyPart::kNoParent ? 1 : out_[parent].parts;
      BodyPart& part = out_.emplace_back();
      part.token = next;
      part.parent = parent;
      part.position = position;
      const Token* inner = begin(*next, part);
      if (error_) return error_;
      const Token* end = next + next->span;
      if (inner != nullptr) {
        parent = self;
        out_[self].parts = 1;
        next = inner;
        continue;
      }
      // Up: a body ends at `end`. Its parent continues with another body, or with its own tail.
      while (parent != BodyPart::kNoParent) {
        BodyPart& above = out_[parent];
        const Token* const above_end = above.token + above.token->span;
        if (above.is_multipart() && end != above_end && end->is_list()) {
          ++above.parts;
          next = end;
          break;
        }
        finish(above, {end, above_end});
        if (error_) return error_;
        end = above_end;
        parent = above.parent;
      }
      if (parent == BodyPart::kNoParent) return {};
    }
  }

 private:
  // Reads what precedes the first enclosed body and returns that body; null if there is none, in
  // which case the part is complete.
  const Token* begin(const Token& body, BodyPart& part) {
    const Siblings inside = children(body);
    if (inside.front().is_list()) return &inside.front();
    Cursor cursor(inside, body.offset, tolerances_);
    cursor.string(part.type) && cursor.string(part.subtype) && parameters(cursor, part.parameters) &&
        cursor.nstring(part.id) && cursor.nstring(part.description) && cursor.string(part.encoding) &&
        cursor.number(part.octets);
    const std::string_view type = part.type.raw();
    if (ascii::equals_lowered(type, "text")) {
      cursor.number(part.lines, kNumber64Max);
    } else if (is_message(part) && cursor.peek() != nullptr && cursor.peek()->is_list()) {
      part.envelope = cursor.take();
      if (const Error wrong = read_envelope(*part.envelope, tolerances_).error()) cursor.fail(wrong);
      if (cursor.error() || cursor.done()) {
        cursor.refuse();
      } else {
        return cursor.peek();
      }
    }
    if (!cursor.error()) extension(cursor, part, true);
    error_ = cursor.error();
    return nullptr;
  }

  // What follows the last enclosed body: the subtype of a multipart, the lines of a message; then
  // the extension data.
  void finish(BodyPart& part, Siblings tail) {
    Cursor cursor(tail, part.token->offset, tolerances_);
    if (part.is_multipart()) {
      cursor.string(part.subtype);
      if (!cursor.error()) extension(cursor, part, false);
    } else {
      cursor.number(part.lines, kNumber64Max);
      if (!cursor.error()) extension(cursor, part, true);
    }
    error_ = cursor.error();
  }

  // RFC 3501 has only MESSAGE/RFC822, and RFC 6532 adds MESSAGE/GLOBAL; servers also send
  // MESSAGE/NEWS without a body.
  static bool is_message(const BodyPart& part) {
    return ascii::equals_lowered(part.type.raw(), "message") &&
           (ascii::equals_lowered(part.subtype.raw(), "rfc822") ||
            ascii::equals_lowered(part.subtype.raw(), "global"));
  }

  // body-fld-param = "(" string SP string *(SP string SP string) ")" / nil
  bool parameters(Cursor& cursor, Siblings& out) const {
    if (!cursor.list_or_nil(out)) return false;
    Cursor inside(out, out.empty() ? 0 : out.front().offset, tolerances_);
    NString ignored;
    while (!inside.done()) {
      if (!inside.nstring(ignored) || !inside.nstring(ignored)) return cursor.fail(inside.error());
    }
    return true;
  }

  // body-ext-1part = body-fld-md5
  //                  [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]]
  // body-ext-mpart = body-fld-param
  //                  [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]]
  void extension(Cursor& cursor, BodyPart& part, bool single) const {
    if (cursor.done()) return;
    if (!(single ? cursor.nstring(part.md5) : parameters(cursor, part.parameters)) || cursor.done()) return;
    if (!disposition(cursor, part) || cursor.done()) return;
    part.language = cursor.take();
    if (cursor.done() || !cursor.nstring(part.location)) return;
    part.extensions = cursor.rest();
  }

  // body-fld-dsp = "(" string SP body-fld-param ")" / nil
  bool disposition(Cursor& cursor, BodyPart& part) const {
    Siblings list;
    if (!cursor.list_or_nil(list)) return false;
    if (list.empty()) return true;
    Cursor inside(list, list.front().offset, tolerances_);
    if (inside.string(part.disposition) && !parameters(inside, part.disposition_parameters)) {
      return cursor.fail(inside.error());
    }
    return inside.finish() || cursor.fail(inside.error());
  }

  std::vector<BodyPart>& out_;
  Tolerances tolerances_;
  Error error_;
};

}  // namespace

Result<std::span<const BodyPart>> read_body_structure(const Token& value, std::vector<BodyPart>& room,
                                                      Tolerances tolerances) {
  return read_into<BodyPart>(room, [&] { return Reader(room, tolerances).read(value); });
}

}  // namespace backtalk::imap
