// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "reference/imap_reference.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace backtalk::reference {
namespace {

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

std::string lower(std::string text) {
  for (char& c : text) c = lower(c);
  return text;
}

bool is_atom_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte < 0x7F && std::string_view("(){%*\"\\][").find(c) == std::string_view::npos;
}
bool is_tag_char(char c) {
  return (is_atom_char(c) && c != '+') || c == '[' || c == ']';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
// CTL, but for what ends a line or a string of C.
bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x7F || (byte < 0x20 && std::string_view("\0\t\r\n", 4).find(c) == std::string_view::npos);
}

struct Wrong {
  Error error;
  bool fatal = false;
  bool announced = false;  // the line is sound up to the literal that it announces
};

// Reads responses one after the other. Throws Wrong if the stream breaks a rule, End if it ends.
struct End {};

// Thrown if the server refused a literal and therefore the command.
struct Refused {};

enum class Sender { server, client };

class Reader {
 public:
  Reader(std::string_view stream, const imap::Limits& limits, Tolerances tolerances, Sender sender,
         bool refuses_odd_literals = false)
      : stream_(stream),
        limits_(limits),
        tolerances_(tolerances),
        client_(sender == Sender::client),
        refuses_odd_literals_(refuses_odd_literals) {}

  ImapResponses read() {
    ImapResponses found;
    while (true) {
      start_ = at_;
      try {
        found.responses.push_back(response());
      } catch (const Wrong& wrong) {
        found.error = wrong.error;
        return found;
      } catch (const End&) {
        found.in_message = begun_ || at_ < stream_.size();
        found.message_offset = start_;
        return found;
      }
    }
  }

  ImapCommands read_commands() {
    ImapCommands found;
    while (true) {
      start_ = at_;
      try {
        const std::string input = command();
        found.inputs.insert(found.inputs.end(), wanted_.begin(), wanted_.end());
        if (!input.empty()) found.inputs.push_back(input);
      } catch (const Wrong& wrong) {
        found.inputs.insert(found.inputs.end(), wanted_.begin(), wanted_.end());
        found.error = wrong.error;
        return found;
      } catch (const End&) {
        found.inputs.insert(found.inputs.end(), wanted_.begin(), wanted_.end());
        found.in_message = begun_ || at_ < stream_.size();
        found.message_offset = start_;
        return found;
      }
    }
  }

 private:
  [[nodiscard]] bool on(Tolerances tolerance) const { return tolerances_.has(tolerance); }

  // True if this begins with "* ", "+ " or a tag and a space.
  static bool is_imap(std::string_view begun) {
    if (begun.starts_with("* ") || begun.starts_with("+ ")) return true;
    const std::string_view tag = begun.substr(0, begun.find(' '));
    return !tag.empty() && tag.size() < begun.size() && std::ranges::all_of(tag, is_tag_char);
  }

  // Reads a line from at_. Returns it without its line end. Notes the first control byte in it.
  std::string line() {
    const std::size_t first = at_;
    flaw_ = {};
    for (std::size_t i = first; i < stream_.size(); ++i) {
      const char c = stream_[i];
      const bool after_cr = i > first && stream_[i - 1] == '\r';
      const auto byte = static_cast<unsigned char>(c);
      Error wrong;
      if (after_cr && c != '\n' && !on(tolerate::bare_cr)) {
        wrong = {ErrorCode::bare_cr, i - 1};
      } else if (c == '\n' && !after_cr && !on(tolerate::bare_lf)) {
        wrong = {ErrorCode::bare_lf, i};
      } else if (((byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7F) &&
                 !on(tolerate::control_bytes)) {
        const Error flaw{byte == 0 ? ErrorCode::nul : ErrorCode::control_byte, i};
        if (begun_ || flaw_ || is_imap(stream_.substr(first, i - first))) {
          if (!flaw_ && i < first + limits_.line_octets_max) flaw_ = flaw;
        } else {
          wrong = flaw;
        }
      }
      if (wrong && wrong.offset < first + limits_.line_octets_max) throw Wrong{wrong, true};
      if (i - first >= limits_.line_octets_max) {
        throw Wrong{{ErrorCode::line_too_long, first + limits_.line_octets_max}, true};
      }
      if (c == '\n') {
        at_ = i + 1;
        return std::string(stream_.substr(first, i - first - (after_cr ? 1 : 0)));
      }
    }
    begun_ = begun_ || first < stream_.size();
    throw End{};
  }

  void count(std::uint64_t octets, std::uint64_t where) {
    counted_ += octets;
    if (counted_ > limits_.response_octets_max) throw Wrong{{ErrorCode::reply_too_long, where}, true};
  }

  void next_line() {
    line_at_ = at_;
    text_ = line();
    begun_ = true;
    count(at_ - line_at_, line_at_);
    i_ = 0;
  }

  std::string response() {
    counted_ = 0;
    begun_ = false;
    tabs_ = false;
    next_line();
    std::string kind;
    std::string body;
    std::string who;         // what the description of an error says: the tag and the status
    bool text_only = false;  // the rest of the line cannot announce a literal
    bool has_tokens = false;
    Error wrong;
    try {
      if (text_.starts_with("* ")) {
        i_ = 2;
        kind = "*";
        skip_extra_spaces();
        const std::string name = lower(text_.substr(i_, text_.find(' ', i_) - i_));
        if (i_ == text_.size()) refuse(ErrorCode::bad_token);
        has_tokens = true;
        if (name == "ok" || name == "no" || name == "bad" || name == "bye" || name == "preauth") {
          kind += name;
          who = name + ' ';
          i_ += name.size();
          status(kind, body, text_only);
        } else {
          tabs_ = on(tolerate::tabs_in_atoms) &&
                  (name == "list" || name == "lsub" || name == "xlist" || name == "status");
          body = tokens(false, is_fetch(text_.substr(i_)));
        }
      } else if (text_.starts_with("+")) {
        kind = "+";
        i_ = 1;
        has_tokens = true;
        if (text_.size() == 1 || text_[1] == ' ') {
          status(kind, body, text_only);
        } else {
          has_tokens = on(tolerate::joined_continuation);
          if (!has_tokens) refuse(ErrorCode::bad_tag);
          text_with_code(kind, body, text_only);
        }
      } else {
        while (i_ < text_.size() && is_tag_char(text_[i_])) ++i_;
        if (i_ == 0 || (i_ < text_.size() && text_[i_] != ' ')) refuse(ErrorCode::bad_tag);
        who = text_.substr(0, i_) + ' ';
        kind = "tag " + text_.substr(0, i_);
        i_ = std::min(i_ + 1, text_.size());
        skip_extra_spaces();
        const std::string name = lower(text_.substr(i_, text_.find(' ', i_) - i_));
        if (name != "ok" && name != "no" && name != "bad") {
          std::size_t word = i_;
          while (word < text_.size() && text_[word] == ' ') ++word;
          const std::string later = lower(text_.substr(word, text_.find(' ', word) - word));
          if (later == "ok" || later == "no" || later == "bad") who += later + ' ';
          refuse(ErrorCode::bad_condition);
        }
        kind += ' ' + name;
        who += name + ' ';
        i_ += name.size();
        has_tokens = true;
        status(kind, body, text_only);
      }
      wrong = flaw_;
    } catch (const Wrong& found) {
      if (found.fatal) throw;
      wrong = found.error;
      if (flaw_ && flaw_.offset <= wrong.offset) wrong = flaw_;
      if (!text_only) skip_literals(wrong, has_tokens);
    }
    const std::string where = std::to_string(start_) + '+' + std::to_string(at_ - start_) + ' ';
    if (wrong) return where + who + std::string(word(wrong.code)) + '@' + std::to_string(wrong.offset);
    return where + kind + '|' + body;
  }

  // Skips what follows a line that is wrong, up to the end of its response. Throws if it is not
  // certain whether the line announces a literal.
  void skip_literals(const Error& wrong, bool has_tokens) {
    while (ends_like_literal()) {
      const std::size_t at = has_tokens ? announcement() : std::string::npos;
      if (at == std::string::npos) throw Wrong{wrong, true};
      std::uint64_t wanted = 0;
      for (std::size_t i = text_.find('{', at) + 1; is_digit(text_[i]); ++i) {
        wanted = wanted * 10 + static_cast<std::uint64_t>(text_[i] - '0');
        if (wanted > limits_.literal_octets_max) {
          throw Wrong{{ErrorCode::literal_too_long, line_at_ + at}, true};
        }
      }
      if (stream_.size() - at_ < wanted) throw End{};
      at_ += wanted;
      next_line();
    }
  }

  // Where the line's announcement of a literal begins, if only one reading of its quotes is likely.
  // Otherwise npos.
  [[nodiscard]] std::size_t announcement() const {
    bool inside = false;
    std::size_t begun = std::string::npos;  // the last "{" or "~{" outside strings
    for (std::size_t i = 0; i < text_.size(); ++i) {
      const char c = text_[i];
      const char before = i == 0 ? '\0' : text_[i - 1];
      const char next = i + 1 == text_.size() ? ' ' : text_[i + 1];
      if (c == '"' && !inside) {
        if (before != ' ' && before != '(') return std::string::npos;
        inside = true;
      } else if (c == '"') {
        if (next != ' ' && next != ')' && next != ']') return std::string::npos;
        inside = false;
      } else if (c == '\\' && inside) {
        if (i + 1 == text_.size() || (next != '"' && next != '\\')) return std::string::npos;
        ++i;
      } else if (c == '{' && !inside) {
        begun = before == '~' ? i - 1 : i;
      }
    }
    if (inside || begun == std::string::npos || begun == 0) return std::string::npos;
    if (text_[begun - 1] != ' ' && text_[begun - 1] != '(') return std::string::npos;
    std::string digits = text_.substr(text_.find('{', begun) + 1);
    if (digits.size() < 2 || digits.back() != '}') return std::string::npos;
    digits.pop_back();
    return std::ranges::all_of(digits, is_digit) ? begun : std::string::npos;
  }

  void skip_extra_spaces() {
    while (on(tolerate::extra_spaces) && i_ < text_.size() && text_[i_] == ' ') ++i_;
  }

  // nz-number SP "FETCH" SP
  [[nodiscard]] bool is_fetch(const std::string& data) const {
    std::size_t at = 0;
    while (at < data.size() && is_digit(data[at])) ++at;
    const std::size_t digits = at;
    while (at < data.size() && data[at] == ' ' && (at == digits || on(tolerate::extra_spaces))) ++at;
    return digits > 0 && at > digits && lower(data.substr(at, 6)) == "fetch ";
  }

  // command = tag SP name [SP arguments] CRLF
  // Also reads the line that the server waits for. Returns nothing if its literal was refused.
  std::string command() {
    counted_ = 0;
    begun_ = false;
    wanted_.clear();
    next_line();
    const std::string where = std::to_string(start_) + ' ';
    const bool is_line = std::exchange(line_expected_, false);
    if (is_line && !flaw_) return where + "line " + text_;
    std::string tag = "*";
    std::string name;
    try {
      while (i_ < text_.size() && is_tag_char(text_[i_])) ++i_;
      if (i_ == 0 || i_ == text_.size() || text_[i_] != ' ') refuse(ErrorCode::bad_tag);
      tag = text_.substr(0, i_);
      const std::size_t name_at = ++i_;
      while (i_ < text_.size() && is_atom_char(text_[i_])) ++i_;
      name = text_.substr(name_at, i_ - name_at);
      if (name.empty() || (i_ < text_.size() && text_[i_] != ' ')) refuse(ErrorCode::bad_token);
      if (i_ + 1 == text_.size()) refuse(ErrorCode::extra_space);
      const std::string asked = lower(text_.substr(name_at));
      const bool fetch = asked.starts_with("fetch ") || asked.starts_with("uid fetch ");
      i_ = std::min(i_ + 1, text_.size());
      if (flaw_) throw Wrong{flaw_};
      const std::string arguments = tokens(false, fetch);
      line_expected_ = name == "IDLE" || name == "AUTHENTICATE";
      return where + tag + ' ' + name + '|' + arguments;
    } catch (const Wrong& found) {
      Error wrong = found.error;
      if (!found.fatal && flaw_ && flaw_.offset <= wrong.offset) wrong = flaw_;
      if (found.fatal || ends_like_literal()) throw Wrong{wrong, true};
      return where + tag + ' ' + name + '|' + std::string(word(wrong.code)) + '@' +
             std::to_string(wrong.offset);
    } catch (const Refused&) {
      return {};
    }
  }

  // resp-text = ["[" resp-text-code "]" SP] [text]
  //
  // i_ is behind the status or the "+", where a space follows, or nothing.
  void status(std::string& kind, std::string& body, bool& text_only) {
    if (i_ == text_.size()) {
      text_only = true;
      if (on(tolerate::missing_text)) return;
      refuse(ErrorCode::missing_text);
    }
    ++i_;
    skip_extra_spaces();
    text_with_code(kind, body, text_only);
  }

  void text_with_code(std::string& kind, std::string& body, bool& text_only) {
    if (i_ < text_.size() && text_[i_] == '[') {
      const std::string found = code(text_only);
      if (!found.empty()) {
        kind += found;
        if (i_ == text_.size()) return;
        ++i_;
        skip_extra_spaces();
      }
    }
    text_only = true;
    body = text_.substr(i_);
  }

  [[nodiscard]] bool code_may_end() const { return i_ == text_.size() || text_[i_] == ' '; }

  // Reads a code from its "[" on. Returns nothing and stays where it is if there is none: then the
  // bracket is part of a text.
  std::string code(bool& text_only) {
    const std::size_t bracket = i_++;
    const std::uint64_t line_before = line_at_;
    Wrong otherwise;
    try {
      const std::string found = tokens(true, false);
      text_only = true;
      if (code_may_end() && has_name(found)) return found;
      if (line_at_ != line_before) refuse(code_may_end() ? ErrorCode::bad_token : ErrorCode::missing_space);
    } catch (const Wrong& found) {
      if (found.fatal || found.announced || line_at_ != line_before) throw;
      otherwise = found;
    }
    const std::size_t close = text_.find(']', bracket);
    if (close == std::string::npos && ends_like_literal() && in_badcharset(bracket + 1)) throw otherwise;
    text_only = true;
    if (close != std::string::npos) {
      i_ = close + 1;
      const std::string inside = text_.substr(bracket + 1, close - bracket - 1);
      const std::string raw = code_may_end() ? raw_code(inside, bracket + 1) : "";
      if (!raw.empty()) return raw;
    }
    i_ = bracket;
    return {};
  }

  // True if the tokens of a code that begins at `at` were read up to inside BADCHARSET's list.
  [[nodiscard]] bool in_badcharset(std::size_t at) const {
    std::string squeezed = lower(text_.substr(at));
    if (on(tolerate::extra_spaces)) {
      while (squeezed.starts_with(' ')) squeezed.erase(0, 1);
      const std::size_t space = squeezed.find(' ');
      while (space != std::string::npos && squeezed.compare(space, 2, "  ") == 0) squeezed.erase(space, 1);
    }
    return !open_.empty() && squeezed.starts_with("badcharset (");
  }

  // True if a code as `tokens` describes it begins with an atom.
  [[nodiscard]] bool has_name(const std::string& code) const {
    if (code.starts_with("[n:") || code.starts_with("[nil:")) return true;
    if (!code.starts_with("[a:")) return false;
    const std::string name = code.substr(0, code.find_first_of(" ]"));
    return on(tolerate::loose_atoms) || name.find_first_of("*%") == std::string::npos;
  }

  // resp-text-code =/ atom [SP 1*<any TEXT-CHAR except "]">]
  [[nodiscard]] std::string raw_code(const std::string& inside, std::size_t at) const {
    std::size_t end = 0;
    while (end < inside.size() && (is_atom_char(inside[end]) || inside[end] == '[')) ++end;
    if (end == 0 || (end < inside.size() && inside[end] != ' ')) return {};
    const std::size_t wanted = end < inside.size() ? 2 : 1;
    if (limits_.tokens_max < wanted) {
      refuse_at(ErrorCode::too_many_tokens, limits_.tokens_max == 0 ? at : at + end + 1);
    }
    return "[a:" + inside.substr(0, end) + (wanted == 2 ? " raw:" + inside.substr(end + 1) : "") + "]";
  }

  // Reads tokens from i_, across literals, to the end of a line or, in a code, past its "]".
  std::string tokens(bool code, bool fetch) {
    std::string out = code ? "[" : "";
    const std::size_t begin = out.size();
    std::string& open = open_;
    open.clear();
    const std::size_t first_at = i_;
    count_ = 0;
    char before = 'b';  // b: beginning, s: space, o: open, v: value, c: close
    const auto in_bracket = [&] { return open.empty() ? code : open.back() == '['; };
    const auto separate = [&] {
      if (out.size() > begin && before != 'o') out += ' ';
    };
    const auto value = [&](const std::string& text, std::size_t at) {
      take_token(at);
      separate();
      out += text;
      before = 'v';
    };
    while (true) {
      if (i_ == text_.size()) {
        if (before == 's' && !on(tolerate::extra_spaces)) refuse_at(ErrorCode::extra_space, i_ - 1);
        const bool blank = text_.empty() && line_at_ != start_ && (in_bracket() || !open.empty());
        if (blank && !client_ && on(tolerate::blank_line_after_literal)) {
          const bool begins_another =
              at_ < stream_.size() && std::string_view(" )\r\n").find(stream_[at_]) == std::string_view::npos;
          if (begins_another)
            refuse(in_bracket() ? ErrorCode::unterminated_code : ErrorCode::unbalanced_list);
          next_line();
          continue;
        }
        if (in_bracket()) refuse(ErrorCode::unterminated_code);
        if (!open.empty()) refuse(ErrorCode::unbalanced_list);
        return out;
      }
      const char c = text_[i_];
      const std::size_t first = i_;
      if (c == ' ') {
        if ((before == 'b' || before == 's' || before == 'o') && !on(tolerate::extra_spaces)) {
          refuse(ErrorCode::extra_space);
        }
        if (before != 'o') before = 's';
        ++i_;
      } else if (c == '(') {
        if (before == 'v') refuse(ErrorCode::missing_space);
        push(open, '(', first);
        separate();
        out += '(';
        before = 'o';
        ++i_;
      } else if (c == ')') {
        if (open.empty() || open.back() != '(') refuse(ErrorCode::unbalanced_list);
        if (before == 's' && !on(tolerate::extra_spaces)) refuse_at(ErrorCode::extra_space, i_ - 1);
        open.pop_back();
        out += ')';
        before = 'c';
        ++i_;
      } else if (c == ']' && in_bracket()) {
        if (before == 's' && !on(tolerate::extra_spaces)) refuse_at(ErrorCode::extra_space, i_ - 1);
        ++i_;
        if (open.empty()) return out + ']';
        if (i_ < text_.size() && text_[i_] == '<') {
          std::size_t end = i_ + 1;
          while (end < text_.size() &&
                 (is_digit(text_[end]) || (client_ && text_[end] == '.' && end != i_ + 1))) {
            ++end;
          }
          if (end == i_ + 1 || end == text_.size() || text_[end] != '>') refuse_at(ErrorCode::bad_token, end);
          value("<" + text_.substr(i_ + 1, end - i_ - 1) + ">", i_);
          i_ = end + 1;
        }
        open.pop_back();
        out += ']';
        before = 'v';
      } else {
        if (before == 'v' || before == 'c') {
          const bool begins =
              is_atom_char(c) || std::string_view("\"{\\[]").find(c) != std::string_view::npos;
          refuse(begins ? ErrorCode::missing_space : ErrorCode::bad_token);
        }
        if (c == '"') {
          const std::string text = quoted();
          separate();
          out += "q:" + text;
          before = 'v';
        } else if (c == '{' || text_.compare(i_, 2, "~{") == 0) {
          i_ += c == '{' ? 1 : 2;
          const std::string digits = announced();
          take_token(first);
          if (code && line_at_ == start_ && !in_badcharset(first_at)) refuse_at(ErrorCode::bad_token, first);
          if (flaw_) throw Wrong{.error = flaw_, .announced = true};
          separate();
          out += (c == '{' ? "l:" : "l8:") + octets(digits, line_at_ + first);
          before = 'v';
          next_line();
          if (client_ && flaw_) throw Wrong{flaw_};
        } else if (c == '\\') {
          ++i_;
          if (i_ < text_.size() && text_[i_] == '*') {
            ++i_;
          } else {
            run(code, fetch, in_bracket());
          }
          if (i_ == first + 1) refuse(ErrorCode::bad_token);
          value("f:" + text_.substr(first, i_ - first), first);
        } else if (atom(code, fetch, in_bracket())) {
          push(open, '[', first);
          separate();
          out += text_.substr(first, i_ - first) + '[';
          before = 'o';
          ++i_;
        } else {
          if (i_ == first) refuse(ErrorCode::bad_token);
          value(atom_text(text_.substr(first, i_ - first)), first);
        }
      }
    }
  }

  void take_token(std::size_t at) {
    if (++count_ > limits_.tokens_max) refuse_at(ErrorCode::too_many_tokens, at);
  }

  void push(std::string& open, char bracket, std::size_t at) {
    if (open.size() >= limits_.depth_max) refuse_at(ErrorCode::nesting_too_deep, at);
    take_token(at);
    open += bracket;
  }

  void run(bool code, bool fetch, bool in_bracket) {
    while (i_ < text_.size()) {
      const char c = text_[i_];
      const bool wild = code || client_ || on(tolerate::loose_atoms);
      const bool fits = is_atom_char(c) || (c == ']' && !in_bracket) || (c == '[' && !fetch) ||
                        ((c == '%' || c == '*') && wild) ||
                        (static_cast<unsigned char>(c) >= 0x80 && on(tolerate::loose_atoms)) ||
                        (is_control(c) && !client_ && on(tolerate::loose_atoms | tolerate::control_bytes)) ||
                        (c == '\t' && tabs_);
      if (!fits) return;
      ++i_;
    }
  }

  // Returns true if it stops at the "[" of a section.
  bool atom(bool code, bool fetch, bool in_bracket) {
    const std::size_t first = i_;
    while (true) {
      run(code, fetch, in_bracket);
      if (i_ == text_.size() || text_[i_] != '[') return false;
      const std::string name = lower(text_.substr(first, i_ - first));
      if (name == "body" || name == "binary" || name == "binary.size" || name == "body.peek" ||
          name == "binary.peek") {
        return true;
      }
      ++i_;
    }
  }

  static std::string atom_text(const std::string& text) {
    if (lower(text) == "nil") return "nil:" + text;
    std::string digits = text;
    while (digits.size() > 1 && digits.front() == '0') digits.erase(0, 1);
    const bool fits = digits.size() < 20 || (digits.size() == 20 && digits <= "18446744073709551615");
    if (std::ranges::all_of(text, is_digit) && fits) return "n:" + text;
    return "a:" + text;
  }

  std::string quoted() {
    const std::size_t first = ++i_;
    bool counted = false;  // a string that ends for strict readers is a token
    while (true) {
      if (i_ == text_.size()) refuse(ErrorCode::unterminated_quoted);
      if (text_[i_] == '"') {
        if (!counted) take_token(first - 1);
        counted = true;
        ++i_;
        const bool may_end = i_ == text_.size() || text_[i_] == ' ' || text_[i_] == ')' || text_[i_] == ']';
        if (may_end || client_ || !on(tolerate::unescaped_quotes)) {
          return text_.substr(first, i_ - 1 - first);
        }
        continue;
      }
      if (text_[i_] == '\\') {
        if (i_ + 1 == text_.size()) refuse_at(ErrorCode::unterminated_quoted, text_.size());
        if (text_[i_ + 1] == '"' || text_[i_ + 1] == '\\') {
          ++i_;
        } else if (!on(tolerate::loose_escapes)) {
          refuse(ErrorCode::bad_escape);
        }
      }
      ++i_;
    }
  }

  std::string announced() {
    const std::size_t first = i_;
    while (i_ < text_.size() && is_digit(text_[i_])) ++i_;
    const std::string digits = text_.substr(first, i_ - first);
    if (digits.empty()) refuse(ErrorCode::bad_literal);
    waits_ = true;
    if (i_ < text_.size() && text_[i_] == '+' && (client_ || on(tolerate::literal_plus))) {
      waits_ = false;
      ++i_;
    }
    if (i_ == text_.size() || text_[i_] != '}') refuse(ErrorCode::bad_literal);
    if (++i_ != text_.size()) refuse(ErrorCode::bad_literal);
    return digits;
  }

  std::string octets(const std::string& digits, std::uint64_t where) {
    std::uint64_t wanted = 0;
    for (const char c : digits) {
      wanted = wanted * 10 + static_cast<std::uint64_t>(c - '0');
      if (wanted > limits_.literal_octets_max) throw Wrong{{ErrorCode::literal_too_long, where}, true};
    }
    if (wanted <= limits_.literal_gather_octets_max) count(wanted, where);
    if (client_ && waits_) {
      wanted_.push_back(std::to_string(start_) + " wants " + std::to_string(wanted));
      if (refuses_odd_literals_ && wanted % 2 == 1) throw Refused{};
    }
    if (stream_.size() - at_ < wanted) {
      begun_ = true;
      throw End{};
    }
    at_ += wanted;
    return std::string(stream_.substr(at_ - wanted, wanted));
  }

  [[nodiscard]] bool ends_like_literal() const {
    std::string text = text_;
    while (text.ends_with(' ') || text.ends_with('\r')) text.pop_back();
    if (!text.ends_with('}')) return false;
    text.pop_back();
    if (text.ends_with('+') || text.ends_with('-')) text.pop_back();
    while (!text.empty() && is_digit(text.back())) text.pop_back();
    return text.ends_with('{');
  }

  [[noreturn]] void refuse(ErrorCode code) const { refuse_at(code, i_); }
  [[noreturn]] void refuse_at(ErrorCode code, std::size_t at) const {
    throw Wrong{{code, line_at_ + at}, false};
  }

  std::string_view stream_;
  const imap::Limits& limits_;
  Tolerances tolerances_;
  bool client_;
  bool refuses_odd_literals_;
  bool waits_ = true;                // the sender waits for "+ " before the last literal announced
  bool line_expected_ = false;       // the next line is not a command
  std::vector<std::string> wanted_;  // the literals of the current command that wait for "+ "
  std::size_t at_ = 0;               // the position in the stream
  std::size_t start_ = 0;            // the start of the response
  std::uint64_t line_at_ = 0;        // the start of the current line
  Error flaw_;                       // its first control byte
  std::string text_;                 // the current line
  std::size_t i_ = 0;                // the position in it
  std::uint64_t counted_ = 0;
  std::size_t count_ = 0;
  bool tabs_ = false;  // TAB is an atom's
  std::string open_;   // the "(" and "[" that the tokens have not closed
  bool begun_ = false;
};

// What a description puts before and after the text of a token.
struct Around {
  std::string_view before;
  std::string_view behind;
};

Around around(imap::Token::Kind kind) {
  using Kind = imap::Token::Kind;
  switch (kind) {
    case Kind::atom: return {"a:", ""};
    case Kind::number: return {"n:", ""};
    case Kind::flag: return {"f:", ""};
    case Kind::quoted: return {"q:", ""};
    case Kind::literal: return {"l:", ""};
    case Kind::literal8: return {"l8:", ""};
    case Kind::nil: return {"nil:", ""};
    case Kind::list: return {"(", ""};
    case Kind::section: return {"", "["};
    case Kind::origin: return {"<", ">"};
    case Kind::raw: return {"raw:", ""};
  }
  return {};
}

// The text of a literal that the parser gave in pieces. Throws if the parser never gave it.
std::string_view text_of(std::span<const std::string> streamed, std::size_t which) {
  if (which >= streamed.size()) throw std::out_of_range("a literal was never given");
  return streamed[which];
}

void describe_row(std::span<const imap::Token> row, std::span<const std::string> streamed,
                  fuzz::Octets& out) {
  struct Close {
    std::size_t at;
    char bracket;
  };
  static thread_local std::vector<Close> open;  // reused, because this runs for every response
  open.clear();
  std::size_t streamed_at = 0;
  bool first = true;  // the next token is the first of the row, or of a list or section
  for (std::size_t at = 0; at <= row.size(); ++at) {
    for (; !open.empty() && open.back().at == at; open.pop_back()) {
      out += open.back().bracket;
      first = false;
    }
    if (at == row.size()) break;
    const imap::Token& token = row[at];
    if (!first) out += ' ';
    const auto [before, behind] = around(token.kind);
    out += before;
    if (!token.is_list()) out += token.streamed ? text_of(streamed, streamed_at++) : token.text;
    if (!behind.empty()) out += behind;
    const bool section = token.kind == imap::Token::Kind::section;
    first = token.is_list() || section;
    if (first) open.push_back({at + token.span, section ? ']' : ')'});
  }
}

void append_number(std::uint64_t number, fuzz::Octets& out) {
  std::array<char, 20> digits;
  const char* const end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  out += std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void describe_error(const Error& error, fuzz::Octets& out) {
  out += word(error.code);
  out += '@';
  append_number(error.offset, out);
}

}  // namespace

ImapResponses read_imap_responses(std::string_view stream, const imap::Limits& limits,
                                  Tolerances tolerances) {
  return Reader(stream, limits, tolerances, Sender::server).read();
}

ImapCommands read_imap_commands(std::string_view stream, const imap::Limits& limits, Tolerances tolerances,
                                bool refuses_odd_literals) {
  return Reader(stream, limits, tolerances, Sender::client, refuses_odd_literals).read_commands();
}

void describe(const imap::Response& response, std::span<const std::string> streamed, fuzz::Octets& out) {
  append_number(response.offset, out);
  out += '+';
  append_number(response.octets, out);
  out += ' ';
  if (response.error) {
    out += response.tag;
    if (!response.tag.empty()) out += ' ';
    for (const char c : word(response.status)) out += lower(c);
    if (response.status != imap::Status::none) out += ' ';
    return describe_error(response.error, out);
  }
  if (response.tagged()) {
    out += "tag ";
    out += response.tag;
    out += ' ';
  } else {
    out += response.continuation() ? '+' : '*';
  }
  if (response.untagged() && response.status == imap::Status::none) {
    out += '|';
    return describe_row(response.data, streamed, out);
  }
  for (const char c : word(response.status)) out += lower(c);
  if (!response.code.empty()) {
    out += '[';
    describe_row(response.code, streamed, out);
    out += ']';
  }
  out += '|';
  out += response.text;
}

void describe(const imap::Input& input, std::span<const std::string> streamed, fuzz::Octets& out) {
  using Kind = imap::Input::Kind;
  append_number(input.offset, out);
  out += ' ';
  switch (input.kind) {
    case Kind::line:
      out += "line ";
      out += input.text;
      return;
    case Kind::literal_wanted: out += "wants "; return append_number(input.literal_octets, out);
    default: break;
  }
  out += input.tag;
  out += ' ';
  out += input.name;
  out += '|';
  if (input.error) return describe_error(input.error, out);
  describe_row(input.arguments.row(), streamed, out);
}

std::string describe(const ImapResponses& found) {
  std::string out;
  for (const std::string& response : found.responses) out += response + '\n';
  if (found.error)
    return out + std::string(word(found.error.code)) + '@' + std::to_string(found.error.offset) + '\n';
  return out + (found.in_message ? "in the message of " : "before the message of ") +
         std::to_string(found.message_offset) + '\n';
}

}  // namespace backtalk::reference
