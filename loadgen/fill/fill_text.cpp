// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "fill/fill_plan.hpp"
#include "fill/fill_result.hpp"
#include "result/characters.hpp"
#include "text/remedy.hpp"

namespace backtalk::fill {
namespace {

constexpr double kSecondNs = 1e9;
constexpr std::size_t kTextMax = 200;

std::string counted(const Ended& of, std::string_view noun, std::string_view done) {
  std::string text = fmt::format("{} {} of {} {}", noun, of.done, of.asked, done);
  if (of.failed > 0) text += fmt::format(", {} failed", of.failed);
  if (of.unfinished > 0) text += fmt::format(", {} unfinished", of.unfinished);
  return text;
}

// One line, as it came but for control bytes.
std::string printable(std::string_view octets) {
  std::string text;
  for (const char c : octets.substr(0, octets.find_first_of("\r\n"))) text += c >= ' ' && c < 0x7F ? c : '?';
  text.resize(std::min(text.size(), kTextMax));
  return text;
}

std::string error_line(const FillResult& result, std::string_view name, std::uint64_t count) {
  std::string line = fmt::format("  {:<20} {}", name, count);
  const auto said = result.examples.find(name);
  if (said != result.examples.end()) {
    line += fmt::format("  {}{}", said->second.command.empty() ? "" : said->second.command + ": ",
                        printable(said->second.text));
  } else if (const auto remedy = text::remedy_for(name); !remedy.empty()) {
    line += fmt::format("  {}", remedy);
  } else if (name == "mailbox-not-empty") {
    line += "  it has messages: --existing replace deletes them first, --existing add keeps them";
  }
  return line + "\n";
}

}  // namespace

std::string summarize(const FillPlan& plan, const FillResult& result) {
  const double elapsed_s = std::max(static_cast<double>(result.elapsed_ns) / kSecondNs, 1e-9);
  std::string text = fmt::format("{}, seed {}\n", result::text_of(plan.url.text()), plan.shape.seed);
  text += counted(result.mailboxes, "mailboxes ", "filled") + "\n";
  text += counted(result.messages, "messages  ", "stored");
  if (result.in_doubt > 0) text += fmt::format(" ({} without an answer may be stored)", result.in_doubt);
  text += fmt::format("; {} octets in {:.2f} s, {:.0f} messages/s\n", result.octets, elapsed_s,
                      static_cast<double>(result.messages.done) / elapsed_s);
  if (result.removed > 0) text += fmt::format("removed    {} messages that were there\n", result.removed);
  for (const std::string& note : result.notes) text += fmt::format("note       {}\n", note);
  if (result.interrupted) text += "interrupted\n";
  if (!result.errors.empty()) text += "errors\n";
  for (const auto& [name, count] : result.errors) text += error_line(result, name, count);
  return text;
}

}  // namespace backtalk::fill
