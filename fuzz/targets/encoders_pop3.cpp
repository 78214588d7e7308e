// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/pop3/command_parser.hpp"
#include "backtalk/pop3/write.hpp"
#include "targets/encoders.hpp"

namespace backtalk::fuzz {
namespace {

constexpr pop3::CommandLimits kRoomy{.line_octets_max = 1024};

void report_command(const pop3::Command& command, std::string& got) {
  switch (command.verb) {
    case pop3::Verb::retr:
      if (const auto message = read_message_number(command)) Comparison::add(got, "message", *message);
      break;
    case pop3::Verb::top:
      if (const auto top = read_top(command)) {
        Comparison::add(got, "top", top->message);
        Comparison::add(got, "lines", top->lines);
      }
      break;
    case pop3::Verb::apop:
      if (const auto apop = read_apop(command)) {
        Comparison::add(got, "name", apop->name);
        Comparison::add(got, "digest", apop->digest);
      }
      break;
    case pop3::Verb::auth:
      if (const auto auth = read_auth(command)) {
        Comparison::add(got, "mechanism", auth->mechanism);
        if (auth->initial_response) Comparison::add(got, "response", *auth->initial_response);
      }
      break;
    default: Comparison::add(got, command.keyword, command.arguments); break;
  }
}

void read_commands(std::string_view stream, Comparison& seen) {
  pop3::CommandParser parser(kRoomy);
  parser.feed(stream);
  while (const pop3::Input* input = parser.next()) {
    if (input->kind == pop3::Input::Kind::sasl_response) {
      Comparison::add(seen.got, "sasl", input->response);
      continue;
    }
    if (input->command.keyword == "XSASL") {
      parser.expect_sasl_response();
    } else {
      report_command(input->command, seen.got);
    }
  }
  if (parser.error()) Comparison::add(seen.got, "error", word(parser.error().code));
  if (parser.in_message()) seen.got += "more";
}

}  // namespace

void try_pop3_writers(Values& values, Report& report) {
  std::string stream;
  Comparison seen;
  const std::string_view name = values.text();
  const std::string keyword = "Y" + std::string(values.text());  // none that is read further
  if (writes(stream, report, [&](Output& out) { return pop3::write_command(out, keyword, name); })) {
    Comparison::add(seen.expected, keyword, name);
  }
  if (writes(stream, report, [](Output& out) { return pop3::write_command(out, "STAT"); })) {
    Comparison::add(seen.expected, "STAT", "");
  }
  const auto message = static_cast<std::uint32_t>(values.number());
  if (writes(stream, report,
             [&](Output& out) { return pop3::write_message_command(out, "RETR", message); })) {
    Comparison::add(seen.expected, "message", message);
  }
  const std::uint64_t lines = values.number();
  if (writes(stream, report, [&](Output& out) { return pop3::write_top(out, message, lines); })) {
    Comparison::add(seen.expected, "top", message);
    Comparison::add(seen.expected, "lines", lines);
  }
  const std::string digest(32, "0123456789abcdefABg/"[values.octet() % 20]);
  if (writes(stream, report, [&](Output& out) { return pop3::write_apop(out, name, digest); })) {
    Comparison::add(seen.expected, "name", name);
    Comparison::add(seen.expected, "digest", digest);
  }
  const std::string_view mechanism = values.text();
  const std::string_view response = values.text();
  if (writes(stream, report, [&](Output& out) { return pop3::write_auth(out, mechanism, response); })) {
    Comparison::add(seen.expected, "mechanism", mechanism);
    Comparison::add(seen.expected, "response", response.empty() ? "=" : response);
  }
  if (writes(stream, report, [&](Output& out) { return pop3::write_auth(out, mechanism); })) {
    Comparison::add(seen.expected, "mechanism", mechanism);
  }
  std::string answer;
  if (writes(answer, report, [&](Output& out) { return pop3::write_sasl_response(out, response); })) {
    stream.append("XSASL\r\n").append(answer);
    Comparison::add(seen.expected, "sasl", response);
  }
  read_commands(stream, seen);
  seen.report_to(report, stream, "the commands of POP3 that are read are not those that were written");
}

}  // namespace backtalk::fuzz
