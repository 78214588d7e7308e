// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/message_content.hpp"

#include <algorithm>
#include <string>

#include "script/limits.hpp"
#include "script/placeholders.hpp"

namespace backtalk::script {
namespace {

using session::CommandTemplate;
using Field = CommandTemplate::Field;

constexpr std::string_view kCrlf = "\r\n";

// The text without its placeholders, which are known to be well-formed: up to two octets of it.
std::string fixed_text(std::string_view text) {
  std::string fixed;
  while (!text.empty() && fixed.size() < 2) {
    const bool escaped = text.starts_with("{{");
    if (text.front() == '{' && !escaped) {
      text.remove_prefix(text.find('}') + 1);
      continue;
    }
    fixed += text.front();
    text.remove_prefix(escaped ? 2 : 1);
  }
  return fixed;
}

// True if what is filled in can make a dot of the line, which would end the message.
bool may_become_dot(std::string_view text, const CommandTemplate& line) {
  if (line.uses(Field::number) || line.uses(Field::random) || line.uses(Field::now)) return false;
  const std::string fixed = fixed_text(text);
  return fixed.empty() ? !line.empty() : fixed == "." && text.size() > 1;
}

}  // namespace

// The last part, if there is room in it for so many octets more; or a new one.
CommandTemplate& MessageContent::part_for(std::size_t octets) {
  const bool fits = !parts_.empty() && !parts_.back().message &&
                    parts_.back().content.octets_max() + octets <= kCommandOctetsMax;
  if (!fits) parts_.emplace_back();
  return parts_.back().content;
}

void MessageContent::add_text(std::string_view text) {
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, kCommandOctetsMax);
    part_for(piece.size()).append_lines(piece);
    text.remove_prefix(piece.size());
  }
}

Problem MessageContent::add_line(const Line& line, const Words& words, bool& ends) {
  ends = line.text == "." || line.text == "{message}";
  if (line.text == "{message}") {
    parts_.push_back({.message = true, .content = {}, .rest = {}});
    return std::nullopt;
  }
  if (line.text.find('{') == std::string_view::npos) {
    add_text(line.text);
    add_text(kCrlf);
    return std::nullopt;
  }
  CommandTemplate filled;
  const ClientText text{.line = &line, .text = line.text, .has_addresses = true};
  if (auto problem = read_client_text(text, words, filled)) return problem;
  if (filled.uses(Field::message_number) || filled.uses(Field::uid))
    return line.error("`{number}` and `{uid}` are messages of a mailbox, which SMTP does not have");
  const std::size_t octets = filled.octets_max() + kCrlf.size();
  if (octets > kCommandOctetsMax)
    return line.error("a line with placeholders has at most " + std::to_string(kCommandOctetsMax) +
                      " octets with all that is filled in");
  if (may_become_dot(line.text, filled))
    return line.error(
        "what is filled in can be a dot, which would end the message: put some text in front of it");
  CommandTemplate& part = part_for(octets);
  static_cast<void>(read_client_text(text, words, part));
  part.append_lines(kCrlf);
  return std::nullopt;
}

Problem MessageContent::add_to_chunk(const Line& line, std::uint64_t& left) {
  std::string octets;
  ClientText text{.line = &line, .text = line.text};
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, line.text.size()));
  if (auto problem = take_octets(text, wanted, octets)) return problem;
  if (!text.text.empty())
    return line.error("the chunk ends within this line: the number after BDAT counts CRLF too", text.begin);
  left -= octets.size();
  const auto line_end = static_cast<std::size_t>(std::min<std::uint64_t>(left, kCrlf.size()));
  octets.append(kCrlf, 0, line_end);
  left -= line_end;
  add_text(octets);
  return std::nullopt;
}

}  // namespace backtalk::script
