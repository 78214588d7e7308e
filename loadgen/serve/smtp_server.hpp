// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A mail sink: the server side of SMTP and LMTP (RFC 5321, 2033, 2920, 3030, 1870, 6152). It
/// stores nothing.
#pragma once

#include <cstdint>
#include <string_view>

#include "backtalk/smtp/command_parser.hpp"
#include "serve/faults.hpp"
#include "serve/replies.hpp"
#include "serve/service_time.hpp"
#include "session/server_session.hpp"

namespace backtalk::serve {

/// What the sinks of one thread have accepted and refused.
struct SmtpCounts {
  std::uint64_t connections = 0;
  std::uint64_t messages = 0;    ///< accepted
  std::uint64_t recipients = 0;  ///< accepted
  std::uint64_t recipients_refused = 0;
  std::uint64_t senders_refused = 0;
  std::uint64_t messages_refused = 0;
  std::uint64_t octets = 0;  ///< of message data, without dot-stuffing
  std::uint64_t protocol_errors = 0;
};

class SmtpServer final : public session::ServerSession {
 public:
  static constexpr std::uint64_t kSizeMax = 52'428'800;

  /// `faults` and `counts` must outlive it; `counts` belongs to the thread that drives it.
  SmtpServer(bool lmtp, const Faults& faults, SmtpCounts& counts);

  void restart() override;
  [[nodiscard]] std::size_t consume(std::string_view bytes) override;
  void finish_work() override;
  [[nodiscard]] bool has_more() const override { return answers_left_ > 0; }
  [[nodiscard]] session::Closing closing() const override;

  /// Sent instead of a greeting to a client above the connection limit.
  static constexpr std::string_view kTooMany = "421 4.3.2 Too many connections\r\n";

 private:
  // The operations that take the service time.
  enum class Work : std::uint8_t { command, message };

  void on_command(const smtp::Command& command);
  void on_hello(const smtp::Command& command);
  void on_mail(const smtp::Command& command);
  void on_recipient(const smtp::Command& command);
  void on_data();
  void on_chunk(const smtp::Command& command);
  void on_end();
  void work_on(Work work);
  void finish_message();
  void answer();
  [[nodiscard]] bool must_pause() const { return work_ns_ > 0 || output_.size() >= kOutputEnough; }
  void forget();
  void reply(std::string_view text) { replies_.add(output_, text); }
  [[nodiscard]] static bool is_nth(std::uint64_t& count, std::uint64_t every) {
    return every > 0 && ++count % every == 0;
  }

  bool lmtp_;
  const Faults& faults_;
  SmtpCounts& counts_;
  Replies replies_;
  ServiceTimes service_times_;
  Work work_ = Work::command;
  smtp::CommandParser parser_;
  session::Closing closing_ = session::Closing::not_yet;
  bool greeted_ = false;
  bool has_sender_ = false;
  bool chunk_refused_ = false;
  bool chunk_is_last_ = true;
  bool in_chunk_ = false;
  bool chunks_begun_ = false;
  std::string_view answer_;         // the reply to the last message
  std::uint64_t answers_left_ = 0;  // how often it is still to be sent
  std::uint64_t recipients_ = 0;    // of the current message, accepted
  std::uint64_t octets_ = 0;        // of the current message
  std::uint64_t messages_here_ = 0;
  std::uint64_t senders_seen_ = 0;
  std::uint64_t recipients_seen_ = 0;
  std::uint64_t messages_seen_ = 0;
};

}  // namespace backtalk::serve
