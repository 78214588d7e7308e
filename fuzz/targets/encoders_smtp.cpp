// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <algorithm>
#include <string>

#include "backtalk/smtp/command_parser.hpp"
#include "backtalk/smtp/write.hpp"
#include "targets/encoders.hpp"

namespace backtalk::fuzz {
namespace {

constexpr smtp::CommandLimits kRoomy{.line_octets_max = 1024};

// What a path means: local part "@" domain, without quotes (RFC 5321 4.1.2).
std::string meaning_of(std::string_view path) {
  if (!path.starts_with('"')) return std::string(path);
  std::string meaning;
  std::size_t at = 1;
  for (; at < path.size() && path[at] != '"'; ++at) {
    if (path[at] == '\\') ++at;
    if (at < path.size()) meaning += path[at];
  }
  return meaning.append(path.substr(std::min(at + 1, path.size())));
}

// Octets beyond ASCII go out only with SMTPUTF8, and only as UTF-8; for what is quoted in a test of
// this file that is enough: continuation octets follow, and nothing else does.
bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string decoded(std::string_view xtext) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'A' + 10; };
  std::string octets;
  for (std::size_t i = 0; i < xtext.size(); ++i) {
    if (xtext[i] != '+') {
      octets += xtext[i];
    } else if (i + 2 < xtext.size()) {
      octets += static_cast<char>(digit(xtext[i + 1]) * 16 + digit(xtext[i + 2]));
      i += 2;
    }
  }
  return octets;
}

// Every line end becomes CRLF, and the last line has one.
std::string with_line_ends(std::string_view text) {
  std::string lines;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' || text[i] == '\n') {
      lines += "\r\n";
      if (text.substr(i, 2) == "\r\n") ++i;
    } else {
      lines += text[i];
    }
  }
  if (!lines.empty() && !lines.ends_with('\n')) lines += "\r\n";
  return lines;
}

std::string stuffed(std::string_view text, std::size_t piece_octets) {
  smtp::DotStuffer stuffer;
  std::string content;
  while (!text.empty()) {
    std::string_view piece = text.substr(0, piece_octets);
    text.remove_prefix(piece.size());
    for (std::string_view octets; stuffer.next(piece, octets) != smtp::DotStuffer::Status::more;) {
      content.append(octets);
    }
  }
  for (const std::string_view octets : stuffer.finish()) content.append(octets);
  return content;
}

void read_commands(std::string_view stream, Comparison& seen) {
  smtp::CommandParser parser(kRoomy);
  parser.feed(stream);
  std::string message;
  while (const smtp::Input* input = parser.next()) {
    if (input->kind == smtp::Input::Kind::octets) message.append(input->octets);
    if (input->kind == smtp::Input::Kind::end_of_data) Comparison::add(seen.got, "message", message);
    if (input->kind != smtp::Input::Kind::command) continue;
    const smtp::Command& command = input->command;
    if (command.verb == smtp::Verb::mail || command.verb == smtp::Verb::rcpt) {
      const auto path = read_path(command);
      Comparison::add(seen.got, "path", path ? meaning_of(path->path) : "none");
      if (path) Comparison::add(seen.got, "parameters", path->parameters);
    } else {
      Comparison::add(seen.got, command.name, command.arguments);
    }
    if (command.verb == smtp::Verb::bdat) {
      const auto chunk = read_chunk(command);
      if (chunk) Comparison::add(seen.got, chunk->last ? "last" : "chunk", chunk->octets);
    }
    if (command.verb == smtp::Verb::data) parser.expect_data();
  }
  if (parser.error()) Comparison::add(seen.got, "error", word(parser.error().code));
  if (parser.in_message()) seen.got += "more";
}

void write_mail(Values& values, bool reverse, std::string& stream, Comparison& seen, Report& report) {
  const unsigned flags = values.octet();
  const smtp::PathRules rules{.smtputf8 = (flags & 1U) != 0};
  const smtp::Mailbox mailbox{values.text(), values.text()};
  const std::string_view keyword = values.text();
  const std::string_view value = values.text();
  std::string command = reverse ? "MAIL FROM:" : "RCPT TO:";
  const bool path = writes(command, report, [&](Output& out) {
    return reverse ? write_reverse_path(out, mailbox, rules) : write_forward_path(out, mailbox, rules);
  });
  if (!path) return;
  const std::string at = mailbox.domain.empty() ? "" : "@" + std::string(mailbox.domain);
  if (!rules.smtputf8 && !is_ascii(command)) report.broken("octets beyond ASCII without SMTPUTF8");
  Comparison::add(seen.expected, "path", std::string(mailbox.local_part) + at);
  std::string parameters;
  const std::size_t begin = command.size();
  if (writes(command, report, [&](Output& out) { return write_parameter(out, keyword, value, rules); })) {
    parameters = std::string(keyword) + "=" + std::string(value);
  }
  std::string xtext;
  writes(xtext, report, [&](Output& out) { return smtp::write_xtext(out, value); });
  if (decoded(xtext) != value) report.broken("xtext is decoded to other octets");
  const bool coded =
      writes(command, report, [&](Output& out) { return smtp::write_parameter(out, "ORCPT", xtext); });
  if (coded != !xtext.empty()) report.broken("xtext cannot be the value of a parameter");
  if (coded) parameters.append(parameters.empty() ? "" : " ").append("ORCPT=").append(xtext);
  if (command.substr(begin) != (parameters.empty() ? "" : " " + parameters)) {
    report.broken("a parameter is not its keyword and value");
  }
  Comparison::add(seen.expected, "parameters", parameters);
  stream += command + "\r\n";
}

}  // namespace

void try_smtp_writers(Values& values, Report& report) {
  std::string stream;
  Comparison seen;
  write_mail(values, true, stream, seen, report);
  write_mail(values, false, stream, seen, report);
  // None that has an argument to be read.
  const std::string verb = "X" + std::string(values.text());
  const std::string_view argument = values.text();
  if (writes(stream, report, [&](Output& out) { return smtp::write_command(out, verb, argument); })) {
    Comparison::add(seen.expected, verb, argument);
  }
  if (writes(stream, report, [&](Output& out) { return smtp::write_command(out, "NOOP"); })) {
    Comparison::add(seen.expected, "NOOP", "");
  }
  const std::uint64_t octets = values.number();
  const bool last = values.octet() % 2 != 0;
  if (writes(stream, report, [&](Output& out) { return smtp::write_chunk_command(out, octets, last); })) {
    const std::string words = std::to_string(octets) + (last ? " LAST" : "");
    Comparison::add(seen.expected, "BDAT", words);
    Comparison::add(seen.expected, last ? "last" : "chunk", octets);
  }
  const std::size_t piece = values.octet() % 7 + 1;
  const std::string text = std::string(values.text()) + std::string(values.text());
  stream.append("DATA\r\n").append(stuffed(text, piece));
  Comparison::add(seen.expected, "DATA", "");
  Comparison::add(seen.expected, "message", with_line_ends(text));
  if (stuffed(text, piece) != stuffed(text, text.size() + 1)) report.broken("the cuts change the stuffing");
  read_commands(stream, seen);
  seen.report_to(report, stream, "the commands of SMTP that are read are not those that were written");
}

}  // namespace backtalk::fuzz
