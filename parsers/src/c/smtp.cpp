// SPDX-License-Identifier: Apache-2.0 OR MIT
// SMTP in C.
#include "backtalk/smtp.hpp"

#include <vector>

#include "ascii.hpp"
#include "c/parser.hpp"

namespace backtalk::c {
namespace {

struct ReplyLimitNames {
  using Limits = smtp::ReplyLimits;
  static constexpr std::array kLimits{
      limit<&Limits::line_octets_max, Limits>("line_octets_max"),
      limit<&Limits::reply_lines_max, Limits>("reply_lines_max"),
      limit<&Limits::reply_octets_max, Limits>("reply_octets_max"),
  };
};

class SmtpReplies final : public TypedParser<smtp::ReplyParser, smtp::ReplyLimits, ReplyLimitNames> {
 public:
  static constexpr backtalk_kind kKind = BACKTALK_SMTP_REPLIES;
  SmtpReplies() : TypedParser(kKind) {}

 private:
  bool read_event() override {
    const smtp::Reply* const reply = parser().next();
    if (reply == nullptr) return false;
    lines_.clear();
    for (const std::string_view line : reply->lines) lines_.push_back(view_of(line));
    reply_ = {.octets = reply->octets,
              .lines = lines_.data(),
              .line_count = lines_.size(),
              .code = reply->code,
              .enhanced_class = 0,
              .enhanced_subject = 0,
              .enhanced_detail = 0};
    if (reply->enhanced) {
      reply_.enhanced_class = reply->enhanced->klass;
      reply_.enhanced_subject = reply->enhanced->subject;
      reply_.enhanced_detail = reply->enhanced->detail;
    }
    begin_event(BACKTALK_REPLY, reply->offset).smtp_reply = &reply_;
    return true;
  }

  backtalk_smtp_reply reply_{};
  std::vector<backtalk_view> lines_;
};

struct CommandLimitNames {
  using Limits = smtp::CommandLimits;
  static constexpr std::array kLimits{limit<&Limits::line_octets_max, Limits>("line_octets_max")};
};

static_assert(static_cast<int>(smtp::Verb::unknown) == BACKTALK_SMTP_UNKNOWN &&
              static_cast<int>(smtp::Verb::mail) == BACKTALK_SMTP_MAIL &&
              static_cast<int>(smtp::Verb::starttls) == BACKTALK_SMTP_STARTTLS &&
              static_cast<int>(smtp::Verb::auth) == BACKTALK_SMTP_AUTH);

class SmtpCommands final : public TypedParser<smtp::CommandParser, smtp::CommandLimits, CommandLimitNames> {
 public:
  static constexpr backtalk_kind kKind = BACKTALK_SMTP_COMMANDS;
  SmtpCommands() : TypedParser(kKind) {}

  backtalk_status expect_data() {
    if (failed() || in_message()) return BACKTALK_WRONG_TIME;
    begin();
    parser().expect_data();
    return BACKTALK_OK;
  }
  backtalk_status expect_chunk(std::uint64_t octets) {
    if (failed() || in_message()) return BACKTALK_WRONG_TIME;
    begin();
    parser().expect_chunk(octets);
    return BACKTALK_OK;
  }
  backtalk_status give_back(std::string_view& rest) {
    if (failed() || !has_event()) return BACKTALK_WRONG_TIME;
    rest = parser().give_back();
    end_event();
    return BACKTALK_OK;
  }

 private:
  bool read_event() override {
    const std::uint64_t data_offset = message_offset();
    const smtp::Input* const input = parser().next();
    if (input == nullptr) return false;
    switch (input->kind) {
      case smtp::Input::Kind::command:
        command_ = {view_of(input->command.name), view_of(input->command.arguments),
                    static_cast<backtalk_smtp_verb>(input->command.verb)};
        begin_event(BACKTALK_COMMAND, input->command.offset).smtp_command = &command_;
        break;
      case smtp::Input::Kind::octets:
        begin_event(BACKTALK_OCTETS, data_offset).octets = view_of(input->octets);
        break;
      case smtp::Input::Kind::end_of_data: begin_event(BACKTALK_END, data_offset); break;
    }
    return true;
  }

  backtalk_smtp_command command_{};
};

smtp::Command command_of(const backtalk_smtp_command& command) noexcept {
  return {.offset = 0,
          .verb = static_cast<smtp::Verb>(command.verb),
          .name = text_of(command.name),
          .arguments = text_of(command.arguments)};
}

}  // namespace

std::unique_ptr<backtalk_parser> make_smtp_replies() {
  return std::make_unique<SmtpReplies>();
}

std::unique_ptr<backtalk_parser> make_smtp_commands() {
  return std::make_unique<SmtpCommands>();
}

}  // namespace backtalk::c

using namespace backtalk::c;  // NOLINT(google-build-using-namespace): the rest of the file is C's
namespace smtp = backtalk::smtp;

backtalk_status backtalk_smtp_expect_data(backtalk_parser* parser) {
  return guarded_as<SmtpCommands>(parser, [](SmtpCommands& it) { return it.expect_data(); });
}

backtalk_status backtalk_smtp_expect_chunk(backtalk_parser* parser, uint64_t octets) {
  return guarded_as<SmtpCommands>(parser, [=](SmtpCommands& it) { return it.expect_chunk(octets); });
}

backtalk_status backtalk_smtp_give_back(backtalk_parser* parser, backtalk_view* rest) {
  std::string_view found;
  const backtalk_status status =
      guarded_as<SmtpCommands>(parser, [&found](SmtpCommands& it) { return it.give_back(found); });
  set(rest, view_of(found));
  return status;
}

bool backtalk_smtp_find_keyword(const backtalk_parser* parser, const backtalk_smtp_reply* reply,
                                const char* keyword, backtalk_view* parameters) {
  if (reply == nullptr || keyword == nullptr) return false;
  for (std::size_t i = 1; i < reply->line_count; ++i) {
    const auto offered = smtp::read_ehlo_line(text_of(reply->lines[i]), tolerances_of(parser));
    if (!offered || !backtalk::ascii::equals(offered->keyword, keyword)) continue;
    set(parameters, view_of(offered->parameters));
    return true;
  }
  return false;
}

bool backtalk_smtp_read_path([[maybe_unused]] const backtalk_parser* parser,
                             const backtalk_smtp_command* command, backtalk_view* path,
                             backtalk_view* parameters, backtalk_error* error) {
  if (command == nullptr) return refuse_null(error);
  return give(smtp::read_path(command_of(*command)), error, [&](const smtp::PathArgument& found) {
    set(path, view_of(found.path));
    set(parameters, view_of(found.parameters));
  });
}

bool backtalk_smtp_find_parameter(backtalk_view parameters, const char* key, backtalk_view* value) {
  if (key == nullptr) return false;
  const auto found = smtp::find_parameter(text_of(parameters), key);
  if (found) set(value, view_of(*found));
  return found.has_value();
}

bool backtalk_smtp_read_chunk([[maybe_unused]] const backtalk_parser* parser,
                              const backtalk_smtp_command* command, uint64_t* octets, bool* last,
                              backtalk_error* error) {
  if (command == nullptr) return refuse_null(error);
  return give(smtp::read_chunk(command_of(*command)), error, [&](const smtp::ChunkArgument& found) {
    set(octets, found.octets);
    set(last, found.last);
  });
}
