// SPDX-License-Identifier: Apache-2.0 OR MIT
// POP3 in C beside C++: responses under every expectation, and commands.
#include "backtalk/pop3.hpp"
#include "targets/c_mirror.hpp"
#include "targets/pop3_settings.hpp"

namespace {

using backtalk::fuzz::CDirection;
using backtalk::fuzz::CMirror;
using backtalk::fuzz::Report;
using backtalk::fuzz::same;
using backtalk::fuzz::Settings;
using backtalk::fuzz::text_of;
namespace pop3 = backtalk::pop3;

// Whether a decoder says in C what it says in C++; if both have a value, `values` compares them.
template <class Value, class Compare>
bool same_result(bool found, const backtalk_error& error, const backtalk::Result<Value>& expected,
                 Compare values) {
  if (found != expected.has_value()) return false;
  return found ? values(*expected) : same(&error, expected.error());
}

class Responses final : public CMirror<pop3::ResponseParser> {
 public:
  Responses(const Settings& settings, const pop3::ResponseLimits& limits)
      : CMirror(BACKTALK_POP3_RESPONSES, settings, limits,
                {{"line_octets_max", limits.line_octets_max}, {"expectations_max", limits.expectations_max}}),
        settings_(settings) {}

 private:
  void prepare() override {
    const auto waiting = backtalk::fuzz::pop3_waiting(settings_.variant);
    same_expectations_ = true;
    if (waiting.otherwise) {
      cpp().expect_otherwise(*waiting.otherwise);
      backtalk_pop3_expect_otherwise(c(), static_cast<backtalk_pop3_form>(*waiting.otherwise));
    }
    for (const pop3::Expect expect : waiting.queued) {
      const bool taken = cpp().expect(expect);
      same_expectations_ &=
          taken == (backtalk_pop3_expect(c(), static_cast<backtalk_pop3_form>(expect)) == BACKTALK_OK);
    }
  }

  bool take(const pop3::Event& cpp, const backtalk_event& event, Report& report) override {
    const std::string_view data = text_of(event.octets);
    if (!same_expectations_) return false;
    if (event.offset != cpp.status.offset || backtalk_parser_expected(c()) != this->cpp().expected())
      return false;
    switch (cpp.kind) {
      case pop3::Event::Kind::status: return take_status(cpp.status, event, report);
      case pop3::Event::Kind::octets:
        report.octets(data);
        return event.kind == BACKTALK_OCTETS && same(event.octets, cpp.data);
      case pop3::Event::Kind::line:
        report.event("line").text(data);
        return event.kind == BACKTALK_LINE && same(event.octets, cpp.data) &&
               same_listing(event.octets, cpp.data);
      case pop3::Event::Kind::end: report.event("end"); return event.kind == BACKTALK_END;
    }
    return false;
  }

  bool take_status(const pop3::Status& cpp, const backtalk_event& event, Report& report) {
    if (event.kind != BACKTALK_STATUS || event.pop3_status == nullptr) return false;
    const backtalk_pop3_status& c = *event.pop3_status;
    report.event("response", event.offset).number(static_cast<unsigned>(c.kind)).text(text_of(c.text));
    backtalk_view timestamp{};
    const auto expected = pop3::find_timestamp(cpp.text);
    return static_cast<int>(c.kind) == static_cast<int>(cpp.kind) && c.multi_line == cpp.multi_line &&
           c.unsolicited == cpp.unsolicited && c.octets == cpp.octets && same(c.text, cpp.text) &&
           same(c.code, cpp.code) && same_listing(c.text, cpp.text) &&
           backtalk_pop3_find_timestamp(c.text, &timestamp) == expected.has_value() &&
           (!expected || same(timestamp, *expected));
  }

  bool same_listing(backtalk_view line, std::string_view text) {
    const backtalk::Tolerances tolerances = settings_.tolerances;
    std::uint32_t message = 0;
    std::uint64_t octets = 0;
    backtalk_view first{};
    backtalk_view second{};
    backtalk_error error{};
    bool is_same = same_result(
        backtalk_pop3_read_scan_listing(c(), line, &message, &octets, &error), error,
        pop3::read_scan_listing(text, tolerances),
        [&](const pop3::ScanListing& found) { return message == found.message && octets == found.octets; });
    is_same &= same_result(backtalk_pop3_read_drop_listing(c(), line, &message, &octets, &error), error,
                           pop3::read_drop_listing(text, tolerances), [&](const pop3::DropListing& found) {
                             return message == found.messages && octets == found.octets;
                           });
    is_same &=
        same_result(backtalk_pop3_read_unique_id_listing(c(), line, &message, &first, &error), error,
                    pop3::read_unique_id_listing(text, tolerances), [&](const pop3::UniqueIdListing& found) {
                      return message == found.message && same(first, found.id);
                    });
    is_same &= same_result(backtalk_pop3_read_capability(c(), line, &first, &second, &error), error,
                           pop3::read_capability(text, tolerances), [&](const pop3::Capability& found) {
                             return same(first, found.tag) && same(second, found.parameters);
                           });
    return is_same;
  }

  Settings settings_;
  bool same_expectations_ = true;
};

class Commands final : public CMirror<pop3::CommandParser> {
 public:
  Commands(const Settings& settings, const pop3::CommandLimits& limits)
      : CMirror(BACKTALK_POP3_COMMANDS, settings, limits, {{"line_octets_max", limits.line_octets_max}}) {}

 private:
  bool take(const pop3::Input& input, const backtalk_event& event, Report& report) override {
    if (event.offset != input.offset) return false;
    if (input.kind == pop3::Input::Kind::sasl_response) {
      report.event("line", event.offset).text(text_of(event.octets));
      return event.kind == BACKTALK_LINE && same(event.octets, input.response);
    }
    if (event.kind != BACKTALK_COMMAND || event.pop3_command == nullptr) return false;
    const pop3::Command& cpp = input.command;
    const backtalk_pop3_command& c = *event.pop3_command;
    report.event("command", event.offset).text(text_of(c.keyword)).text(text_of(c.arguments));
    if (cpp.verb == pop3::Verb::auth) {
      this->cpp().expect_sasl_response();
      if (backtalk_parser_expect_line(this->c()) != BACKTALK_OK) return false;
    }
    return static_cast<int>(c.verb) == static_cast<int>(cpp.verb) && same(c.keyword, cpp.keyword) &&
           same(c.arguments, cpp.arguments) && same_arguments(cpp, c);
  }

  bool same_arguments(const pop3::Command& cpp, const backtalk_pop3_command& c) {
    std::uint32_t message = 0;
    std::uint64_t lines = 0;
    backtalk_error error{};
    bool is_same =
        same_result(backtalk_pop3_read_message_number(this->c(), &c, &message, &error), error,
                    pop3::read_message_number(cpp), [&](std::uint32_t found) { return message == found; });
    is_same &= same_result(
        backtalk_pop3_read_top(this->c(), &c, &message, &lines, &error), error, pop3::read_top(cpp),
        [&](const pop3::TopArgument& found) { return message == found.message && lines == found.lines; });
    return is_same;
  }
};

std::unique_ptr<CDirection> make(const Settings& settings) {
  if (backtalk::fuzz::is_servers(settings)) {
    return std::make_unique<Responses>(backtalk::fuzz::of_direction(settings),
                                       backtalk::fuzz::pop3_limits(settings));
  }
  return std::make_unique<Commands>(settings, backtalk::fuzz::pop3_command_limits(settings));
}

}  // namespace

BACKTALK_FUZZ_TARGET(CAdapter<make>, .name = "c_pop3", .protocol = "pop3",
                     .tolerances = backtalk::fuzz::kPop3Tolerances, .small_limits = true,
                     .variants = 2 * backtalk::fuzz::kPop3Variants, .simd = true, .work_each = 16,
                     .work_once = 128)
