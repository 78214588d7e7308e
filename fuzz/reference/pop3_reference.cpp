// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "reference/pop3_reference.hpp"

namespace backtalk::reference {
namespace {

using pop3::Expect;
using Kind = pop3::Status::Kind;

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7F;
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

struct RawLine {
  std::string text;        // up to the line end or the error
  std::size_t octets = 0;  // with the line end
  bool crlf = false;       // the line ends with CRLF, not with LF alone
  bool whole = false;
  Error error;
};

// level *("/" level) "]" after a "[", where a level is printable ASCII without "/" and "]"
std::string read_code(const std::string& text) {
  const std::size_t close = text.find(']');
  if (text.substr(0, 1) != "[" || close == std::string::npos) return "";
  const std::string code = text.substr(1, close - 1);
  for (const char c : code) {
    if (c < 0x21 || c > 0x7E) return "";
  }
  const std::string between = "/" + code + "/";
  return between.find("//") == std::string::npos ? code : "";
}

class Reader {
 public:
  Reader(std::string_view stream, const Pop3Expectations& expectations, pop3::ResponseLimits limits,
         Tolerances tolerances)
      : stream_(stream), otherwise_(expectations.otherwise), limits_(limits), tolerances_(tolerances) {
    queue_ = expectations.queued;
    queue_.insert(queue_.begin(), Expect::single_line);  // the greeting
  }

  Pop3Responses read() {
    while (at_ < stream_.size() && read_response()) {
    }
    if (found_.error) return found_;
    const bool in_body =
        !found_.responses.empty() && found_.responses.back().multi_line && !found_.responses.back().ended;
    found_.in_message = in_body || at_ < stream_.size();
    found_.message_offset = in_body ? found_.responses.back().offset : at_;
    return found_;
  }

 private:
  bool tolerates(Tolerances what) const { return tolerances_.has(what); }

  std::optional<Expect> awaited() const {
    if (next_ < queue_.size()) return queue_[next_];
    return otherwise_;
  }

  bool fail(Error error) {
    found_.error = error;
    return false;
  }

  // line = *( %x09 / %x20-7E / %x80-FF ) CRLF
  RawLine read_line() const {
    RawLine line;
    const auto stop = [&](ErrorCode code, std::size_t at) {
      line.error = {code, at};
      line.text = stream_.substr(at_, at - at_);
      return line;
    };
    for (std::size_t i = at_; i < stream_.size(); ++i) {
      const char c = stream_[i];
      if (i - at_ == limits_.line_octets_max) return stop(ErrorCode::line_too_long, i);
      if (c == '\n') {
        line.crlf = i > at_ && stream_[i - 1] == '\r';
        if (!line.crlf && !tolerates(tolerate::bare_lf)) return stop(ErrorCode::bare_lf, i);
        line.octets = i + 1 - at_;
        line.text = stream_.substr(at_, line.octets - (line.crlf ? 2 : 1));
        line.whole = true;
        return line;
      }
      const bool bare_cr = c == '\r' && i + 1 < stream_.size() && stream_[i + 1] != '\n';
      if (bare_cr && !tolerates(tolerate::bare_cr)) return stop(ErrorCode::bare_cr, i);
      if (is_control(c) && !tolerates(tolerate::control_bytes)) {
        return stop(c == '\0' ? ErrorCode::nul : ErrorCode::control_byte, i);
      }
    }
    return line;
  }

  bool is_bare_continuation(const RawLine& line) const {
    return line.whole && line.text == "+" && tolerates(tolerate::bare_continuation);
  }

  Error check_status(const RawLine& line) const {
    const std::string& text = line.text;
    if (text.empty()) return line.whole ? Error{ErrorCode::bad_status, at_} : Error{};
    if (text[0] == '+' && !awaited()) return {ErrorCode::unsolicited_response, at_};
    if (text.substr(0, 2) == "+ " || is_bare_continuation(line)) {
      const bool may_come = awaited() == Expect::sasl || awaited() == Expect::automatic;
      return may_come ? Error{} : Error{ErrorCode::unexpected_continuation, at_ + 1};
    }
    const std::string status = text[0] == '+' ? "+OK" : "-ERR";
    const std::string folded = tolerates(tolerate::lower_case_status) ? upper(text) : text;
    for (std::size_t i = 0; i <= status.size(); ++i) {
      const bool ends = i == text.size();
      if (ends && (i == status.size() || !line.whole)) return {};
      const bool fits = !ends && (i < status.size() ? folded[i] == status[i] : text[i] == ' ');
      if (!fits) return {ErrorCode::bad_status, at_ + i};
    }
    return {};
  }

  // Returns false if there is nothing more to read.
  bool read_response() {
    const RawLine line = read_line();
    if (!line.whole && !line.error) return false;
    const Error status = check_status(line);
    if (status && (!line.error || status.offset <= line.error.offset)) return fail(status);
    if (line.error) return fail(line.error);

    Pop3Response response{};
    response.offset = at_;
    response.octets = line.octets;
    at_ += line.octets;
    if (line.text == "+" || line.text.substr(0, 2) == "+ ") {
      response.kind = Kind::continuation;
      response.text = line.text.size() > 2 ? line.text.substr(2) : "";
      found_.responses.push_back(response);
      return true;
    }
    const std::size_t size = line.text[0] == '+' ? 3 : 4;
    response.kind = size == 3 ? Kind::ok : Kind::err;
    response.text = line.text.size() > size ? line.text.substr(size + 1) : "";
    response.code = read_code(response.text);
    const std::optional<Expect> what = awaited();
    response.unsolicited = !what;
    if (next_ < queue_.size()) ++next_;
    response.multi_line = response.kind == Kind::ok && has_body(what);
    found_.responses.push_back(response);
    if (!response.multi_line) return true;
    return what == Expect::listing ? read_lines() : read_octets(line.crlf);
  }

  bool has_body(std::optional<Expect> what) const {
    if (what == Expect::multi_line || what == Expect::listing) return true;
    if (what != Expect::automatic) return false;
    std::vector<std::string> replies{"+OK", "-ERR", "+ "};
    if (tolerates(tolerate::bare_continuation)) replies.emplace_back("+\r");
    std::string rest(stream_.substr(at_, 4));
    if (tolerates(tolerate::lower_case_status)) rest = upper(rest);
    for (const std::string& reply : replies) {
      if (rest.starts_with(reply) || reply.starts_with(rest)) return false;
    }
    return true;
  }

  // Lines as read_line has them, whichever line ends it takes.
  bool read_lines() {
    Pop3Response& response = found_.responses.back();
    while (true) {
      const RawLine line = read_line();
      if (line.error) return fail(line.error);
      if (!line.whole) return false;
      at_ += line.octets;
      if (line.text == ".") {
        response.ended = true;
        return true;
      }
      const bool stuffed = line.text.starts_with('.');
      response.lines.push_back(stuffed ? line.text.substr(1) : line.text);
    }
  }

  bool read_octets(bool after_crlf) {
    Pop3Response& response = found_.responses.back();
    const std::size_t begin = at_;
    bool dot_before = false;  // the previous byte is a dot at the start of a line
    for (; at_ < stream_.size(); ++at_) {
      const char c = stream_[at_];
      if (after_crlf && c == '.') {
        if (stream_.substr(at_, 3) == ".\r\n") {
          at_ += 3;
          response.ended = true;
          return true;
        }
        after_crlf = false;
        dot_before = true;
        continue;
      }
      const bool after_cr = at_ > begin && stream_[at_ - 1] == '\r';
      after_crlf = c == '\n' && after_cr;
      if (c == '\n' && !after_cr && !tolerates(tolerate::bare_lf)) return fail({ErrorCode::bare_lf, at_});
      const bool last = at_ + 1 == stream_.size();
      const bool undecided = c == '\r' && dot_before && last;  // possibly the end of the body
      const bool bad = c == '\r' && !last && stream_[at_ + 1] != '\n' && !tolerates(tolerate::bare_cr);
      if (!undecided && !(bad && dot_before)) response.body += c;
      if (bad) return fail({ErrorCode::bare_cr, at_});
      dot_before = false;
    }
    return false;
  }

  std::string_view stream_;
  std::vector<Expect> queue_;
  std::size_t next_ = 0;
  std::optional<Expect> otherwise_;
  pop3::ResponseLimits limits_;
  Tolerances tolerances_;
  std::size_t at_ = 0;
  Pop3Responses found_;
};

}  // namespace

Pop3Responses read_pop3_responses(std::string_view stream, const Pop3Expectations& expectations,
                                  pop3::ResponseLimits limits, Tolerances tolerances) {
  return Reader(stream, expectations, limits, tolerances).read();
}

std::string describe(const Pop3Responses& found) {
  std::string text;
  for (const Pop3Response& response : found.responses) {
    text += "at " + std::to_string(response.offset) + " +" + std::to_string(response.octets) + ": " +
            std::to_string(static_cast<int>(response.kind)) + (response.unsolicited ? " unsolicited" : "") +
            " [" + response.code + "] '" + response.text + "'";
    if (response.multi_line) text += " body '" + response.body + "'";
    for (const std::string& line : response.lines) text += " '" + line + "'";
    text += response.ended ? " ended\n" : "\n";
  }
  if (found.error) {
    text += std::string(word(found.error.code)) + " at " + std::to_string(found.error.offset) + '\n';
  } else {
    text += (found.in_message ? "inside a response from " : "between responses at ") +
            std::to_string(found.message_offset) + '\n';
  }
  return text;
}

}  // namespace backtalk::reference
