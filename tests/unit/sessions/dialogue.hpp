// SPDX-License-Identifier: Apache-2.0 OR MIT
// A conversation between a session and a test that plays the server, with everything that the session
// reports.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "session/smtp_session.hpp"
#include "session/smtp_statuses.hpp"

namespace backtalk::session::test {

/// ServerWords that outlive the call.
struct Said {
  std::string name;
  std::string command;  ///< "none" if there is none
  unsigned code = 0;
  std::string text;
  std::uint64_t offset = 0;

  friend bool operator==(const Said&, const Said&) = default;
};

inline void PrintTo(const Said& said, std::ostream* out) {
  *out << said.name << " to " << said.command << ", code " << said.code << ", at " << said.offset << ": "
       << testing::PrintToString(said.text);
}

/// 0 if there is none.
inline unsigned code_of(std::uint16_t status) {
  return status == kNoStatus ? 0
                             : static_cast<unsigned>(std::stoul(std::string(smtp_statuses()[status].name)));
}

class Recorder final : public Observer {
 public:
  void command_sent(unsigned command, bool) override { ++sent[std::string(kSmtpCommandNames[command])]; }
  void command_answered(const CommandAnswer& answer) override {
    const std::string command(kSmtpCommandNames[answer.command]);
    ++(answer.ok ? accepted : refused)[command];
    ++codes[command][code_of(answer.status)];
    latencies.push_back(answer.latency);
  }
  void transaction_ended(const TransactionEnd& end) override { ends.push_back(end); }
  void connection_failed(std::string_view name) override { failures.emplace_back(name); }
  void server_said(const ServerWords& words) override {
    said.push_back(
        {.name = std::string(words.name),
         .command = words.command == kNoCommand ? "none" : std::string(kSmtpCommandNames[words.command]),
         .code = code_of(words.status),
         .text = std::string(words.text),
         .offset = words.offset});
  }
  void note(std::string_view sentence) override { notes.emplace_back(sentence); }

  [[nodiscard]] std::size_t completed() const { return count(Ending::completed); }
  [[nodiscard]] std::size_t failed() const { return count(Ending::failed); }

  std::map<std::string, int> sent;
  std::map<std::string, int> accepted;
  std::map<std::string, int> refused;
  std::map<std::string, std::map<unsigned, int>> codes;
  std::vector<Nanoseconds> latencies;
  std::vector<TransactionEnd> ends;
  std::vector<std::string> failures;
  std::vector<Said> said;
  std::vector<std::string> notes;

 private:
  [[nodiscard]] std::size_t count(Ending ending) const {
    std::size_t n = 0;
    for (const TransactionEnd& end : ends) n += end.ending == ending ? 1 : 0;
    return n;
  }
};

inline SmtpPlan plan_of(unsigned depth, SmtpPlan::Submission submission = SmtpPlan::Submission::data) {
  SmtpPlan plan;
  plan.hello = "client.example";
  plan.from = "a@example.org";
  plan.recipients = {"b@example.net"};
  plan.message = make_wire_message("Subject: x\r\n\r\nHello\r\n");
  plan.depth = depth;
  plan.submission = submission;
  return plan;
}

inline constexpr std::string_view kFullEhlo =
    "250-server.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 CHUNKING\r\n";

class Dialogue {
 public:
  explicit Dialogue(SmtpPlan plan) : plan_(std::move(plan)), session(plan_, {.observer = recorder}) {
    session.restart(++now_);
  }

  /// The server says this; what the client answers is returned. Transactions begin as long as `supply` lasts.
  std::string says(std::string_view text) {
    session.consume(text, ++now_);
    return client();
  }
  std::string client() {
    while (session.room() > 0 && supply > 0) {
      --supply;
      session.begin({.number = begun++, .scheduled = now_, .measured = true});
    }
    std::string out;
    std::array<char, Session::kOutputMin> buffer;
    while (const std::size_t n = session.produce(buffer, now_)) out.append(buffer.data(), n);
    return out;
  }
  std::string greet(std::string_view ehlo = kFullEhlo) {
    says("220 server.example ESMTP\r\n");
    return says(ehlo);
  }

 private:
  SmtpPlan plan_;
  Nanoseconds now_ = 0;

 public:
  Recorder recorder;
  SmtpSession session;
  std::uint64_t supply = 0;
  std::uint64_t begun = 0;
};

}  // namespace backtalk::session::test
