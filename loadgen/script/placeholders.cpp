// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/placeholders.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "text/nearest.hpp"
#include "text/whole_number.hpp"

namespace backtalk::script {
namespace {

using session::CommandTemplate;
using Field = CommandTemplate::Field;

struct Placeholder {
  std::string_view name;
  Field field;
  bool is_address = false;  // of SMTP's scripts only
};
constexpr std::array kPlaceholders{
    Placeholder{"from", Field::from, true},   Placeholder{"n", Field::number},
    Placeholder{"now", Field::now, true},     Placeholder{"number", Field::message_number},
    Placeholder{"password", Field::password}, Placeholder{"random", Field::random},
    Placeholder{"to", Field::to, true},       Placeholder{"uid", Field::uid},
    Placeholder{"user", Field::user}};
// It stands for the content of a literal or of DATA, and is nothing within a line.
constexpr std::string_view kMessage = "message";

constexpr std::uint64_t kWordMax = 100;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The name at the beginning of a text: a letter, and letters, digits, "-" and "_". Empty: none.
std::string_view name_in(std::string_view text) {
  if (text.empty() || !is_letter(text.front())) return {};
  const auto end = std::ranges::find_if_not(
      text, [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

// "{count:="
bool begins_kept(std::string_view text) {
  if (!text.starts_with('{')) return false;
  const std::string_view name = name_in(text.substr(1));
  return !name.empty() && text.substr(1 + name.size()).starts_with(":=");
}

const Placeholder* find_placeholder(std::string_view name, bool with_addresses = true) {
  const auto* const found = std::ranges::find(kPlaceholders, name, &Placeholder::name);
  return found == kPlaceholders.end() || (found->is_address && !with_addresses) ? nullptr : found;
}

std::string not_a_placeholder(std::string_view name, const Words& words, bool with_addresses) {
  if (name.empty()) return "expected the name of a placeholder, as `{n}`; for a brace, write `{{`";
  if (name == kMessage && with_addresses)
    return "`{message}` is a line of its own after DATA, or stands for the size after BDAT";
  if (name == kMessage) return "`{message}` stands at the end of a command of IMAP, as its literal";
  std::vector<std::string> known = words.known();
  for (const Placeholder& one : kPlaceholders) {
    if (with_addresses || !one.is_address) known.emplace_back(one.name);
  }
  std::string sentence =
      "`{" + std::string(name) + "}` is no placeholder, and no line `S:` before this has kept it";
  if (const auto meant = text::nearest(name, known)) sentence += ": did you mean `{" + *meant + "}`?";
  return sentence;
}

}  // namespace

Problem read_client_text(const ClientText& text, const Words& words, CommandTemplate& out) {
  std::string_view rest = text.text;
  while (!rest.empty()) {
    const std::size_t brace = std::min(rest.find('{'), rest.size());
    out.append(rest.substr(0, brace));
    rest.remove_prefix(brace);
    if (rest.empty()) break;
    const std::size_t at = text.begin + text.text.size() - rest.size();
    if (rest.starts_with("{{")) {
      out.append("{");
      rest.remove_prefix(2);
      continue;
    }
    const std::string_view name = name_in(rest.substr(1));
    if (rest.size() < name.size() + 2 || rest[name.size() + 1] != '}')
      return text.line->error(not_a_placeholder({}, words, text.has_addresses), at);
    if (const Placeholder* placeholder = find_placeholder(name, text.has_addresses)) {
      out.append(placeholder->field);
    } else if (const auto slot = words.find(name)) {
      out.append_captured(*slot);
    } else if (const auto constant = words.constant(name)) {
      out.append(CommandTemplate(*constant, {Field::number}));
    } else {
      return text.line->error(not_a_placeholder(name, words, text.has_addresses), at);
    }
    rest.remove_prefix(name.size() + 2);
  }
  return std::nullopt;
}

Problem take_octets(ClientText& text, std::size_t octets, std::string& out) {
  for (; octets > 0 && !text.text.empty(); --octets) {
    std::size_t taken = 1;
    if (text.text.front() == '{') {
      if (!text.text.starts_with("{{"))
        return text.line->error(
            "a literal whose octets are given has no placeholders: write `{*}` in place of `{N}`, or `{{` "
            "for "
            "a brace",
            text.begin);
      taken = 2;
    }
    out += text.text.front();
    text.text.remove_prefix(taken);
    text.begin += taken;
  }
  return std::nullopt;
}

std::size_t find_kept(std::string_view text, std::size_t from) {
  std::size_t at = text.find('{', from);
  while (at != std::string_view::npos && (!begins_kept(text.substr(at)) || (at > 0 && text[at - 1] == '{')))
    at = text.find('{', at + 1);
  return at;
}

std::string written_of_server(std::string_view said) {
  std::string written;
  for (; !said.empty(); said.remove_prefix(1)) {
    if (begins_kept(said)) written += '{';
    written += said.front();
  }
  return written;
}

std::string said_with_words(std::string_view text, std::string_view word) {
  std::string said;
  for (;;) {
    const std::size_t at = find_kept(text);
    said += said_by_server(text.substr(0, at));
    if (at == std::string_view::npos) return said;
    said += word;
    text.remove_prefix(std::min(text.find('}', at), text.size() - 1) + 1);
  }
}

std::string said_by_server(std::string_view text) {
  std::string said;
  for (; !text.empty(); text.remove_prefix(1)) {
    if (text.starts_with("{{") && begins_kept(text.substr(1))) text.remove_prefix(1);
    said += text.front();
  }
  return said;
}

session::ExactLine exact_line(std::string_view written) {
  session::ExactLine line;
  for (;;) {
    const std::size_t at = find_kept(written);
    line.add_text(said_by_server(written.substr(0, at)));
    if (at == std::string_view::npos) return line;
    line.add_any();
    written.remove_prefix(std::min(written.find('}', at), written.size() - 1) + 1);
  }
}

Problem read_kept(const Line& line, std::vector<Kept>& out) {
  for (std::size_t at = find_kept(line.text); at != std::string_view::npos;
       at = find_kept(line.text, at + 1)) {
    const std::string_view name = name_in(line.text.substr(at + 1));
    std::string_view rest = line.text.substr(at + 1 + name.size());
    rest.remove_prefix(2);
    const std::size_t end = rest.find('}');
    const auto word =
        end == std::string_view::npos ? std::nullopt : text::read_whole_number(rest.substr(0, end));
    if (!word || *word == 0 || *word > kWordMax)
      return line.error("expected the number of a word, from 1 to " + std::to_string(kWordMax) + ", as `{" +
                            std::string(name) + ":=2}`",
                        at);
    if (find_placeholder(name) != nullptr || name == kMessage)
      return line.error("`{" + std::string(name) + "}` is a placeholder already: choose another name", at);
    out.push_back({.name = name, .word = static_cast<unsigned>(*word), .at = at});
  }
  return std::nullopt;
}

}  // namespace backtalk::script
