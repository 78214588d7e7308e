// SPDX-License-Identifier: Apache-2.0 OR MIT
// A conversation between a session of any protocol and a test that plays the server, with
// everything that the session reports.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "session/session_context.hpp"

namespace backtalk::session::test {

/// ServerWords that outlive the call.
struct Said {
  std::string name;
  std::string command;  ///< "none" if there is none
  std::string status;   ///< "none" if there is none
  std::string text;
  std::uint64_t offset = 0;
  std::uint32_t script_line = 0;
  std::string expected = {};  ///< of a text that differs
  bool nothing_follows = false;

  friend bool operator==(const Said&, const Said&) = default;
};

inline void PrintTo(const Said& said, std::ostream* out) {
  *out << said.name << " to " << said.command << ", status " << said.status << ", at " << said.offset
       << ", line " << said.script_line << ": " << testing::PrintToString(said.text);
  if (!said.expected.empty() || said.nothing_follows)
    *out << ", expected " << said.expected << (said.nothing_follows ? " and nothing" : "");
}

/// What the commands and statuses of a protocol are called.
struct ProtocolNames {
  std::span<const std::string_view> commands;
  std::span<const Status> statuses;

  [[nodiscard]] std::string command(unsigned index) const {
    return index == kNoCommand ? "none" : std::string(commands[index]);
  }
  [[nodiscard]] std::string status(std::uint16_t index) const {
    return index == kNoStatus ? "none" : std::string(statuses[index].name);
  }
};

class Recorder final : public Observer {
 public:
  explicit Recorder(const ProtocolNames& names) : names_(names) {}

  void command_sent(unsigned command, bool) override { ++sent[names_.command(command)]; }
  void command_answered(const CommandAnswer& answer) override {
    const std::string command = names_.command(answer.command);
    ++(answer.ok ? accepted : answer.unexpected ? unexpected : refused)[command];
    ++statuses[command][names_.status(answer.status)];
    latencies.push_back(answer.latency);
  }
  void transaction_ended(const TransactionEnd& end) override { ends.push_back(end); }
  void connection_failed(std::string_view name) override { failures.emplace_back(name); }
  void server_said(const ServerWords& words) override {
    said.push_back({.name = std::string(words.name),
                    .command = names_.command(words.command),
                    .status = names_.status(words.status),
                    .text = std::string(words.text),
                    .offset = words.offset,
                    .script_line = words.script_line,
                    .expected = std::string(words.expected),
                    .nothing_follows = words.nothing_follows});
  }
  void unsolicited() override { ++unasked; }
  void delivered(Nanoseconds ns) override { deliveries.push_back(ns); }
  void verified(bool is_checkable) override { ++(is_checkable ? checkable : not_checkable); }
  void note(std::string_view sentence) override { notes.emplace_back(sentence); }

  [[nodiscard]] std::size_t completed() const { return count(Ending::completed); }
  [[nodiscard]] std::size_t failed() const { return count(Ending::failed); }

  std::vector<Nanoseconds> deliveries;
  std::map<std::string, int> sent;
  std::map<std::string, int> accepted;
  std::map<std::string, int> refused;
  std::map<std::string, int> unexpected;
  std::map<std::string, std::map<std::string, int>> statuses;
  std::vector<Nanoseconds> latencies;
  std::vector<TransactionEnd> ends;
  std::vector<std::string> failures;
  std::vector<Said> said;
  std::vector<std::string> notes;
  int unasked = 0;
  int checkable = 0;
  int not_checkable = 0;

 private:
  [[nodiscard]] std::size_t count(Ending ending) const {
    std::size_t n = 0;
    for (const TransactionEnd& end : ends) n += end.ending == ending ? 1 : 0;
    return n;
  }

  ProtocolNames names_;
};

/// `S` is a session that is made of an `S::Plan` and a SessionContext.
template <class S>
class Dialogue {
 public:
  Dialogue(typename S::Plan plan, const ProtocolNames& names)
      : plan_(std::move(plan)), recorder(names), session(plan_, {.observer = recorder}) {
    session.restart(++now_);
  }

  /// The server says this; what the client answers is returned. Transactions begin as long as
  /// `supply` lasts.
  std::string says(std::string_view text) {
    received_ += text.size();
    session.consume(text, ++now_);
    return client();
  }
  /// How many octets the server has said.
  [[nodiscard]] std::uint64_t received() const { return received_; }
  /// The TLS handshake that the session waits for is done; what the client says then is returned.
  std::string tls_established() {
    session.tls_established(++now_);
    return client();
  }
  /// So much time passes, in which nobody says anything; what the client says then is returned.
  std::string after(Nanoseconds ns) {
    now_ += ns;
    session.wake(now_);
    return client();
  }
  std::string client() {
    while (session.room() > 0 && supply > 0) {
      --supply;
      session.begin({.number = begun++, .scheduled = now_, .measured = true});
    }
    std::string out;
    std::string buffer(output_octets, '?');
    while (const std::size_t n = session.produce(buffer, now_)) out.append(buffer, 0, n);
    return out;
  }
  [[nodiscard]] Nanoseconds now() const { return now_; }

 private:
  typename S::Plan plan_;
  Nanoseconds now_ = 0;
  std::uint64_t received_ = 0;

 public:
  Recorder recorder;
  S session;
  std::uint64_t supply = 0;
  std::uint64_t begun = 0;
  std::size_t output_octets = Session::kOutputMin;  ///< how much is taken at once
};

}  // namespace backtalk::session::test
