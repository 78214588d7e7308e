// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "reference/smtp_reply_reference.hpp"

#include <optional>

namespace backtalk::reference {
namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7F;
}

// The part of a line up to its end, the first error in it, or the end of the stream.
struct RawLine {
  std::string text;        // up to the line end or the error
  std::size_t octets = 0;  // with the line end
  bool whole = false;
  Error error;
};

// line = *( %x09 / %x20-7E / %x80-FF ) CRLF
RawLine read_line(std::string_view stream, std::size_t start, std::size_t octets_max, Tolerances tolerances) {
  RawLine line;
  const auto fail = [&](ErrorCode code, std::size_t at) {
    line.error = {code, at};
    line.text = stream.substr(start, at - start);
    return line;
  };
  for (std::size_t i = start; i < stream.size(); ++i) {
    if (i - start >= octets_max) return fail(ErrorCode::line_too_long, start + octets_max);
    const char c = stream[i];
    if (c == '\n') {
      const bool pair = i > start && stream[i - 1] == '\r';
      if (!pair && !tolerances.has(tolerate::bare_lf)) return fail(ErrorCode::bare_lf, i);
      line.text = stream.substr(start, i - start - (pair ? 1 : 0));
      line.octets = i + 1 - start;
      line.whole = true;
      return line;
    }
    if (c == '\r') {
      if (i + 1 == stream.size()) break;
      if (stream[i + 1] != '\n' && !tolerances.has(tolerate::bare_cr)) return fail(ErrorCode::bare_cr, i);
    }
    if (is_control(c) && !tolerances.has(tolerate::control_bytes)) {
      return fail(c == '\0' ? ErrorCode::nul : ErrorCode::control_byte, i);
    }
  }
  return line;
}

// Reply-code = %x32-35 %x30-35 %x30-39, then SP, "-" or the end of the line; the code of the lines before it, unless
// they may differ: `code_before` is then empty.
Error check_grammar(const RawLine& line, std::uint64_t offset, const std::string& code_before,
                    bool any_code) {
  const std::string first = any_code ? "000" : "200";
  const std::string last = any_code ? "999" : "559";
  for (std::size_t i = 0; i < 4; ++i) {
    if (i == line.text.size()) {
      return line.whole && i < 3 ? Error{ErrorCode::bad_code, offset + i} : Error{};
    }
    const char c = line.text[i];
    if (i == 3) {
      if (c != ' ' && c != '-') return {ErrorCode::bad_separator, offset + 3};
    } else if (c < first[i] || c > last[i]) {
      return {ErrorCode::bad_code, offset + i};
    } else if (!code_before.empty() && c != code_before[i]) {
      return {ErrorCode::code_mismatch, offset + i};
    }
  }
  return {};
}

// number = "0" / %x31-39 *2DIGIT
std::optional<std::string> read_number(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c < '0' || c > '9') break;
    digits += c;
  }
  if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
  return digits;
}

// status-code = class "." subject "." detail, then SP or the end; the class is that of the reply code.
std::optional<std::string> read_enhanced(std::string_view text, char klass) {
  if (klass != '2' && klass != '4' && klass != '5') return std::nullopt;
  if (text.size() < 2 || text[0] != klass || text[1] != '.') return std::nullopt;
  const auto subject = read_number(text.substr(2));
  if (!subject || text.substr(2 + subject->size(), 1) != ".") return std::nullopt;
  const auto detail = read_number(text.substr(2 + subject->size() + 1));
  if (!detail) return std::nullopt;
  std::string code = std::string(1, klass) + "." + *subject + "." + *detail;
  if (text.size() > code.size() && text[code.size()] != ' ') return std::nullopt;
  return code;
}

// The enhanced code of the line that says what the reply means.
void strip_enhanced(SmtpReply& reply, const std::string& decisive, char klass) {
  const auto code = read_enhanced(decisive, klass);
  if (!code) return;
  reply.enhanced = *code;
  for (std::string& line : reply.lines) {
    if (read_enhanced(line, klass) == code) line.erase(0, code->size() + 1);
  }
}

// Returns the error with the lower offset; if they are equal, the earlier argument.
Error first_of(Error a, const Error& b, const Error& c) {
  for (const Error& other : {b, c}) {
    if (other && (!a || other.offset < a.offset)) a = other;
  }
  return a;
}

}  // namespace

SmtpReplies read_smtp_replies(std::string_view stream, smtp::ReplyLimits limits, Tolerances tolerances) {
  SmtpReplies found;
  SmtpReply reply;
  std::string code_before;  // the code of the previous lines of the current reply
  bool codes_differ = false;
  std::size_t at = 0;
  while (at < stream.size()) {
    const RawLine line = read_line(stream, at, limits.line_octets_max, tolerances);
    if (!line.whole && !line.error) break;
    if (reply.lines.empty()) reply.offset = at;
    const std::uint64_t octets = at - reply.offset + (line.whole ? line.octets : line.text.size());
    Error limit;
    // A line that begins with an error does not count as one line too many.
    if (line.whole || !line.text.empty()) {
      if (reply.lines.size() >= limits.reply_lines_max) {
        limit = {ErrorCode::too_many_lines, at};
      } else if (octets > limits.reply_octets_max) {
        limit = {ErrorCode::reply_too_long, reply.offset + limits.reply_octets_max};
      }
    }
    const std::string required = tolerances.has(tolerate::differing_codes) ? "" : code_before;
    const Error grammar = check_grammar(line, at, required, tolerances.has(tolerate::any_code));
    found.error = first_of(limit, grammar, line.error);
    if (found.error) return found;

    codes_differ = codes_differ || (!code_before.empty() && code_before != line.text.substr(0, 3));
    code_before = line.text.substr(0, 3);
    reply.lines.push_back(line.text.size() > 3 ? line.text.substr(4) : "");
    at += line.octets;
    if (line.text.size() > 3 && line.text[3] == '-') continue;
    reply.octets = octets;
    reply.code = static_cast<unsigned>(std::stoul(code_before));
    const std::string decisive = codes_differ ? reply.lines.back() : reply.lines.front();
    strip_enhanced(reply, decisive, code_before[0]);
    found.replies.push_back(reply);
    reply = {};
    code_before.clear();
    codes_differ = false;
  }
  found.in_message = at < stream.size() || !reply.lines.empty();
  found.message_offset = reply.lines.empty() ? at : reply.offset;
  return found;
}

std::string describe(const SmtpReplies& found) {
  std::string text;
  for (const SmtpReply& reply : found.replies) {
    text += "at " + std::to_string(reply.offset) + " +" + std::to_string(reply.octets) + ": " +
            std::to_string(reply.code) + " [" + reply.enhanced + "]";
    for (const std::string& line : reply.lines) text += " '" + line + "'";
    text += '\n';
  }
  if (found.error) {
    text += std::string(word(found.error.code)) + " at " + std::to_string(found.error.offset) + '\n';
  } else {
    text += (found.in_message ? "inside a reply from " : "between replies at ") +
            std::to_string(found.message_offset) + '\n';
  }
  return text;
}

}  // namespace backtalk::reference
