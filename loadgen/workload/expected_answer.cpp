// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/expected_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "session/captured_words.hpp"
#include "session/sent_secrets.hpp"
#include "session/smtp_statuses.hpp"

namespace backtalk::workload {
namespace {

using session::Capture;
using session::Expectation;

std::string in_quotes(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

std::string show_status(const Expectation& expected, std::span<const session::Status> statuses) {
  if (expected.statuses == 0) return "an answer that succeeds";
  // The only index that is none and not kNoStatus is SMTP's "accepted".
  if (expected.status >= statuses.size()) return "\"2xx\"";
  const std::string_view name = statuses[expected.status].name;
  if (expected.statuses == 1) return in_quotes(name);
  return in_quotes(std::string(name.substr(0, 1)) + "xx");
}

bool is_expected(const Expectation& expected, std::uint16_t status,
                 std::span<const session::Status> statuses) {
  if (expected.status == session::kNoStatus) return true;
  if (status >= statuses.size()) return false;
  if (expected.status >= statuses.size() || expected.statuses == 0) return statuses[status].ok;
  return status >= expected.status && status - expected.status < expected.statuses;
}

// The line that words are kept of: of a reply of SMTP, the last one.
std::string_view last_line(std::string_view text) {
  const std::size_t end = text.find_last_of('\n');
  return end == std::string_view::npos ? text : text.substr(end + 1);
}

std::string show_word(const Capture& capture) {
  return "word " + std::to_string(capture.word);
}

void add(std::string& sentence, const std::string& more) {
  if (!sentence.empty()) sentence += ", ";
  sentence += more;
}

// Data that the examples do not show: one of them was not there.
std::string missing_data(const ExpectedAnswer& answer) {
  std::string sentence;
  for (const std::string& kind : answer.expected.untagged) {
    std::string data = in_quotes("* " + kind);
    for (const Capture& one : answer.captures) {
      if (one.untagged == kind) data += " with " + show_word(one);
    }
    add(sentence, data);
  }
  for (const Capture& one : answer.captures) {
    if (!one.field.empty()) add(sentence, "the field " + in_quotes(one.field) + " with " + show_word(one));
  }
  return sentence;
}

bool is_of_line(const Capture& capture) {
  return capture.untagged.empty() && capture.field.empty();
}

// The words that may be too long, with the limit. `line` is empty if it is not known.
std::string too_long_in(const ExpectedAnswer& answer, std::string_view line) {
  std::string sentence;
  for (const Capture& one : answer.captures) {
    if (is_of_line(one) && !line.empty()) {
      const auto word = session::nth_word(line, one.word, answer.separators);
      if (!word || word->size() <= session::CapturedWords::kOctetsMax) continue;
    }
    if (!sentence.empty()) sentence += " and ";
    sentence += show_word(one);
    if (!one.untagged.empty()) sentence += " of " + in_quotes("* " + one.untagged);
    if (!one.field.empty()) sentence += " of the field " + in_quotes(one.field);
  }
  if (sentence.empty()) return sentence;
  return sentence + " to have at most " + std::to_string(session::CapturedWords::kOctetsMax) + " octets";
}

void add_answers(const std::vector<session::ScriptCommand>& commands, std::string_view separators,
                 std::vector<ExpectedAnswer>& out) {
  for (const session::ScriptCommand& one : commands) {
    out.push_back({.source_line = one.source_line,
                   .expected = one.expected,
                   .captures = one.captures,
                   .separators = separators});
    for (const session::FurtherReply& further : one.further) {
      out.push_back({.source_line = further.source_line,
                     .expected = {.status = further.status, .exact = {.lines = further.exact}},
                     .captures = {},
                     .separators = separators});
    }
  }
}

}  // namespace

std::vector<ExpectedAnswer> expected_answers(const session::Script& script, std::string_view separators) {
  std::vector<ExpectedAnswer> out;
  add_answers(script.once, separators, out);
  for (const session::ScriptPass& pass : script.passes) add_answers(pass.commands, separators, out);
  add_answers(script.end, separators, out);
  // Repetitions are the same lines.
  std::ranges::sort(out, {}, &ExpectedAnswer::source_line);
  const auto again = std::ranges::unique(out, {}, &ExpectedAnswer::source_line);
  out.erase(again.begin(), again.end());
  return out;
}

std::string missing_from(const ExpectedAnswer& answer, std::string_view failure, std::uint16_t status,
                         std::string_view text, std::span<const session::Status> statuses) {
  const bool is_whole = !text.empty() && text.size() < session::kServerWordsMax && text != session::kNotShown;
  const std::string_view line = is_whole ? last_line(text) : std::string_view{};
  if (failure == session::kWordTooLong) return too_long_in(answer, line);
  if (!is_expected(answer.expected, status, statuses)) return show_status(answer.expected, statuses);
  for (const Capture& one : answer.captures) {
    if (!is_of_line(one)) continue;
    if (!is_whole) return {};
    if (!session::nth_word(line, one.word, answer.separators)) return show_word(one);
  }
  return missing_data(answer);
}

std::string show_expected(std::string_view line, bool nothing_follows) {
  std::string shown;
  for (const char c : line) {
    if (c >= ' ' && c <= '~') {
      shown += c;
    } else {
      fmt::format_to(std::back_inserter(shown), "\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  if (nothing_follows) return line.empty() ? "nothing" : "nothing after " + in_quotes(shown);
  return line.empty() ? "an empty line" : in_quotes(shown);
}

}  // namespace backtalk::workload
