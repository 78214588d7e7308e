// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/pop3/command_parser.hpp"

#include <array>

#include "command_line.hpp"

namespace backtalk::pop3 {
namespace {

constexpr std::array<VerbName<Verb>, 17> kVerbs{{
    {"retr", Verb::retr},
    {"dele", Verb::dele},
    {"list", Verb::list},
    {"uidl", Verb::uidl},
    {"stat", Verb::stat},
    {"top", Verb::top},
    {"user", Verb::user},
    {"pass", Verb::pass},
    {"quit", Verb::quit},
    {"noop", Verb::noop},
    {"rset", Verb::rset},
    {"capa", Verb::capa},
    {"auth", Verb::auth},
    {"apop", Verb::apop},
    {"stls", Verb::stls},
    {"utf8", Verb::utf8},
    {"lang", Verb::lang},
}};

}  // namespace

CommandParser::CommandParser(CommandLimits limits, Tolerances tolerances)
    : reader_(limits.line_octets_max, tolerances) {}

void CommandParser::reset() noexcept {
  reader_.reset();
  error_ = {};
  sasl_ = false;
}

bool CommandParser::begin_tls() {
  if (!error_ && (in_message() || !reader_.rest().empty())) {
    error_ = {ErrorCode::starttls_injection, reader_.line_offset()};
  }
  return !error_;
}

const Input* CommandParser::next() {
  if (error_) return nullptr;
  detail::Line line;
  if (!reader_.next(line)) {
    error_ = reader_.error();
    return nullptr;
  }
  input_.offset = line.offset;
  if (sasl_) {
    sasl_ = false;
    input_.kind = Input::Kind::sasl_response;
    input_.response = line.text;
    return &input_;
  }
  const CommandLine split = split_command(line.text);
  input_.kind = Input::Kind::command;
  input_.command = {.offset = line.offset,
                    .verb = find_verb(kVerbs, split.keyword),
                    .keyword = split.keyword,
                    .arguments = split.arguments};
  return &input_;
}

}  // namespace backtalk::pop3
