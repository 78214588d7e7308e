// SPDX-License-Identifier: Apache-2.0 OR MIT
// POP3 in C.
#include "backtalk/pop3.hpp"

#include "c/parser.hpp"

namespace backtalk::c {
namespace {

struct ResponseLimitNames {
  using Limits = pop3::ResponseLimits;
  static constexpr std::array kLimits{
      limit<&Limits::line_octets_max, Limits>("line_octets_max"),
      limit<&Limits::expectations_max, Limits>("expectations_max"),
  };
};

static_assert(static_cast<int>(pop3::Status::Kind::continuation) == BACKTALK_POP3_CONTINUATION &&
              static_cast<int>(pop3::Expect::single_line) == BACKTALK_POP3_SINGLE_LINE &&
              static_cast<int>(pop3::Expect::automatic) == BACKTALK_POP3_AUTOMATIC);

bool is_form(backtalk_pop3_form form) noexcept {
  return form >= BACKTALK_POP3_SINGLE_LINE && form <= BACKTALK_POP3_AUTOMATIC;
}

class Pop3Responses final
    : public TypedParser<pop3::ResponseParser, pop3::ResponseLimits, ResponseLimitNames> {
 public:
  static constexpr backtalk_kind kKind = BACKTALK_POP3_RESPONSES;
  Pop3Responses() : TypedParser(kKind) {}

  backtalk_status expect(backtalk_pop3_form form) {
    if (!is_form(form)) return BACKTALK_BAD_ARGUMENT;
    begin();
    return parser().expect(static_cast<pop3::Expect>(form)) ? BACKTALK_OK : BACKTALK_FULL;
  }
  backtalk_status expect_otherwise(backtalk_pop3_form form) {
    if (!is_form(form)) return BACKTALK_BAD_ARGUMENT;
    otherwise_ = static_cast<pop3::Expect>(form);
    parser().expect_otherwise(*otherwise_);
    return BACKTALK_OK;
  }
  [[nodiscard]] std::size_t expected() const noexcept override { return parser().expected(); }

 private:
  void make_parser() override {
    TypedParser::make_parser();
    if (otherwise_) parser().expect_otherwise(*otherwise_);
  }

  bool read_event() override {
    const pop3::Event* const event = parser().next();
    if (event == nullptr) return false;
    const std::uint64_t offset = event->status.offset;
    switch (event->kind) {
      case pop3::Event::Kind::status:
        status_ = {.text = view_of(event->status.text),
                   .code = view_of(event->status.code),
                   .octets = event->status.octets,
                   .kind = static_cast<backtalk_pop3_status_kind>(event->status.kind),
                   .multi_line = event->status.multi_line,
                   .unsolicited = event->status.unsolicited};
        begin_event(BACKTALK_STATUS, offset).pop3_status = &status_;
        break;
      case pop3::Event::Kind::octets:
        begin_event(BACKTALK_OCTETS, offset).octets = view_of(event->data);
        break;
      case pop3::Event::Kind::line: begin_event(BACKTALK_LINE, offset).octets = view_of(event->data); break;
      case pop3::Event::Kind::end: begin_event(BACKTALK_END, offset); break;
    }
    return true;
  }

  std::optional<pop3::Expect> otherwise_;
  backtalk_pop3_status status_{};
};

struct CommandLimitNames {
  using Limits = pop3::CommandLimits;
  static constexpr std::array kLimits{limit<&Limits::line_octets_max, Limits>("line_octets_max")};
};

static_assert(static_cast<int>(pop3::Verb::unknown) == BACKTALK_POP3_UNKNOWN &&
              static_cast<int>(pop3::Verb::list) == BACKTALK_POP3_LIST &&
              static_cast<int>(pop3::Verb::utf8) == BACKTALK_POP3_UTF8);

class Pop3Commands final : public TypedParser<pop3::CommandParser, pop3::CommandLimits, CommandLimitNames> {
 public:
  static constexpr backtalk_kind kKind = BACKTALK_POP3_COMMANDS;
  Pop3Commands() : TypedParser(kKind) {}

  backtalk_status expect_line() override {
    begin();
    parser().expect_sasl_response();
    return BACKTALK_OK;
  }

 private:
  bool read_event() override {
    const pop3::Input* const input = parser().next();
    if (input == nullptr) return false;
    if (input->kind == pop3::Input::Kind::sasl_response) {
      begin_event(BACKTALK_LINE, input->offset).octets = view_of(input->response);
      return true;
    }
    command_ = {view_of(input->command.keyword), view_of(input->command.arguments),
                static_cast<backtalk_pop3_verb>(input->command.verb)};
    begin_event(BACKTALK_COMMAND, input->offset).pop3_command = &command_;
    return true;
  }

  backtalk_pop3_command command_{};
};

pop3::Command command_of(const backtalk_pop3_command& command) noexcept {
  return {.offset = 0,
          .verb = static_cast<pop3::Verb>(command.verb),
          .keyword = text_of(command.keyword),
          .arguments = text_of(command.arguments)};
}

}  // namespace

std::unique_ptr<backtalk_parser> make_pop3_responses() {
  return std::make_unique<Pop3Responses>();
}

std::unique_ptr<backtalk_parser> make_pop3_commands() {
  return std::make_unique<Pop3Commands>();
}

}  // namespace backtalk::c

using namespace backtalk::c;  // NOLINT(google-build-using-namespace): the rest of the file is C's
namespace pop3 = backtalk::pop3;

backtalk_status backtalk_pop3_expect(backtalk_parser* parser, backtalk_pop3_form form) {
  return guarded_as<Pop3Responses>(parser, [=](Pop3Responses& it) { return it.expect(form); });
}

backtalk_status backtalk_pop3_expect_otherwise(backtalk_parser* parser, backtalk_pop3_form form) {
  return guarded_as<Pop3Responses>(parser, [=](Pop3Responses& it) { return it.expect_otherwise(form); });
}

bool backtalk_pop3_read_drop_listing(const backtalk_parser* parser, backtalk_view text, uint32_t* messages,
                                     uint64_t* octets, backtalk_error* error) {
  return give(pop3::read_drop_listing(text_of(text), tolerances_of(parser)), error,
              [&](const pop3::DropListing& found) {
                set(messages, found.messages);
                set(octets, found.octets);
              });
}

bool backtalk_pop3_read_scan_listing(const backtalk_parser* parser, backtalk_view line, uint32_t* message,
                                     uint64_t* octets, backtalk_error* error) {
  return give(pop3::read_scan_listing(text_of(line), tolerances_of(parser)), error,
              [&](const pop3::ScanListing& found) {
                set(message, found.message);
                set(octets, found.octets);
              });
}

bool backtalk_pop3_read_unique_id_listing(const backtalk_parser* parser, backtalk_view line,
                                          uint32_t* message, backtalk_view* id, backtalk_error* error) {
  return give(pop3::read_unique_id_listing(text_of(line), tolerances_of(parser)), error,
              [&](const pop3::UniqueIdListing& found) {
                set(message, found.message);
                set(id, view_of(found.id));
              });
}

bool backtalk_pop3_read_capability(const backtalk_parser* parser, backtalk_view line, backtalk_view* tag,
                                   backtalk_view* parameters, backtalk_error* error) {
  return give(pop3::read_capability(text_of(line), tolerances_of(parser)), error,
              [&](const pop3::Capability& found) {
                set(tag, view_of(found.tag));
                set(parameters, view_of(found.parameters));
              });
}

bool backtalk_pop3_find_timestamp(backtalk_view text, backtalk_view* timestamp) {
  const auto found = pop3::find_timestamp(text_of(text));
  if (found) set(timestamp, view_of(*found));
  return found.has_value();
}

bool backtalk_pop3_read_message_number([[maybe_unused]] const backtalk_parser* parser,
                                       const backtalk_pop3_command* command, uint32_t* message,
                                       backtalk_error* error) {
  if (command == nullptr) return refuse_null(error);
  return give(pop3::read_message_number(command_of(*command)), error,
              [&](std::uint32_t found) { set(message, found); });
}

bool backtalk_pop3_read_top([[maybe_unused]] const backtalk_parser* parser,
                            const backtalk_pop3_command* command, uint32_t* message, uint64_t* lines,
                            backtalk_error* error) {
  if (command == nullptr) return refuse_null(error);
  return give(pop3::read_top(command_of(*command)), error, [&](const pop3::TopArgument& found) {
    set(message, found.message);
    set(lines, found.lines);
  });
}
