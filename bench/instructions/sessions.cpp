// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "sessions.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>

#include "script/read_script.hpp"
#include "session/smtp_script_session.hpp"
#include "session/smtp_session.hpp"

namespace backtalk::bench {
namespace {

using session::SmtpPlan;

constexpr std::size_t kMessages = 192;
constexpr std::size_t kMessageOctets = 1024;
constexpr const char* kFrom = "sender@backtalk.invalid";
constexpr const char* kTo = "recipient@backtalk.invalid";

// One of the ways in which `load` sends messages, and how the server's replies arrive.
struct Way {
  std::string name;
  unsigned depth = 1;
  SmtpPlan::Submission submission = SmtpPlan::Submission::data;
  std::string script;
  std::string first;                 // replies to what goes out first
  std::vector<std::string> replies;  // then these, over and over, each in a piece of its own
  std::size_t messages = 1;          // which they answer
};

std::vector<Way> ways() {
  const std::string mail = "== pass\nC: MAIL FROM:<{from}> SIZE=1024\nC: RCPT TO:<{to}>\n";
  const std::string data = mail + "C: DATA\nS: 250\nS: 250\nS: 354\nC: {message}\nS: 250\n";
  const std::string bdat = mail + "C: BDAT {message} LAST\nS: 250\nS: 250\nS: 250\n";
  const std::vector<std::string> one_by_one = {"250 2.1.0 Ok\r\n", "250 2.1.5 Ok\r\n", "354 Go ahead\r\n",
                                               "250 2.0.0 Ok: queued\r\n"};
  const std::string group = one_by_one[0] + one_by_one[1] + one_by_one[2];
  constexpr unsigned kDepth = 16;
  std::string chunks;
  for (unsigned i = 0; i < kDepth; ++i) chunks += one_by_one[0] + one_by_one[1] + one_by_one[3];
  return {{.name = "lock-step", .script = data, .first = {}, .replies = one_by_one},
          {.name = "groups", .depth = 2, .script = data, .first = group, .replies = {one_by_one[3] + group}},
          {.name = "bdat",
           .depth = kDepth,
           .submission = SmtpPlan::Submission::bdat,
           .script = bdat,
           .first = {},
           .replies = {chunks},
           .messages = kDepth}};
}

// Counts messages, and whatever is no success.
class Ledger final : public session::Observer {
 public:
  void command_sent(unsigned, bool) override {}
  void command_answered(const session::CommandAnswer& answer) override { flaws_ += answer.ok ? 0 : 1; }
  void transaction_ended(const session::TransactionEnd& end) override {
    ++(end.ending == session::Ending::completed ? completed_ : flaws_);
  }
  void connection_failed(std::string_view) override { ++flaws_; }
  void server_said(const session::ServerWords&) override { ++flaws_; }
  void note(std::string_view) override { ++flaws_; }

  [[nodiscard]] std::size_t completed() const { return completed_; }
  [[nodiscard]] std::size_t flaws() const { return flaws_; }

 private:
  std::size_t completed_ = 0;
  std::size_t flaws_ = 0;
};

// A session on a connection that never ends.
template <class Session>
class Sender {
 public:
  Sender(typename Session::Plan plan, Way way)
      : plan_(std::move(plan)), session_(plan_, {.observer = ledger_}), way_(std::move(way)) {
    session_.restart(kNow);
    hear("220 mail.example ESMTP\r\n");
    hear("250-mail.example\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250 CHUNKING\r\n");
    if (!way_.first.empty()) hear(way_.first);
  }

  // Sends kMessages; false if they were not completed. `said`: gets what the client said.
  bool send(std::string* said) {
    said_ = said;
    const std::size_t wanted = ledger_.completed() + kMessages;
    for (std::size_t i = 0; i < kMessages; i += way_.messages) {
      for (const std::string& reply : way_.replies) hear(reply);
    }
    return ledger_.completed() == wanted && ledger_.flaws() == 0;
  }

 private:
  static constexpr session::Nanoseconds kNow = 1;

  // As the load generator does for each piece that arrives.
  void hear(std::string_view piece) {
    session_.consume(piece, kNow);
    while (session_.room() > 0) session_.begin({.number = number_++, .scheduled = kNow});
    while (const std::size_t octets = session_.produce(out_, kNow)) {
      if (said_ != nullptr) said_->append(out_.data(), octets);
    }
  }

  typename Session::Plan plan_;
  Ledger ledger_;
  Session session_;
  Way way_;
  std::uint64_t number_ = 0;
  std::string* said_ = nullptr;
  std::array<char, std::size_t{64} << 10> out_{};
};

SmtpPlan built_in(const Way& way) {
  SmtpPlan plan;
  plan.depth = way.depth;
  plan.from = kFrom;
  plan.recipients = {kTo};
  plan.message = session::generate_message(kMessageOctets, kFrom, kTo);
  plan.submission = way.submission;
  return plan;
}

// Empty if the script cannot be read.
session::SmtpScriptPlan scripted(const Way& way) {
  session::SmtpScriptPlan plan;
  plan.depth = way.depth;
  plan.from = kFrom;
  plan.recipients = {kTo};
  plan.message = session::generate_message(kMessageOctets, kFrom, kTo);
  auto read = script::read_script("smtp", way.name, way.script);
  if (auto* script = std::get_if<session::Script>(&read)) plan.script = std::move(*script);
  fill_in_constants(plan);
  return plan;
}

template <class Session>
Conversation conversation(const std::string& name, const std::shared_ptr<Sender<Session>>& sender,
                          bool alike) {
  return {.name = name, .messages = kMessages, .send = [sender, alike] {
            return sender->send(nullptr) && alike;
          }};
}

}  // namespace

std::vector<Conversation> smtp_conversations() {
  std::vector<Conversation> all;
  for (const Way& way : ways()) {
    const auto own = std::make_shared<Sender<session::SmtpSession>>(built_in(way), way);
    const auto script = std::make_shared<Sender<session::SmtpScriptSession>>(scripted(way), way);
    std::string said_by_own;
    std::string said_by_script;
    const bool alike =
        own->send(&said_by_own) && script->send(&said_by_script) && said_by_own == said_by_script;
    const std::string name = "session/smtp/" + way.name;
    all.push_back(conversation(name + "/built-in", own, alike));
    all.push_back(conversation(name + "/script", script, alike));
  }
  return all;
}

}  // namespace backtalk::bench
