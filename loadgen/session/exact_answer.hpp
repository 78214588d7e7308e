// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The text of an answer as a script has it, for runs that compare it word for word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session/session.hpp"

namespace backtalk::session {

/// The name of the failure of a transaction whose answer has the status that its script expects,
/// but another text.
inline constexpr std::string_view kTextDiffers = "script-text";

/// A line, in which the words that the script keeps may be anything. Blanks at its end do not
/// count.
class ExactLine {
 public:
  /// What comes next in the line stands for itself.
  void add_text(std::string_view text) {
    pieces_.back().append(text);
    shown_.append(text);
  }
  /// What comes next may be anything, of one octet at least.
  void add_any() {
    pieces_.emplace_back();
    shown_.append("...");
  }

  /// Which octet of another line is the first that differs; npos if none does.
  [[nodiscard]] std::size_t difference(std::string_view line) const noexcept;
  [[nodiscard]] bool matches(std::string_view line) const noexcept {
    return difference(line) == std::string_view::npos;
  }
  /// For people: the text, with `...` for anything.
  [[nodiscard]] const std::string& shown() const noexcept { return shown_; }

 private:
  std::vector<std::string> pieces_ = {std::string()};  // with anything between them
  std::string shown_;
};

/// A field of HTTP, whose name is compared in either case.
struct ExactField {
  std::string name;
  ExactLine value;
  std::string shown;  ///< for people
};

/// Nothing: whatever comes is right.
struct ExactAnswer {
  std::vector<ExactLine> lines = {};     ///< of SMTP all; of the others the one with the status
  std::vector<ExactLine> untagged = {};  ///< IMAP: each must have come; at most kUntaggedMax
  std::vector<ExactField> fields = {};   ///< HTTP
  std::optional<std::string> body = {};  ///< POP3, HTTP: its lines, with LF between them

  static constexpr std::size_t kUntaggedMax = 32;
};

/// Where a text differs from that of a script, and what stands there in the script.
struct TextDifference {
  std::uint64_t at = 0;          ///< the first octet that differs
  std::string_view expected;     ///< a line of the script, for people; lives as long as that
  bool nothing_follows = false;  ///< the text goes on behind that line, which is the script's last
};

/// Compares the lines of a text, with CRLF between them: none may be missing, and none may follow.
/// nullopt if they are the same. `at` counts from the beginning of the text.
[[nodiscard]] std::optional<TextDifference> difference(std::string_view text,
                                                       const std::vector<ExactLine>& lines) noexcept;

/// Adds the difference to the words of the text in which it is, whose offset is that of the text.
inline void add_difference(const TextDifference& difference, ServerWords& words) noexcept {
  words.offset += difference.at;
  words.lead = difference.at;
  words.expected = difference.expected;
  words.nothing_follows = difference.nothing_follows;
}

/// Compares a body that comes in pieces. Line ends are not compared, nor in HTTP whether the last
/// line has one, because a script does not know them. Allocates nothing.
class BodyMatch {
 public:
  /// `expected` outlives the body; null: any body is accepted. The first octet is at `offset` of
  /// the stream. `dot_stuffed`: of a line that begins with a dot, the stream has another one before
  /// it.
  void begin(const std::string* expected, std::uint64_t offset, bool dot_stuffed) noexcept {
    *this = BodyMatch{};
    expected_ = expected;
    offset_ = offset;
    dot_stuffed_ = dot_stuffed;
  }
  /// There is nothing to compare, or no need to go on.
  [[nodiscard]] bool is_decided() const noexcept { return expected_ == nullptr || differs_; }
  /// Says where in the stream the next octets are: the contents of chunks are not adjacent.
  void continue_at(std::uint64_t offset) noexcept { offset_ = offset; }
  void feed(std::string_view octets) noexcept;
  /// The body has ended.
  void end() noexcept { differs_ |= expected_ != nullptr && at_ < expected_->size(); }
  /// Where it differs; nullopt: nowhere so far. `at` is an offset in the stream.
  [[nodiscard]] std::optional<TextDifference> difference() const noexcept;

 private:
  [[nodiscard]] bool takes(char octet) noexcept;

  const std::string* expected_ = nullptr;
  std::uint64_t offset_ = 0;  // of the next octet, or of the one that differs
  std::size_t at_ = 0;        // in `expected_`
  bool dot_stuffed_ = false;
  bool begins_line_ = true;
  bool ended_ = false;  // by a line end that is not expected
  bool differs_ = false;
};

}  // namespace backtalk::session
