#include "backtalk/pop3/command_parser.hpp"

#include <algorithm>
#include <array>

#include "ascii.hpp"

namespace backtalk::pop3 {
namespace {

struct VerbName {
  std::string_view lowered;
  Verb verb;
};

constexpr std::array kVerbs{
    VerbName{"retr", Verb::retr}, VerbName{"dele", Verb::dele}, VerbName{"list", Verb::list},
    VerbName{"uidl", Verb::uidl}, VerbName{"stat", Verb::stat}, VerbName{"top", Verb::top},
    VerbName{"user", Verb::user}, VerbName{"pass", Verb::pass}, VerbName{"quit", Verb::quit},
    VerbName{"noop", Verb::noop}, VerbName{"rset", Verb::rset}, VerbName{"capa", Verb::capa},
    VerbName{"auth", Verb::auth}, VerbName{"apop", Verb::apop}, VerbName{"stls", Verb::stls},
    VerbName{"utf8", Verb::utf8}, VerbName{"lang", Verb::lang},
};

Verb verb_of(std::string_view keyword) {
  for (const VerbName& known : kVerbs) {
    if (ascii::equals_lowered(keyword, known.lowered)) return known.verb;
  }
  return Verb::unknown;
}

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
  Line line;
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
  const std::size_t space = std::min(line.text.find(' '), line.text.size());
  input_.kind = Input::Kind::command;
  input_.command.offset = line.offset;
  input_.command.keyword = line.text.substr(0, space);
  input_.command.verb = verb_of(input_.command.keyword);
  input_.command.arguments = line.text.substr(std::min(space + 1, line.text.size()));
  return &input_;
}

}  // namespace backtalk::pop3
