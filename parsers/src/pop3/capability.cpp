// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/pop3/capability.hpp"

#include <algorithm>
#include <limits>

#include "ascii.hpp"
#include "pop3/number.hpp"
#include "read_with.hpp"

namespace backtalk::pop3 {
namespace {

// cchar = %x21-2D / %x2F-7E
//
// Printable ASCII without "."; the RFC's 7F is the control byte DEL.
constexpr bool is_cchar(char c) {
  return c >= 0x21 && c <= 0x7E && c != '.';
}

// The words of a text, separated by spaces, one per call; empty if there are no more.
std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

Result<std::uint32_t> whole_number(std::string_view text) {
  NumberReader reader(text);
  std::uint64_t number = 0;
  if (!reader.take_number(std::numeric_limits<std::uint32_t>::max(), number)) return reader.refuse();
  if (!reader.rest().empty()) return reader.refuse();
  return static_cast<std::uint32_t>(number);
}

bool is_user(std::string_view word) {
  return ascii::equals_lowered(word, "user");
}

// The error of a word, whose offset counts from `text`.
Error error_in(std::string_view word, std::string_view text, const Error& error) {
  return {error.code, static_cast<std::uint64_t>(word.data() - text.data()) + error.offset};
}

// The errors of these two count from the parameters.

// LOGIN-DELAY minimum-seconds [USER]
Error read_login_delay(std::string_view parameters, Capabilities& found) {
  std::string_view rest = parameters;
  const std::string_view first = take_word(rest);
  const auto seconds = whole_number(first);
  if (!seconds) return error_in(first, parameters, seconds.error());
  found.login_delay = LoginDelay{*seconds, is_user(take_word(rest))};
  return {};
}

// EXPIRE (days / "NEVER") [USER]
Error read_expire(std::string_view parameters, Capabilities& found) {
  std::string_view rest = parameters;
  const std::string_view first = take_word(rest);
  const auto days = whole_number(first);
  const bool never = ascii::equals_lowered(first, "never");
  if (!days && !never) return error_in(first, parameters, days.error());
  found.expire = Expire{never ? std::nullopt : std::optional(*days), is_user(take_word(rest))};
  return {};
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

}  // namespace

Result<Capability> read_capability(std::string_view line, Tolerances tolerances) noexcept {
  const bool spaced = tolerances.has(tolerate::extra_spaces);
  const std::string_view whole = line;
  if (spaced) line = without_blanks(line);
  std::size_t end = 0;
  while (end < line.size() && is_cchar(line[end])) ++end;
  const bool ends = end == line.size() || line[end] == ' ' || (spaced && line[end] == '\t');
  if (end == 0 || !ends) return wrong_shape_at(static_cast<std::size_t>(line.data() - whole.data()) + end);
  const std::string_view parameters = line.substr(std::min(end + 1, line.size()));
  return Capability{line.substr(0, end), spaced ? without_blanks(parameters) : parameters};
}

Error add_capability(std::string_view line, Capabilities& found, Tolerances tolerances) {
  const auto offered = read_capability(line, tolerances);
  if (!offered) return offered.error();
  const std::string_view parameters = offered->parameters;
  const auto is = [tag = offered->tag](std::string_view lowered) {
    return ascii::equals_lowered(tag, lowered);
  };
  const auto in_line = [&](const Error& error) { return error ? error_in(parameters, line, error) : error; };
  if (is("top")) {
    found.top = true;
  } else if (is("user")) {
    found.user = true;
  } else if (is("uidl")) {
    found.uidl = true;
  } else if (is("stls")) {
    found.stls = true;
  } else if (is("lang")) {
    found.lang = true;
  } else if (is("utf8")) {
    found.utf8 = true;
    found.utf8_user = has_mechanism(parameters, "user");
  } else if (is("sasl")) {
    found.sasl = true;
    found.sasl_mechanisms = parameters;
  } else if (is("expire")) {
    return in_line(read_expire(parameters, found));
  } else if (is("pipelining")) {
    found.pipelining = true;
  } else if (is("resp-codes")) {
    found.resp_codes = true;
  } else if (is("auth-resp-code")) {
    found.auth_resp_code = true;
  } else if (is("login-delay")) {
    return in_line(read_login_delay(parameters, found));
  } else if (is("implementation")) {
    found.implementation = parameters;
  }
  return {};
}

bool has_mechanism(std::string_view mechanisms, std::string_view mechanism) noexcept {
  while (true) {
    const std::string_view word = take_word(mechanisms);
    if (word.empty()) return false;
    if (ascii::equals(word, mechanism)) return true;
  }
}

}  // namespace backtalk::pop3
