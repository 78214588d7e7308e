// SPDX-License-Identifier: Apache-2.0 OR MIT
// SMTP in C beside C++: replies, and commands to a server that takes every message.
#include "backtalk/smtp.hpp"
#include "targets/c_mirror.hpp"
#include "targets/smtp_limits.hpp"
#include "targets/smtp_tolerances.hpp"

namespace {

using backtalk::fuzz::CDirection;
using backtalk::fuzz::CMirror;
using backtalk::fuzz::Report;
using backtalk::fuzz::same;
using backtalk::fuzz::Settings;
namespace smtp = backtalk::smtp;

class Replies final : public CMirror<smtp::ReplyParser> {
 public:
  Replies(const Settings& settings, const smtp::ReplyLimits& limits)
      : CMirror(BACKTALK_SMTP_REPLIES, settings, limits,
                {{"line_octets_max", limits.line_octets_max},
                 {"reply_lines_max", limits.reply_lines_max},
                 {"reply_octets_max", limits.reply_octets_max}}),
        tolerances_(settings.tolerances) {}

 private:
  bool take(const smtp::Reply& cpp, const backtalk_event& event, Report& report) override {
    if (event.kind != BACKTALK_REPLY || event.smtp_reply == nullptr) return false;
    const backtalk_smtp_reply& c = *event.smtp_reply;
    report.event("reply", event.offset).number(c.code);
    const smtp::EnhancedCode enhanced = cpp.enhanced.value_or(smtp::EnhancedCode{});
    bool is_same = event.offset == cpp.offset && c.octets == cpp.octets && c.code == cpp.code &&
                   c.line_count == cpp.lines.size() && c.enhanced_class == enhanced.klass &&
                   c.enhanced_subject == enhanced.subject && c.enhanced_detail == enhanced.detail;
    for (std::size_t i = 0; is_same && i < c.line_count; ++i) {
      report.text(backtalk::fuzz::text_of(c.lines[i]));
      is_same = same(c.lines[i], cpp.lines[i]);
    }
    return is_same && same_keyword(cpp, c, "size") && same_keyword(cpp, c, "AUTH");
  }

  bool same_keyword(const smtp::Reply& cpp, const backtalk_smtp_reply& c, const char* keyword) {
    backtalk_view found{};
    const bool offered = backtalk_smtp_find_keyword(this->c(), &c, keyword, &found);
    const auto expected = smtp::find_keyword(cpp, keyword, tolerances_);
    return offered == expected.has_value() && (!offered || same(found, *expected));
  }

  backtalk::Tolerances tolerances_;
};

class Commands final : public CMirror<smtp::CommandParser> {
 public:
  Commands(const Settings& settings, const smtp::CommandLimits& limits)
      : CMirror(BACKTALK_SMTP_COMMANDS, settings, limits, {{"line_octets_max", limits.line_octets_max}}) {}

 private:
  bool take(const smtp::Input& input, const backtalk_event& event, Report& report) override {
    switch (input.kind) {
      case smtp::Input::Kind::command: return take_command(input.command, event, report);
      case smtp::Input::Kind::octets:
        report.octets(backtalk::fuzz::text_of(event.octets));
        return event.kind == BACKTALK_OCTETS && same(event.octets, input.octets) &&
               event.offset == data_offset_;
      case smtp::Input::Kind::end_of_data:
        report.event("end", event.offset);
        return event.kind == BACKTALK_END && event.offset == data_offset_;
    }
    return false;
  }

  bool take_command(const smtp::Command& cpp, const backtalk_event& event, Report& report) {
    if (event.kind != BACKTALK_COMMAND || event.smtp_command == nullptr) return false;
    const backtalk_smtp_command& c = *event.smtp_command;
    report.event("command", event.offset).text(backtalk::fuzz::text_of(c.name));
    report.text(backtalk::fuzz::text_of(c.arguments));
    const bool is_same = event.offset == cpp.offset && same(c.name, cpp.name) &&
                         same(c.arguments, cpp.arguments) &&
                         static_cast<int>(c.verb) == static_cast<int>(cpp.verb) && same_path(cpp, c);
    return is_same && answer(cpp, c);
  }

  bool same_path(const smtp::Command& cpp, const backtalk_smtp_command& c) {
    backtalk_view path{};
    backtalk_view parameters{};
    backtalk_view size{};
    backtalk_error error{};
    const auto expected = smtp::read_path(cpp);
    if (backtalk_smtp_read_path(this->c(), &c, &path, &parameters, &error) != expected.has_value())
      return false;
    if (!expected) return same(&error, expected.error());
    const auto value = smtp::find_parameter(expected->parameters, "SIZE");
    return same(path, expected->path) && same(parameters, expected->parameters) &&
           backtalk_smtp_find_parameter(parameters, "SIZE", &size) == value.has_value() &&
           (!value || same(size, *value));
  }

  // False if what is to come is refused in C.
  bool answer(const smtp::Command& cpp, const backtalk_smtp_command& c) {
    if (cpp.verb == smtp::Verb::data) {
      this->cpp().expect_data();
      data_offset_ = this->cpp().message_offset();
      return backtalk_smtp_expect_data(this->c()) == BACKTALK_OK;
    }
    if (cpp.verb != smtp::Verb::bdat) return true;
    const auto chunk = smtp::read_chunk(cpp);
    std::uint64_t octets = 0;
    bool last = false;
    if (backtalk_smtp_read_chunk(this->c(), &c, &octets, &last, nullptr) != chunk.has_value()) return false;
    if (!chunk) return true;
    this->cpp().expect_chunk(chunk->octets);
    data_offset_ = this->cpp().message_offset();
    return octets == chunk->octets && last == chunk->last &&
           backtalk_smtp_expect_chunk(this->c(), octets) == BACKTALK_OK;
  }

  std::uint64_t data_offset_ = 0;
};

std::unique_ptr<CDirection> make(const Settings& settings) {
  if (backtalk::fuzz::is_servers(settings)) {
    return std::make_unique<Replies>(settings, backtalk::fuzz::reply_limits(settings));
  }
  return std::make_unique<Commands>(settings, backtalk::fuzz::command_limits(settings));
}

}  // namespace

BACKTALK_FUZZ_TARGET(CAdapter<make>, .name = "c_smtp", .protocol = "smtp",
                     .tolerances = backtalk::fuzz::kReplyTolerances, .small_limits = true, .variants = 2,
                     .simd = true, .work_each = 16, .work_once = 128)
