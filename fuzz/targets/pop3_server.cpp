// SPDX-License-Identifier: Apache-2.0 OR MIT
// The built-in POP3 server against a hostile client: serve::Pop3Server. What it answers, the strict
// parser of the other side must read.
#include <cstddef>

#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/pop3/command_parser.hpp"
#include "backtalk/pop3/response_parser.hpp"
#include "serve/pop3_server.hpp"
#include "targets/mailbox_server.hpp"

namespace {

using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
using namespace backtalk::serve;
namespace pop3 = backtalk::pop3;

class MailboxByPop3 final : public backtalk::fuzz::Adapter {
 public:
  void begin(const Settings& settings) override {
    mailboxes_.set(settings);
    open();
  }
  bool reset() override {
    open();
    return true;
  }
  void feed(std::string_view bytes, Report& report) override {
    do {
      const bool was_over = server().over();
      const std::size_t taken = server().consume(bytes);
      if (!was_over) commands_.feed(bytes.substr(0, taken));
      bytes.remove_prefix(taken);
      mailboxes_.finish_turn([&] { take_output(report); },
                             [&] {
                               commands_.reset();
                               report.event("secured");
                             });
    } while (!bytes.empty() || server().has_more());
  }
  void finish(Report& report) override {
    report.event("counts").number(counts().logins).number(counts().retrieved).number(counts().deleted);
    report.number(counts().protocol_errors).number(counts().octets_retrieved);
    report.event(server().over() ? "over" : "open");
    const std::size_t left = mailboxes_.store().open("a").account->inbox()->view().size();
    if (left + counts().deleted < kMessages) report.broken("messages are gone that nobody deleted");
    if (answers_.in_message()) report.broken("an answer is cut off");
  }

 private:
  static constexpr std::size_t kMessages = 3;

  [[nodiscard]] Pop3Server& server() { return mailboxes_.server(); }
  [[nodiscard]] const Pop3Counts& counts() const { return mailboxes_.counts(); }

  void open() {
    mailboxes_.open({.messages = kMessages, .message_octets = 400});
    commands_.reset();
    answers_.reset();
    answered_ = refused_ = false;  // the greeting comes
  }

  // Command and answer in turns: the answer says whether the next line is a command or the response
  // to a challenge.
  void read_along(Report& report) {
    while (answered_ ? read_command(report) : read_answer()) {
    }
    if (answered_ && answers_.next() != nullptr) report.broken("an answer to nothing");
    if (answers_.error()) report.broken("the strict parser refuses what the server says");
  }
  bool read_command(Report& report) {
    const pop3::Input* const input = commands_.next();
    if (input == nullptr && (!commands_.error() || refused_)) return false;
    answered_ = false;
    refused_ = input == nullptr;
    if (input != nullptr && input->kind == pop3::Input::Kind::sasl_response) return true;
    const pop3::Expect form = refused_ ? pop3::Expect::single_line : form_of(input->command);
    if (!answers_.expect(form)) report.broken("an answer is owed that was given");
    return true;
  }
  // False if the answer is not there, or not whole.
  bool read_answer() {
    const pop3::Event* const event = answers_.next();
    if (event == nullptr) return false;
    if (event->kind == pop3::Event::Kind::status) {
      const pop3::Status& status = event->status;
      answered_ = !status.multi_line;
      if (status.kind == pop3::Status::Kind::continuation) commands_.expect_sasl_response();
    } else {
      answered_ = event->kind == pop3::Event::Kind::end;
    }
    return true;
  }
  [[nodiscard]] pop3::Expect form_of(const pop3::Command& command) const {
    using pop3::Expect;
    switch (command.verb) {
      case pop3::Verb::retr:
      case pop3::Verb::top: return Expect::multi_line;
      case pop3::Verb::capa: return Expect::listing;
      case pop3::Verb::list:
      case pop3::Verb::uidl: return command.arguments.empty() ? Expect::listing : Expect::single_line;
      case pop3::Verb::auth: return mailboxes_.logins() ? Expect::sasl : Expect::single_line;
      default: return Expect::single_line;
    }
  }

  void take_output(Report& report) {
    if (server().output().size() > 3 * backtalk::session::ServerSession::kOutputEnough)
      report.broken("the server queues more than enough");
    const std::string_view output = server().output();
    report.octets(output);
    answers_.feed(output);
    read_along(report);
    answers_.feed("");
    server().output().clear();
  }

  backtalk::fuzz::MailboxServer<Pop3Server, Pop3Counts> mailboxes_;
  pop3::CommandParser commands_;
  // Of the real size in builds with tiny limits too: what the server says is not hostile.
  pop3::ResponseParser answers_{{.line_octets_max = 12288}};
  bool answered_ = false;  // all that the client said so far
  bool refused_ = false;   // its stream: one more answer says so
};

}  // namespace

BACKTALK_FUZZ_TARGET(MailboxByPop3, .name = "pop3_server", .protocol = "pop3", .variants = 8, .simd = true)
