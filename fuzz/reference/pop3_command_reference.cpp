// SPDX-License-Identifier: Apache-2.0 OR MIT
// POP3 commands (RFC 1939 3 to 7, 2449, 2595, 5034, 6856), for a server that answers every AUTH
// with one challenge.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "backtalk/fuzz/references.hpp"
#include "reference/plain_line.hpp"
#include "targets/pop3_settings.hpp"

namespace backtalk::fuzz {
namespace {

using pop3::Verb;

constexpr auto kKeywords = std::to_array<std::pair<std::string_view, Verb>>({{"APOP", Verb::apop},
                                                                             {"AUTH", Verb::auth},
                                                                             {"CAPA", Verb::capa},
                                                                             {"DELE", Verb::dele},
                                                                             {"LANG", Verb::lang},
                                                                             {"LIST", Verb::list},
                                                                             {"NOOP", Verb::noop},
                                                                             {"PASS", Verb::pass},
                                                                             {"QUIT", Verb::quit},
                                                                             {"RETR", Verb::retr},
                                                                             {"RSET", Verb::rset},
                                                                             {"STAT", Verb::stat},
                                                                             {"STLS", Verb::stls},
                                                                             {"TOP", Verb::top},
                                                                             {"UIDL", Verb::uidl},
                                                                             {"USER", Verb::user},
                                                                             {"UTF8", Verb::utf8}});

std::string upper(std::string_view text) {
  std::string all(text);
  for (char& c : all) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return all;
}

Verb verb_of(std::string_view keyword) {
  for (const auto& [name, verb] : kKeywords) {
    if (upper(keyword) == name) return verb;
  }
  return Verb::unknown;
}

bool consists_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kAlphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

// 1*DIGIT of at most the value `most`, a decimal string.
bool is_number(std::string_view digits, std::string_view most) {
  if (!consists_of(digits, kDigits)) return false;
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits.size() < most.size() || (digits.size() == most.size() && digits <= most);
}
bool is_message_number(std::string_view digits) {
  return is_number(digits, "4294967295") && digits.find_first_not_of('0') != std::string_view::npos;
}

void report_top(std::string_view arguments, Report& report) {
  const std::size_t space = arguments.find(' ');
  if (space == std::string_view::npos) return;
  const std::string_view message = arguments.substr(0, space);
  const std::string_view lines = arguments.substr(space + 1);
  if (!is_message_number(message) || !is_number(lines, "18446744073709551615")) return;
  report.event("top").number(std::stoull(std::string(message))).number(std::stoull(std::string(lines)));
}

// The name may contain spaces; the digest follows the last one.
void report_apop(std::string_view arguments, Report& report) {
  const std::size_t space = arguments.rfind(' ');
  if (space == 0 || space == std::string_view::npos) return;
  const std::string_view digest = arguments.substr(space + 1);
  if (digest.size() != 32 || !consists_of(digest, "0123456789abcdefABCDEF")) return;
  report.event("apop").text(arguments.substr(0, space)).text(digest);
}

// mechanism [SP initial-response]; a mechanism is 1 to 20 of A-Z 0-9 "-" "_" (RFC 4422 3.1), either
// case taken
void report_auth(std::string_view arguments, Report& report) {
  const std::size_t space = arguments.find(' ');
  const std::string_view mechanism = arguments.substr(0, space);
  if (mechanism.size() > 20 || !consists_of(mechanism, std::string(kAlphanumeric) + "-_")) return;
  if (space == std::string_view::npos) {
    report.event("auth").text(mechanism);
    return;
  }
  const std::string_view response = arguments.substr(space + 1);
  if (!consists_of(response, std::string(kAlphanumeric) + "+/=")) return;
  report.event("auth").text(mechanism).text(response);
}

void report_arguments(Verb verb, std::string_view arguments, Report& report) {
  switch (verb) {
    case Verb::dele:
    case Verb::list:
    case Verb::retr:
    case Verb::uidl:
      if (is_message_number(arguments)) report.event("message").number(std::stoull(std::string(arguments)));
      break;
    case Verb::top: report_top(arguments, report); break;
    case Verb::apop: report_apop(arguments, report); break;
    case Verb::auth: report_auth(arguments, report); break;
    default: break;
  }
}

}  // namespace

void pop3_commands(std::string_view stream, const Settings& settings, Report& report) {
  const std::size_t octets_max = pop3_command_limits(settings).line_octets_max;
  bool challenged = false;
  for (std::size_t at = 0; at < stream.size();) {
    const auto line = reference::read_plain_line(stream, at, octets_max, settings.tolerances);
    if (line.error) return report.refuse(word(line.error.code), line.error.offset);
    if (!line.whole) return report.ended(true, at);
    if (challenged) {
      report.event("response", at).text(line.text);
      challenged = false;
    } else {
      const std::size_t space = line.text.find(' ');
      const Verb verb = verb_of(line.text.substr(0, space));
      const std::string_view arguments = space == std::string_view::npos ? "" : line.text.substr(space + 1);
      report.event("command", at).number(static_cast<unsigned>(verb)).text(arguments);
      report_arguments(verb, arguments, report);
      challenged = verb == Verb::auth;
    }
    at = line.next;
  }
  report.ended(false, stream.size());
}

}  // namespace backtalk::fuzz
