// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "differ/answer_reader.hpp"

#include <fmt/format.h>

#include "backtalk/error.hpp"

namespace backtalk::differ {
namespace {

Answer answer_of(const smtp::Reply& reply) {
  const bool is_goodbye = reply.code == 221 || reply.code == 421;
  return {.code = fmt::format("{}", reply.code),
          .klass = is_goodbye ? fmt::format("{}", reply.code) : fmt::format("{}xx", reply.klass()),
          .text = std::string(reply.lines.front())};
}

}  // namespace

std::vector<Answer> AnswerReader::read(std::string_view octets) {
  std::vector<Answer> answers;
  if (parser_.error()) return answers;
  parser_.feed(octets);
  while (const smtp::Reply* reply = parser_.next()) answers.push_back(answer_of(*reply));
  return answers;
}

std::string_view AnswerReader::flaw() const {
  return parser_.error() ? word(parser_.error().code) : std::string_view();
}

}  // namespace backtalk::differ
