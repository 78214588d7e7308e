// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <cstdint>
#include <optional>
#include <string>

#include "backtalk/error.hpp"
#include "backtalk/fuzz/references.hpp"
#include "reference/plain_line.hpp"
#include "targets/smtp_limits.hpp"

namespace backtalk::fuzz {
namespace {

std::string lowered(std::string_view text) {
  std::string low(text);
  for (char& c : low) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return low;
}

// bdat-cmd = "BDAT" SP chunk-size [ SP "LAST" ]; a chunk-size fits in 63 bits
std::optional<std::uint64_t> chunk_size(std::string_view arguments) {
  std::size_t digits = 0;
  while (digits < arguments.size() && arguments[digits] >= '0' && arguments[digits] <= '9') ++digits;
  if (digits == 0) return std::nullopt;
  const std::string rest = lowered(arguments.substr(digits));
  if (!rest.empty() && rest != " last") return std::nullopt;
  std::string number(arguments.substr(0, digits));
  while (number.size() > 1 && number[0] == '0') number.erase(0, 1);
  const std::string most = "9223372036854775807";
  if (number.size() > most.size() || (number.size() == most.size() && number > most)) return std::nullopt;
  return std::stoull(number);
}

// A complete stream and the position of the reader.
class Reader {
 public:
  Reader(std::string_view stream, const Settings& settings, Report& report)
      : stream_(stream),
        tolerances_(settings.tolerances),
        line_octets_max_(command_limits(settings).line_octets_max),
        report_(report) {}

  void read() {
    while (at_ < stream_.size()) {
      if (!read_command()) return;
    }
    report_.ended(false, at_);
  }

 private:
  bool fail(ErrorCode code, std::uint64_t at) {
    report_.refuse(word(code), at);
    return false;
  }
  // The stream ends inside what starts at `start`.
  bool stop_inside(std::size_t start) {
    report_.ended(true, start);
    return false;
  }

  bool read_command() {
    const reference::PlainLine line = reference::read_plain_line(stream_, at_, line_octets_max_, tolerances_);
    if (line.error) return fail(line.error.code, line.error.offset);
    if (!line.whole) return stop_inside(at_);
    const std::size_t start = at_;
    at_ = line.next;
    return obey(start, line.text);
  }

  bool obey(std::size_t start, std::string_view line) {
    const std::size_t space = line.find(' ');
    const std::string_view name = line.substr(0, space);
    const std::string_view arguments = space == std::string_view::npos ? "" : line.substr(space + 1);
    report_.event("command", start).text(name).text(arguments);
    if (lowered(name) == "data") return read_message();
    if (lowered(name) == "bdat") return read_chunk(arguments);
    return true;
  }

  bool read_chunk(std::string_view arguments) {
    const auto size = chunk_size(arguments);
    if (!size) return true;
    report_.octets(stream_.substr(at_, static_cast<std::size_t>(std::min<std::uint64_t>(*size, left()))));
    if (*size > left()) return stop_inside(at_);
    at_ += static_cast<std::size_t>(*size);
    report_.event("end of data");
    return true;
  }

  [[nodiscard]] std::size_t left() const { return stream_.size() - at_; }

  // Lines end with CRLF only, whatever is tolerated. A dot at the start of a line is removed, and a
  // line of one dot ends the message (RFC 5321 4.5.2).
  bool read_message() {
    const std::size_t start = at_;
    for (std::size_t i = start; i < stream_.size(); ++i) {
      const bool stuffed = was_stuffing(i);
      if (stuffed) {
        const std::string_view end = stream_.substr(i, 3);
        if (end == ".\r\n") {
          at_ = i + 3;
          report_.event("end of data");
          return true;
        }
        if (end == "." || end == ".\r") return stop_inside(start);
        continue;
      }
      if (stream_[i] == '\n' && (i == start || stream_[i - 1] != '\r') &&
          !tolerances_.has(tolerate::bare_lf)) {
        return fail(ErrorCode::bare_lf, i);
      }
      if (stream_[i] != '\r') {
        report_.octets(stream_.substr(i, 1));
        continue;
      }
      const bool lone = i + 1 < stream_.size() && stream_[i + 1] != '\n';
      const bool after_dot = i > start && was_stuffing(i - 1);
      if (!after_dot || !lone || tolerances_.has(tolerate::bare_cr)) report_.octets("\r");
      if (lone && !tolerances_.has(tolerate::bare_cr)) return fail(ErrorCode::bare_cr, i);
    }
    return stop_inside(start);
  }

  // True for a dot after CRLF, which may be that of the preceding command.
  [[nodiscard]] bool was_stuffing(std::size_t i) const {
    return stream_[i] == '.' && i >= 2 && stream_.substr(i - 2, 2) == "\r\n";
  }

  std::string_view stream_;
  Tolerances tolerances_;
  std::size_t line_octets_max_;
  Report& report_;
  std::size_t at_ = 0;
};

}  // namespace

void smtp_commands(std::string_view stream, const Settings& settings, Report& report) {
  Reader(stream, settings, report).read();
}

}  // namespace backtalk::fuzz
