#include "parse/smtp_transcript.hpp"

#include "backtalk/smtp/reply_parser.hpp"
#include "parse/json_text.hpp"

namespace backtalk::parse {
namespace {

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

class SmtpTranscript final : public Transcript {
 public:
  SmtpTranscript(const Options& options, std::string& out)
      : out_(out), parser_(limits_of(options), options.tolerances) {}

  bool feed(std::string_view bytes) override {
    if (parser_.error()) return false;
    parser_.feed(bytes);
    while (const smtp::Reply* reply = parser_.next()) print_reply(out_, *reply);
    if (parser_.error()) print_error(out_, parser_.error());
    return !parser_.error();
  }

  Verdict finish() override {
    if (parser_.error()) return Verdict::error;
    if (!parser_.in_message()) return Verdict::complete;
    print_incomplete(out_, parser_.message_offset());
    return Verdict::incomplete;
  }

 private:
  std::string& out_;
  smtp::ReplyParser parser_;
};

}  // namespace

std::unique_ptr<Transcript> make_smtp_transcript(const Options& options, std::string& out) {
  return std::make_unique<SmtpTranscript>(options, out);
}

}  // namespace backtalk::parse
