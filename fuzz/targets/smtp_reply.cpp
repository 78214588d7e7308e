// SPDX-License-Identifier: Apache-2.0 OR MIT
// What an SMTP server says: smtp::ReplyParser.
#include <string>

#include "backtalk/fuzz/references.hpp"
#include "backtalk/fuzz/report_items.hpp"
#include "backtalk/smtp/ehlo.hpp"
#include "backtalk/smtp/reply_parser.hpp"
#include "targets/parser_adapter.hpp"
#include "targets/smtp_limits.hpp"
#include "targets/smtp_tolerances.hpp"

namespace {

using backtalk::fuzz::Item;
using backtalk::fuzz::ItemKind;
using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
namespace smtp = backtalk::smtp;

// What is read out of a reply to EHLO has to be what a look at each keyword finds.
bool capabilities_hold(const smtp::Reply& reply) {
  const smtp::Capabilities found = smtp::read_capabilities(reply);
  const auto offers = [&reply](std::string_view keyword) {
    return smtp::find_keyword(reply, keyword).has_value();
  };
  return found.pipelining == offers("pipelining") && found.chunking == offers("CHUNKING") &&
         found.starttls == offers("StartTLS") && found.size == offers("SIZE") && found.dsn == offers("DSN") &&
         found.smtputf8 == offers("SMTPUTF8") && found.eightbitmime == offers("8BITMIME") &&
         found.binarymime == offers("BINARYMIME");
}

// One bad line costs itself alone: what is read line by line is what is read at once.
bool capabilities_add_up(const smtp::Reply& reply, backtalk::Tolerances tolerances) {
  const smtp::Capabilities at_once = smtp::read_capabilities(reply, tolerances);
  smtp::Capabilities by_line;
  for (const std::string_view line : reply.lines.subspan(1)) {
    const backtalk::Error error = smtp::add_capability(line, by_line, tolerances);
    if (error.offset > line.size()) return false;
  }
  return by_line.pipelining == at_once.pipelining && by_line.size == at_once.size &&
         by_line.size_octets_max == at_once.size_octets_max &&
         by_line.auth_mechanisms == at_once.auth_mechanisms;
}

bool reads_back(const smtp::EnhancedCode& code, std::uint16_t reply_code) {
  const std::string written = to_string(code) + " text";
  const auto read = smtp::find_enhanced_code(written, reply_code);
  return read && read->code == code && written.substr(read->octets) == "text";
}

class SmtpReplies final : public backtalk::fuzz::ParserAdapter<smtp::ReplyParser> {
 public:
  void begin(const Settings& settings) override {
    limits_ = backtalk::fuzz::reply_limits(settings);
    tolerances_ = settings.tolerances;
    make(limits_, settings.tolerances);
  }

 private:
  void take(const smtp::Reply& reply, Report& report) override {
    report.event("reply", reply.offset).number(reply.code);
    report.text(reply.enhanced ? to_string(*reply.enhanced) : "");
    for (const std::string_view line : reply.lines) report.text(line);
    if (reply.lines.empty() || reply.lines.size() > limits_.reply_lines_max) {
      report.broken("a reply has more lines than its limit, or none");
    }
    if (reply.octets > limits_.reply_octets_max) report.broken("a reply is longer than its limit");
    if (reply.octets % 16 == 0) check_decoders(reply, report);  // they take longer than the parser
  }

  void check_decoders(const smtp::Reply& reply, Report& report) const {
    if (reply.enhanced && !reads_back(*reply.enhanced, reply.code)) {
      report.broken("an enhanced code is written so that it reads as another");
    }
    if (reply.positive() && !capabilities_hold(reply)) {
      report.broken("read_capabilities and find_keyword disagree");
    }
    if (!capabilities_add_up(reply, tolerances_)) {
      report.broken("capabilities read line by line are others");
    }
  }

  smtp::ReplyLimits limits_;
  backtalk::Tolerances tolerances_;
};

// The replies in full: the enhanced code on every line, since where it stood is not kept.
bool write_replies(const Report& report, std::string& stream) {
  constexpr std::size_t kReplyMax = 2000;  // what the codes add must not pass a limit
  if (report.events().size() > kReplyMax) return false;
  std::string code;
  std::string enhanced;
  std::size_t last_separator = std::string::npos;
  bool enhanced_comes = false;
  for (const Item& item : items_of(report)) {
    switch (item.kind) {
      case ItemKind::event:
        if (last_separator != std::string::npos) stream[last_separator] = ' ';
        last_separator = std::string::npos;
        break;
      case ItemKind::number:
        code = std::to_string(item.number);
        enhanced_comes = true;
        break;
      case ItemKind::text:
        if (enhanced_comes) {
          enhanced = item.text.empty() ? "" : std::string(item.text) + " ";
          enhanced_comes = false;
          break;
        }
        stream += code;
        last_separator = stream.size();
        stream.append("-").append(enhanced).append(item.text).append("\r\n");
        break;
      case ItemKind::octets: break;
    }
  }
  if (last_separator != std::string::npos) stream[last_separator] = ' ';
  return true;
}

}  // namespace

BACKTALK_FUZZ_TARGET(SmtpReplies, .name = "smtp_reply", .protocol = "smtp",
                     .tolerances = backtalk::fuzz::kReplyTolerances, .small_limits = true, .simd = true,
                     .work_each = 8, .work_once = 64, .reference = smtp_replies, .writer = write_replies)
