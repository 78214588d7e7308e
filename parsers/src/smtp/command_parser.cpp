// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/smtp/command_parser.hpp"

#include <algorithm>
#include <array>

#include "backtalk/detail/expect.hpp"
#include "command_line.hpp"

namespace backtalk::smtp {
namespace {

constexpr std::array<VerbName<Verb>, 15> kVerbs{{
    {"mail", Verb::mail},
    {"rcpt", Verb::rcpt},
    {"bdat", Verb::bdat},
    {"data", Verb::data},
    {"rset", Verb::rset},
    {"noop", Verb::noop},
    {"quit", Verb::quit},
    {"ehlo", Verb::ehlo},
    {"helo", Verb::helo},
    {"lhlo", Verb::lhlo},
    {"vrfy", Verb::vrfy},
    {"expn", Verb::expn},
    {"help", Verb::help},
    {"starttls", Verb::starttls},
    {"auth", Verb::auth},
}};

}  // namespace

CommandParser::CommandParser(CommandLimits limits, Tolerances tolerances)
    : reader_(limits.line_octets_max, tolerances), data_(tolerances) {}

void CommandParser::reset() noexcept {
  reader_.reset();
  data_.reset();
  error_ = {};
  mode_ = Mode::commands;
  after_crlf_ = true;
}

bool CommandParser::begin_tls() {
  if (!error_ && (in_message() || !reader_.rest().empty())) {
    error_ = {ErrorCode::starttls_injection, reader_.line_offset()};
  }
  return !error_;
}

void CommandParser::expect_data() {
  BACKTALK_EXPECT(!in_message());
  mode_ = Mode::data;
  data_.reset(after_crlf_);
  data_offset_ = reader_.line_offset();
}

void CommandParser::expect_chunk(std::uint64_t octets) {
  BACKTALK_EXPECT(!in_message());
  mode_ = Mode::chunk;
  data_offset_ = reader_.line_offset();
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
  detail::Line line;
  if (!reader_.next(line)) {
    error_ = reader_.error();
    return nullptr;
  }
  after_crlf_ = line.octets - line.text.size() == 2;
  const CommandLine split = split_command(line.text);
  input_.kind = Input::Kind::command;
  input_.command = {.offset = line.offset,
                    .verb = find_verb(kVerbs, split.keyword),
                    .name = split.keyword,
                    .arguments = split.arguments};
  return &input_;
}

const Input* CommandParser::next_data() {
  std::string_view rest = reader_.rest();
  const std::size_t before = rest.size();
  const detail::DotUnstuffer::Status status = data_.next(rest, input_.octets);
  reader_.skip(before - rest.size());
  switch (status) {
    case detail::DotUnstuffer::Status::octets: input_.kind = Input::Kind::octets; return &input_;
    case detail::DotUnstuffer::Status::end:
      mode_ = Mode::commands;
      input_.kind = Input::Kind::end_of_data;
      input_.octets = {};
      return &input_;
    case detail::DotUnstuffer::Status::error:
      error_ = {data_.error().code, data_offset_ + data_.error().offset};
      return nullptr;
    case detail::DotUnstuffer::Status::more: break;
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
