// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The server side of SMTP and LMTP (RFC 5321, 2033, 2920, 3030, 3207, 1870, 4954, 6152): a sink,
/// or one that delivers to the mailboxes of this process.
///
/// Clients may log in; mail is taken from those that do not, too, as on port 25.
///
/// A recipient's local part is the name of an account. A message is kept as it came, without a
/// trace of how: what is read is what was sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/smtp/command_parser.hpp"
#include "mailbox/store.hpp"
#include "serve/faults.hpp"
#include "serve/keeping.hpp"
#include "serve/login.hpp"
#include "serve/replies.hpp"
#include "serve/service_time.hpp"
#include "session/server_session.hpp"

namespace backtalk::serve {

/// What the sinks of one thread have accepted and refused.
struct SmtpCounts : LoginCounts {
  std::uint64_t connections = 0;
  std::uint64_t messages = 0;    ///< accepted
  std::uint64_t recipients = 0;  ///< accepted
  std::uint64_t recipients_refused = 0;
  std::uint64_t senders_refused = 0;
  std::uint64_t messages_refused = 0;
  std::uint64_t octets = 0;  ///< of message data, without dot-stuffing
  std::uint64_t protocol_errors = 0;
};

/// What a sink offers.
struct SmtpOffer {
  bool lmtp = false;      ///< LMTP in place of SMTP
  bool starttls = false;  ///< as long as the connection is in clear text
};

class SmtpServer final : public session::ServerSession {
 public:
  static constexpr std::uint64_t kSizeMax = 52'428'800;

  /// The most recipients of a message that is kept.
  static constexpr std::size_t kRecipientsMax = 1000;

  /// `store`: where mail is kept; null: nowhere. `authenticator`: null if there is no AUTH. What is
  /// given must outlive it; `counts` belongs to the thread that drives it.
  SmtpServer(SmtpOffer offer, const Faults& faults, SmtpCounts& counts, mailbox::Store* store = nullptr,
             std::unique_ptr<session::Authenticator> authenticator = nullptr);

  void restart() override;
  [[nodiscard]] std::size_t consume(std::string_view bytes) override;
  void finish_work() override;
  void tls_established() override;
  void hang_up() override { forget(); }
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
  void on_starttls(const smtp::Command& command);
  void on_auth(const smtp::Command& command);
  void on_response(const smtp::Command& line);
  void on_login_step(const Login::Step& step);
  void work_on(Work work);
  void finish_message();
  void answer();
  [[nodiscard]] std::string_view refusal_to_keep(std::string_view path);
  void keep(std::string_view octets);
  [[nodiscard]] std::string_view deliver();
  [[nodiscard]] bool must_pause() const { return work_ns_ > 0 || output_.size() >= kOutputEnough; }
  void forget();
  void reply(std::string_view text) { replies_.add(output_, text); }
  [[nodiscard]] static bool is_nth(std::uint64_t& count, std::uint64_t every) {
    return every > 0 && ++count % every == 0;
  }

  const SmtpOffer offer_;
  const Faults& faults_;
  SmtpCounts& counts_;
  mailbox::Store* const store_;
  Replies replies_;
  ServiceTimes service_times_;
  Keeping keeping_;
  Work work_ = Work::command;
  smtp::CommandParser parser_;
  Login login_;
  session::Closing closing_ = session::Closing::not_yet;
  bool greeted_ = false;
  bool secured_ = false;         // by STARTTLS
  bool authenticating_ = false;  // the next line answers a challenge
  bool authenticated_ = false;
  bool has_sender_ = false;
  bool chunk_refused_ = false;
  bool chunk_is_last_ = true;
  bool in_chunk_ = false;
  bool chunks_begun_ = false;
  std::string_view answer_;                  // the reply to the last message
  std::vector<bool> undelivered_;            // LMTP: by recipient; empty if none is
  std::uint64_t answers_left_ = 0;           // how often it is still to be sent
  std::uint64_t recipients_ = 0;             // of the current message, accepted
  std::uint64_t octets_ = 0;                 // of the current message
  std::vector<mailbox::Account*> accounts_;  // of its recipients
  std::string message_;                      // what of it has come so far
  std::string scratch_;                      // a reply that is being put together
  mailbox::Reservation reserved_;            // for it
  bool no_room_ = false;                     // for it
  std::uint64_t messages_here_ = 0;
  std::uint64_t senders_seen_ = 0;
  std::uint64_t recipients_seen_ = 0;
  std::uint64_t messages_seen_ = 0;
};

}  // namespace backtalk::serve
