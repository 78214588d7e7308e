// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "parse/smtp_transcript.hpp"

#include "backtalk/smtp/reply_parser.hpp"
#include "parse/json_text.hpp"
#include "parse/parser_transcript.hpp"

namespace backtalk::parse {
namespace {

static_assert(sizeof(smtp::ReplyLimits) == (kSmtpLimits.size()) * sizeof(std::size_t), "a limit has no name");

smtp::ReplyLimits limits_of(const Options& options) {
  smtp::ReplyLimits limits;
  limits.line_octets_max = limit_or(options, "line_octets_max", limits.line_octets_max);
  limits.reply_lines_max = limit_or(options, "reply_lines_max", limits.reply_lines_max);
  limits.reply_octets_max = limit_or(options, "reply_octets_max", limits.reply_octets_max);
  return limits;
}

void print_reply(std::string& out, const smtp::Reply& reply) {
  out += R"({"type":"reply","offset":)";
  append_number(out, reply.offset);
  out += R"(,"code":)";
  append_number(out, reply.code);
  out += R"(,"enhanced":)";
  if (reply.enhanced) {
    append_string(out, to_string(*reply.enhanced));
  } else {
    out += "null";
  }
  out += R"(,"lines":)";
  append_strings(out, reply.lines);
  out += "}\n";
}

class SmtpTranscript final : public ParserTranscript<smtp::ReplyParser> {
 public:
  SmtpTranscript(const Options& options, std::string& out)
      : ParserTranscript(out, smtp::ReplyParser(limits_of(options), options.tolerances)) {}

 private:
  void print_events() override {
    while (const smtp::Reply* reply = parser().next()) print_reply(output(), *reply);
  }
};

}  // namespace

std::unique_ptr<Transcript> make_smtp_transcript(const Options& options, std::string& out) {
  return std::make_unique<SmtpTranscript>(options, out);
}

}  // namespace backtalk::parse
