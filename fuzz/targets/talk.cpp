// SPDX-License-Identifier: Apache-2.0 OR MIT
// A conversation by hand: lines that begin with "C: " are typed, as soon as they may be, and all
// others come from the server with their line ends as they are. What is shown depends neither on
// the cuts between the server's octets nor, but for itself, on --explain.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "talk/conversation.hpp"
#include "whole_text.hpp"

namespace {

namespace talk = backtalk::talk;
using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;

constexpr std::array kProtocols{talk::Protocol::smtp, talk::Protocol::lmtp, talk::Protocol::pop3,
                                talk::Protocol::imap, talk::Protocol::http};
constexpr std::string_view kTyped = "C: ";

class Shown final : public talk::Audience {
 public:
  void client(std::string_view line, std::string_view) override { add("C: ", line); }
  void server(std::string_view line) override { add("S: ", line); }
  void remark(std::string_view said) override {
    if (said.starts_with("warning: ") || said == "the line goes on") add("# ", said);
  }

  std::string text;

 private:
  void add(std::string_view mark, std::string_view line) { text.append(mark).append(line).append("\n"); }
};

// What a run of the input came to.
struct Came {
  std::string shown;
  std::string sent;
  std::string problem;
  std::size_t due = 0;
  bool wants_tls = false;

  friend bool operator==(const Came&, const Came&) = default;
};

class Conversations final : public backtalk::fuzz::WholeText {
 public:
  void begin(const Settings& settings) override {
    WholeText::begin(settings);
    protocol_ = kProtocols[settings.variant % kProtocols.size()];
    pipeline_ = settings.variant >= kProtocols.size();
  }

  void finish(Report& report) override {
    const Came whole = play(text_.size() + 1, true, report);
    if (play(1, false, report) != whole) report.broken("what is shown depends on the cuts");
    report.event("shown").text(whole.shown).text(whole.problem).number(whole.due);
  }

 private:
  Came play(std::size_t piece, bool explain, Report& report) const {
    Shown shown;
    talk::Conversation conversation(protocol_, shown, {.explain = explain, .pipeline = pipeline_});
    Came came;
    std::size_t typed = 1;  // lines, and the greeting
    std::string_view rest = text_;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, std::min(rest.find('\n'), rest.size() - 1) + 1);
      rest.remove_prefix(line.size());
      if (!line.starts_with(kTyped)) {
        for (std::string_view left = line; !left.empty(); left.remove_prefix(std::min(piece, left.size())))
          conversation.receive(left.substr(0, piece));
      } else if (conversation.may_type()) {
        conversation.type(line.substr(kTyped.size(), line.size() - kTyped.size() - 1));
        typed += line.size();  // what follows a chunk is a line of its own
      }
      came.sent += conversation.take_output();
      if (!conversation.problem().empty() && conversation.may_type())
        report.broken("something may be said after a problem");
      if (conversation.due() > typed) report.broken("more answers are due than lines were typed");
    }
    came.wants_tls = conversation.wants_tls();
    conversation.end_of_stream();
    came.shown = std::move(shown.text);
    came.problem = conversation.problem();
    came.due = conversation.due();
    return came;
  }

  talk::Protocol protocol_ = talk::Protocol::smtp;
  bool pipeline_ = false;
};

}  // namespace

BACKTALK_FUZZ_TARGET(Conversations, .name = "talk", .protocol = "smtp", .variants = 10)
