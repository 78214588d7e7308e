// SPDX-License-Identifier: Apache-2.0 OR MIT
// What POP3 responses mean: greetings, response codes, listings and capabilities, on what
// pop3::ResponseParser reads line by line.
#include <string>

#include "backtalk/pop3/capability.hpp"
#include "backtalk/pop3/greeting.hpp"
#include "backtalk/pop3/listing.hpp"
#include "backtalk/pop3/response_parser.hpp"
#include "targets/parser_adapter.hpp"
#include "targets/pop3_settings.hpp"

namespace {

using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
namespace pop3 = backtalk::pop3;

// Everything that a line or a text may mean is asked of every one: which command it answers is not
// known here.
class Pop3Decoders final : public backtalk::fuzz::ParserAdapter<pop3::ResponseParser> {
 public:
  void begin(const Settings& settings) override {
    tolerances_ = settings.tolerances;
    make(backtalk::fuzz::pop3_limits(settings), settings.tolerances);
  }
  void finish(Report& report) override {
    parser().finish();
    take_all(report);
    report_capabilities(report);
    ParserAdapter::finish(report);
  }

 private:
  void prepare() override {
    parser().expect_otherwise(pop3::Expect::listing);
    found_ = {};
  }

  void take(const pop3::Event& event, Report& report) override {
    if (event.kind == pop3::Event::Kind::status) take_status(event.status, report);
    if (event.kind == pop3::Event::Kind::line) take_line(event.data, report);
  }

  void take_status(const pop3::Status& status, Report& report) const {
    report.event("status", status.offset).number(static_cast<unsigned>(pop3::response_code(status.code)));
    if (const auto timestamp = pop3::find_timestamp(status.text)) {
      report.text(*timestamp);
      if (!timestamp->starts_with('<') || !timestamp->ends_with('>'))
        report.broken("a timestamp without its brackets");
    }
    if (const auto drop = pop3::read_drop_listing(status.text, tolerances_))
      report.number(drop->messages).number(drop->octets);
    report_listing(status.text, report);
  }

  void take_line(std::string_view line, Report& report) {
    report.event("line");
    report_listing(line, report);
    const auto capability = pop3::read_capability(line, tolerances_);
    if (capability) report.text(capability->tag).text(capability->parameters);
    const backtalk::Error error = pop3::add_capability(line, found_, tolerances_);
    if (!capability && error != capability.error()) report.broken("a bad capability has two errors");
    if (error.offset > line.size()) report.broken("an error behind its line");
  }

  void report_listing(std::string_view text, Report& report) const {
    // What the grammar has means the same with every tolerance.
    const auto strict = pop3::read_scan_listing(text);
    if (const auto scan = pop3::read_scan_listing(text, tolerances_)) {
      if (strict && (strict->message != scan->message || strict->octets != scan->octets))
        report.broken("a tolerance changes what a scan listing says");
      report.number(scan->message).number(scan->octets);
      if (scan->message == 0) report.broken("message 0 is listed");
    } else if (strict) {
      report.broken("a tolerance refuses what strict mode reads");
    }
    if (const auto unique = pop3::read_unique_id_listing(text, tolerances_)) {
      constexpr std::size_t kIdMax = 70;  // RFC 1939 7
      report.number(unique->message).text(unique->id);
      if (unique->id.empty() || unique->id.size() > kIdMax) report.broken("a unique-id of a wrong length");
      // Each line that is read has one writing, so far as its numbers have no zeros before them.
      const std::string written = std::to_string(unique->message) + " " + std::string(unique->id);
      const bool spaced = tolerances_.has(backtalk::tolerate::extra_spaces);
      if (!spaced && !text.starts_with('0') && text != written)
        report.broken("a unique-id listing is not its two parts");
    }
  }

  void report_capabilities(Report& report) {
    report.event("capabilities");
    for (const bool has :
         {found_.top, found_.user, found_.resp_codes, found_.auth_resp_code, found_.pipelining, found_.uidl,
          found_.stls, found_.utf8, found_.utf8_user, found_.lang, found_.sasl}) {
      report.number(has ? 1 : 0);
    }
    if (found_.login_delay)
      report.number(found_.login_delay->seconds).number(found_.login_delay->per_user ? 1 : 0);
    if (found_.expire) report.number(found_.expire->days.value_or(0)).number(found_.expire->per_user ? 1 : 0);
    report.text(found_.sasl_mechanisms).text(found_.implementation);
    report.number(pop3::has_mechanism(found_.sasl_mechanisms, "plain") ? 1 : 0);
    if (found_.utf8_user && !found_.utf8) report.broken("UTF8 USER without UTF8");
  }

  pop3::Capabilities found_;
  backtalk::Tolerances tolerances_;
};

}  // namespace

BACKTALK_FUZZ_TARGET(Pop3Decoders, .name = "pop3_decoders", .protocol = "pop3",
                     .tolerances = backtalk::fuzz::kPop3DecoderTolerances, .small_limits = true, .simd = true,
                     .work_each = 8, .work_once = 64)
