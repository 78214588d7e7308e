#include "backtalk/smtp/command_parser.hpp"

#include <algorithm>
#include <array>

#include "ascii.hpp"

namespace backtalk::smtp {
namespace {

struct VerbName {
  std::string_view lowered;
  Verb verb;
};

constexpr std::array kVerbs{
    VerbName{"mail", Verb::mail}, VerbName{"rcpt", Verb::rcpt},         VerbName{"bdat", Verb::bdat},
    VerbName{"data", Verb::data}, VerbName{"rset", Verb::rset},         VerbName{"noop", Verb::noop},
    VerbName{"quit", Verb::quit}, VerbName{"ehlo", Verb::ehlo},         VerbName{"helo", Verb::helo},
    VerbName{"lhlo", Verb::lhlo}, VerbName{"vrfy", Verb::vrfy},         VerbName{"expn", Verb::expn},
    VerbName{"help", Verb::help}, VerbName{"starttls", Verb::starttls}, VerbName{"auth", Verb::auth},
};

Verb verb_of(std::string_view name) {
  for (const VerbName& known : kVerbs) {
    if (ascii::equals_lowered(name, known.lowered)) return known.verb;
  }
  return Verb::unknown;
}

}  // namespace

CommandParser::CommandParser(CommandLimits limits, Tolerances tolerances)
    : reader_(limits.line_octets_max, tolerances), data_(tolerances) {}

void CommandParser::reset() noexcept {
  reader_.reset();
  data_.reset();
  error_ = {};
  mode_ = Mode::commands;
}

bool CommandParser::begin_tls() {
  if (!error_ && (in_message() || !reader_.rest().empty())) {
    error_ = {ErrorCode::starttls_injection, reader_.line_offset()};
  }
  return !error_;
}

void CommandParser::expect_data() {
  mode_ = Mode::data;
  data_.reset();
  data_offset_ = reader_.line_offset();
}

void CommandParser::expect_chunk(std::uint64_t octets) {
  mode_ = Mode::chunk;
  chunk_left_ = octets;
}

const Input* CommandParser::next() {
  if (error_) return nullptr;
  switch (mode_) {
    case Mode::data: return next_data();
    case Mode::chunk: return next_chunk();
    case Mode::commands: break;
  }
  return next_command();
}

const Input* CommandParser::next_command() {
  Line line;
  if (!reader_.next(line)) {
    error_ = reader_.error();
    return nullptr;
  }
  const std::size_t space = std::min(line.text.find(' '), line.text.size());
  input_.kind = Input::Kind::command;
  input_.command.offset = line.offset;
  input_.command.name = line.text.substr(0, space);
  input_.command.verb = verb_of(input_.command.name);
  input_.command.arguments = line.text.substr(std::min(space + 1, line.text.size()));
  return &input_;
}

const Input* CommandParser::next_data() {
  std::string_view rest = reader_.rest();
  const std::size_t before = rest.size();
  const DotUnstuffer::Status status = data_.next(rest, input_.octets);
  reader_.skip(before - rest.size());
  switch (status) {
    case DotUnstuffer::Status::octets: input_.kind = Input::Kind::octets; return &input_;
    case DotUnstuffer::Status::end:
      mode_ = Mode::commands;
      input_.kind = Input::Kind::end_of_data;
      input_.octets = {};
      return &input_;
    case DotUnstuffer::Status::error:
      error_ = {data_.error().code, data_offset_ + data_.error().offset};
      return nullptr;
    case DotUnstuffer::Status::more: break;
  }
  return nullptr;
}

const Input* CommandParser::next_chunk() {
  if (chunk_left_ == 0) {
    mode_ = Mode::commands;
    input_.kind = Input::Kind::end_of_data;
    input_.octets = {};
    return &input_;
  }
  const std::string_view rest = reader_.rest();
  if (rest.empty()) return nullptr;
  input_.kind = Input::Kind::octets;
  input_.octets = rest.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(chunk_left_, rest.size())));
  chunk_left_ -= input_.octets.size();
  reader_.skip(input_.octets.size());
  return &input_;
}

}  // namespace backtalk::smtp
