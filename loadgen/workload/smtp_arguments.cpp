// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/smtp_arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "backtalk/smtp/write.hpp"
#include "session/command_template.hpp"
#include "session/smtp_plan.hpp"

namespace backtalk::workload {
namespace {

using session::CommandTemplate;

// What may stand in a local part, quoted or not, may be sent; whether it is an address is what the
// server is asked. "<" and ">" would end the path, and a space the parameter, for many servers.
bool is_sendable(std::string_view path) {
  std::string written;
  Output out(written);
  if (smtp::write_reverse_path(out, {.local_part = path, .domain = "x"}, {.smtputf8 = true})) return false;
  return path.find_first_of(" <>") == std::string_view::npos;
}

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// attribute-name "=" attribute-value, of printable ASCII. That a value is xtext is the user's
// business.
bool is_attribute(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string_view::npos || equals + 1 == text.size()) return false;
  return std::ranges::all_of(text.substr(0, equals), is_letter) &&
         std::ranges::all_of(text.substr(equals + 1), [](char c) { return c > ' ' && c <= '~'; });
}

// XCLIENT 1*( SP attribute ), as Postfix's XCLIENT_README has it
bool are_attributes(std::string_view text) {
  for (;;) {
    const std::size_t end = text.find(' ');
    if (!is_attribute(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::optional<std::string> check_path(std::string_view option, std::string_view path) {
  if (is_sendable(path) && session::NumberedPath(path).octets_max() <= CommandTemplate::kPathOctetsMax)
    return std::nullopt;
  return fmt::format(
      "{} `{}`: expected an address in UTF-8 without brackets, spaces or control bytes, of at most {} bytes "
      "where {{n}} counts as 20 and {{user}} as 255",
      option, path, CommandTemplate::kPathOctetsMax);
}

std::optional<std::string> check_user(std::string_view user) {
  if (is_sendable(user)) return std::nullopt;
  return fmt::format("the user `{}` cannot stand in an address, as {{user}} of --to or --from", user);
}

std::optional<std::string> check_xclient(std::string_view attributes) {
  if (attributes.empty()) return std::nullopt;
  if (attributes.size() <= session::kXclientOctetsMax && are_attributes(attributes)) return std::nullopt;
  return fmt::format(
      "--xclient `{}`: expected attributes such as NAME=a.example ADDR=192.0.2.1, with one space between "
      "them, "
      "of at most {} bytes",
      attributes, session::kXclientOctetsMax);
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace backtalk::workload
