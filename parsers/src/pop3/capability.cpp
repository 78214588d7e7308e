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

std::optional<std::uint32_t> whole_number(std::string_view text) {
  NumberReader reader(text);
  std::uint64_t number = 0;
  if (!reader.take_number(std::numeric_limits<std::uint32_t>::max(), number)) return std::nullopt;
  if (!reader.rest().empty()) return std::nullopt;
  return static_cast<std::uint32_t>(number);
}

bool is_user(std::string_view word) {
  return ascii::equals_lowered(word, "user");
}

// LOGIN-DELAY minimum-seconds [USER]
void read_login_delay(std::string_view parameters, Capabilities& found) {
  const auto seconds = whole_number(take_word(parameters));
  if (seconds) found.login_delay = LoginDelay{*seconds, is_user(take_word(parameters))};
}

// EXPIRE (days / "NEVER") [USER]
void read_expire(std::string_view parameters, Capabilities& found) {
  const std::string_view first = take_word(parameters);
  const auto days = whole_number(first);
  if (!days && !ascii::equals_lowered(first, "never")) return;
  found.expire = Expire{days, is_user(take_word(parameters))};
}

std::optional<Capability> take_line(std::string_view line) {
  std::size_t end = 0;
  while (end < line.size() && is_cchar(line[end])) ++end;
  if (end == 0 || (end < line.size() && line[end] != ' ')) return std::nullopt;
  return Capability{line.substr(0, end), line.substr(std::min(end + 1, line.size()))};
}

}  // namespace

Result<Capability> read_capability(std::string_view line) noexcept {
  if (const auto capability = take_line(line)) return *capability;
  return wrong_shape_at(static_cast<std::size_t>(std::ranges::find_if_not(line, is_cchar) - line.begin()));
}

void add_capability(std::string_view line, Capabilities& found) {
  const auto offered = take_line(line);
  if (!offered) return;
  const std::string_view parameters = offered->parameters;
  const auto is = [tag = offered->tag](std::string_view lowered) {
    return ascii::equals_lowered(tag, lowered);
  };
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
    read_expire(parameters, found);
  } else if (is("pipelining")) {
    found.pipelining = true;
  } else if (is("resp-codes")) {
    found.resp_codes = true;
  } else if (is("auth-resp-code")) {
    found.auth_resp_code = true;
  } else if (is("login-delay")) {
    read_login_delay(parameters, found);
  } else if (is("implementation")) {
    found.implementation = parameters;
  }
}

bool has_mechanism(std::string_view mechanisms, std::string_view mechanism) noexcept {
  while (true) {
    const std::string_view word = take_word(mechanisms);
    if (word.empty()) return false;
    if (ascii::equals(word, mechanism)) return true;
  }
}

}  // namespace backtalk::pop3
