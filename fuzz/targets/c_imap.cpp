// SPDX-License-Identifier: Apache-2.0 OR MIT
// IMAP in C beside C++: responses, and commands to a server that takes literals or refuses them.
#include "backtalk/imap.hpp"
#include "targets/c_imap_data.hpp"
#include "targets/c_imap_structures.hpp"
#include "targets/c_mirror.hpp"
#include "targets/imap_settings.hpp"

namespace {

using backtalk::fuzz::CDirection;
using backtalk::fuzz::CLimit;
using backtalk::fuzz::CMirror;
using backtalk::fuzz::Report;
using backtalk::fuzz::same;
using backtalk::fuzz::Settings;
using backtalk::fuzz::text_of;
namespace imap = backtalk::imap;

// Compares rows of tokens; memory is kept from one to the next.
class Tokens {
 public:
  bool same_row(const backtalk_imap_token* c, std::size_t count, std::span<const imap::Token> cpp) {
    if (c == nullptr || count != cpp.size()) return false;
    for (std::size_t i = 0; i < count; ++i) {
      if (!same_token(c[i], cpp[i])) return false;
    }
    return true;
  }

 private:
  bool same_token(const backtalk_imap_token& c, const imap::Token& cpp) {
    return same(c.text, cpp.text) && c.offset == cpp.offset && c.span == cpp.span &&
           static_cast<int>(c.kind) == static_cast<int>(cpp.kind) && c.escaped == cpp.escaped &&
           c.streamed == cpp.streamed && backtalk_imap_token_number(&c) == cpp.number() &&
           backtalk_imap_token_is(&c, "flags") == cpp.is_word("FLAGS") && same_text(c, cpp);
  }

  bool same_text(const backtalk_imap_token& c, const imap::Token& cpp) {
    if (!cpp.escaped) return backtalk_imap_token_text(&c, nullptr, 0) == cpp.text.size();
    text_.clear();
    cpp.append_text(text_);
    room_.resize(c.text.size);
    const std::size_t size = backtalk_imap_token_text(&c, room_.data(), room_.size());
    return size <= room_.size() && std::string_view(room_).substr(0, size) == text_;
  }

  std::string text_;
  std::string room_;
};

class Responses final : public CMirror<imap::ResponseParser> {
 public:
  Responses(const Settings& settings, const imap::Limits& limits)
      : CMirror(BACKTALK_IMAP_RESPONSES, settings, limits,
                {{"line_octets_max", limits.line_octets_max},
                 {"literal_octets_max", limits.literal_octets_max},
                 {"literal_gather_octets_max", limits.literal_gather_octets_max},
                 {"response_octets_max", limits.response_octets_max},
                 {"tokens_max", limits.tokens_max},
                 {"depth_max", limits.depth_max}}),
        structures_(c(), settings.tolerances),
        data_(c(), settings.tolerances) {}

 private:
  bool take(const imap::Response& cpp, const backtalk_event& event, Report& report) override {
    if (event.offset != cpp.offset) return false;
    if (cpp.kind == imap::Response::Kind::literal) return take_piece(cpp, event, report);
    if (event.kind != BACKTALK_RESPONSE || event.imap_response == nullptr) return false;
    const backtalk_imap_response& c = *event.imap_response;
    report.event("response", event.offset).number(c.octets).number(c.data_count).number(c.code_count);
    report.text(text_of(c.tag)).text(text_of(c.text));
    return static_cast<int>(c.kind) == static_cast<int>(cpp.kind) &&
           backtalk_imap_response_so_far(this->c()) == nullptr && c.octets == cpp.octets &&
           c.streamed_name == nullptr && same_content(c, cpp) && structures_.same_structures(c, cpp) &&
           data_.same_data(c, cpp);
  }

  bool take_piece(const imap::Response& cpp, const backtalk_event& event, Report& report) {
    report.octets(text_of(event.octets));
    if (event.kind != BACKTALK_OCTETS || event.imap_response != nullptr || !same(event.octets, cpp.literal) ||
        event.octets_total != cpp.literal_octets || event.octets_left != cpp.literal_left) {
      return false;
    }
    if (event.octets.size + event.octets_left != event.octets_total) return true;
    const backtalk_imap_response* const c = backtalk_imap_response_so_far(this->c());
    if (c == nullptr || (c->streamed_name == nullptr) != (cpp.streamed_name == nullptr)) return false;
    if (cpp.streamed_name != nullptr && c->streamed_name - c->data != cpp.streamed_name - cpp.data.data())
      return false;
    return same_content(*c, cpp);
  }

  bool same_content(const backtalk_imap_response& c, const imap::Response& cpp) {
    const auto arguments = cpp.arguments().row();
    return static_cast<int>(c.status) == static_cast<int>(cpp.status) && same(c.tag, cpp.tag) &&
           same(c.text, cpp.text) && same(c.error, cpp.error) && same(c.bad_line, cpp.bad_line) &&
           c.number == cpp.number() && tokens_.same_row(c.data, c.data_count, cpp.data) &&
           tokens_.same_row(c.code, c.code_count, cpp.code) &&
           tokens_.same_row(c.arguments, c.argument_count, arguments) &&
           (arguments.empty() || c.arguments - c.data == arguments.data() - cpp.data.data()) &&
           same_name(c, cpp);
  }

  // "FETCH" of "12 FETCH", else the first word.
  static bool same_name(const backtalk_imap_response& c, const imap::Response& cpp) {
    if (cpp.data.empty()) return same(c.name, {});
    const std::size_t at = cpp.data.size() > 1 && cpp.data[0].is_number() ? 1 : 0;
    return same(c.name, cpp.data[at].text);
  }

  Tokens tokens_;
  backtalk::fuzz::CStructures structures_;
  backtalk::fuzz::CImapData data_;
};

class Commands final : public CMirror<imap::CommandParser> {
 public:
  Commands(const Settings& settings, const imap::Limits& limits)
      : CMirror(BACKTALK_IMAP_COMMANDS, settings, limits,
                {{"line_octets_max", limits.line_octets_max},
                 {"literal_octets_max", limits.literal_octets_max},
                 {"literal_gather_octets_max", limits.literal_gather_octets_max},
                 {"response_octets_max", limits.response_octets_max},
                 {"tokens_max", limits.tokens_max},
                 {"depth_max", limits.depth_max}}),
        refuses_odd_literals_(backtalk::fuzz::refuses_odd_literals(settings)) {}

 private:
  bool take(const imap::Input& cpp, const backtalk_event& event, Report& report) override {
    if (event.offset != cpp.offset) return false;
    switch (cpp.kind) {
      case imap::Input::Kind::command:
        report.event("command", event.offset);
        return take_command(cpp, event, report) && answer(cpp);
      case imap::Input::Kind::literal_wanted:
        report.event("literal", event.offset).number(event.octets_total);
        return take_announcement(cpp, event);
      case imap::Input::Kind::octets:
        report.octets(text_of(event.octets));
        return event.kind == BACKTALK_OCTETS && same(event.octets, cpp.literal) &&
               event.octets_total == cpp.literal_octets && event.octets_left == cpp.literal_left &&
               same_so_far(cpp);
      case imap::Input::Kind::line:
        report.event("line", event.offset).text(text_of(event.octets));
        return event.kind == BACKTALK_LINE && same(event.octets, cpp.text);
    }
    return false;
  }

  bool take_command(const imap::Input& cpp, const backtalk_event& event, Report& report) {
    if (event.kind != BACKTALK_COMMAND || event.imap_command == nullptr) return false;
    const backtalk_imap_command& c = *event.imap_command;
    report.text(text_of(c.tag)).text(text_of(c.name)).number(c.argument_count);
    return same_content(c, cpp);
  }

  bool same_content(const backtalk_imap_command& c, const imap::Input& cpp) {
    return same(c.tag, cpp.tag) && same(c.name, cpp.name) && same(c.error, cpp.error) &&
           tokens_.same_row(c.arguments, c.argument_count, cpp.arguments.row());
  }

  bool same_so_far(const imap::Input& cpp) {
    const backtalk_imap_command* const c = backtalk_imap_command_so_far(this->c());
    return c != nullptr && same_content(*c, cpp);
  }

  bool take_announcement(const imap::Input& cpp, const backtalk_event& event) {
    if (event.kind != BACKTALK_LITERAL_WANTED || event.imap_command == nullptr ||
        event.octets_total != cpp.literal_octets || !same(event.imap_command->tag, cpp.tag) ||
        !same_so_far(cpp)) {
      return false;
    }
    if (!refuses_odd_literals_ || cpp.literal_octets % 2 == 0) return true;
    this->cpp().refuse_literal();
    return backtalk_imap_refuse_literal(c()) == BACKTALK_OK;
  }

  // A server that goes on with a challenge, or waits for DONE.
  bool answer(const imap::Input& cpp) {
    if (cpp.error || (cpp.name != "IDLE" && cpp.name != "AUTHENTICATE")) return true;
    this->cpp().expect_line();
    return backtalk_parser_expect_line(c()) == BACKTALK_OK;
  }

  bool refuses_odd_literals_;
  Tokens tokens_;
};

std::unique_ptr<CDirection> make(const Settings& settings) {
  const Settings own = backtalk::fuzz::of_direction(settings);
  if (backtalk::fuzz::is_servers(settings)) {
    return std::make_unique<Responses>(own, backtalk::fuzz::imap_limits(own));
  }
  return std::make_unique<Commands>(own, backtalk::fuzz::imap_limits(own));
}

}  // namespace

BACKTALK_FUZZ_TARGET(CAdapter<make>, .name = "c_imap", .protocol = "imap",
                     .tolerances = backtalk::fuzz::kImapTolerances, .small_limits = true,
                     .variants = 2 * backtalk::fuzz::kImapCommandVariants, .simd = true, .work_each = 24,
                     .work_once = 512)
