// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The server's side of POP3 (RFC 1939, 2449, 2595, 3206, 5034), on the INBOX of an account.
///
/// Several sessions may have the same mailbox open, unlike RFC 1939 wants it: a load test has more
/// connections than users. Each sees the messages that were there when it logged in, until it ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/pop3/command_parser.hpp"
#include "backtalk/pop3/write.hpp"
#include "mailbox/store.hpp"
#include "serve/bodies.hpp"
#include "serve/faults.hpp"
#include "serve/login.hpp"
#include "serve/replies.hpp"
#include "serve/service_time.hpp"
#include "session/server_session.hpp"

namespace backtalk::serve {

/// What the servers of one thread have done.
struct Pop3Counts : LoginCounts {
  std::uint64_t connections = 0;
  std::uint64_t commands = 0;
  std::uint64_t retrieved = 0;         ///< messages, by RETR
  std::uint64_t octets_retrieved = 0;  ///< of these, without dot-stuffing
  std::uint64_t deleted = 0;           ///< messages, by DELE and QUIT
  std::uint64_t protocol_errors = 0;   ///< bad lines, and commands that are not understood
};

class Pop3Server final : public session::ServerSession {
 public:
  /// Commands in a row that are not understood before the connection is closed.
  static constexpr unsigned kBadMax = 10;

  /// `stls`: it is offered as long as the connection is in clear text. The others must outlive it;
  /// `counts` belongs to the thread that drives it.
  /// Without an authenticator there are neither AUTH nor APOP.
  Pop3Server(bool stls, mailbox::Store& store, const Faults& faults, Pop3Counts& counts,
             std::unique_ptr<session::Authenticator> authenticator = nullptr);

  void restart() override;
  [[nodiscard]] std::size_t consume(std::string_view bytes) override;
  void finish_work() override;
  void tls_established() override;
  void hang_up() override { forget(); }
  [[nodiscard]] bool has_more() const override { return work_ns_ == 0 && sending_ != Sending::nothing; }
  [[nodiscard]] session::Closing closing() const override;

  /// Sent instead of a greeting to a client above the connection limit.
  static constexpr std::string_view kTooMany = "-ERR [SYS/TEMP] Too many connections\r\n";

 private:
  // What is sent in pieces, behind its status line.
  enum class Sending : std::uint8_t { nothing, sizes, uids, text };

  void on_command(const pop3::Command& command);
  void on_authorization(const pop3::Command& command);
  void on_transaction(const pop3::Command& command);
  void on_pass(const pop3::Command& command);
  void on_apop(const pop3::Command& command);
  void on_auth(const pop3::Command& command);
  void on_login_step(const Login::Step& step);
  void on_capa();
  void on_stls(const pop3::Command& command);
  void on_stat();
  void on_list(const pop3::Command& command);
  void on_text(const pop3::Command& command);
  void on_dele(const pop3::Command& command);
  void on_rset();
  void on_quit();
  void enter(mailbox::Account& account);
  void bad_command(std::string_view text);
  void send_rest();
  void send_listing();
  void send_text();
  void add_listing(std::string& out, std::size_t index) const;
  void forget();
  [[nodiscard]] bool is_deleted(std::size_t index) const { return !deleted_.empty() && deleted_[index]; }
  // The index of message `number`; the number of messages if there is none, which is answered.
  [[nodiscard]] std::size_t find_message(std::uint32_t number);
  [[nodiscard]] std::size_t other_than(std::size_t index) const;
  [[nodiscard]] std::uint64_t octets();
  [[nodiscard]] bool must_pause() const {
    return work_ns_ > 0 || sending_ != Sending::nothing || output_.size() >= kOutputEnough;
  }
  void reply(std::string_view text) { replies_.add(output_, text); }

  const bool stls_;
  mailbox::Store& store_;
  Pop3Counts& counts_;
  Replies replies_;
  Bodies bodies_;
  ServiceTimes service_times_;
  pop3::CommandParser parser_;
  Login login_;
  std::string timestamp_;  // of the greeting, for APOP
  session::Closing closing_ = session::Closing::not_yet;
  bool secured_ = false;  // by STLS
  unsigned bad_commands_ = 0;
  std::string user_;                     // of USER
  mailbox::Account* account_ = nullptr;  // null in the AUTHORIZATION state
  mailbox::View messages_;
  std::vector<bool> deleted_;  // empty until the first DELE
  std::size_t deleted_count_ = 0;
  std::optional<std::uint64_t> octets_;  // of all messages, once it is known
  std::uint64_t octets_deleted_ = 0;     // of those that are deleted
  std::string scratch_;                  // a reply that is being put together
  std::string changed_;                  // a piece of a message, for a fault
  std::string held_;                     // an answer that waits for the service time to pass

  Sending sending_ = Sending::nothing;
  std::size_t next_ = 0;   // of a listing: the index of the next message
  std::string_view text_;  // what is left of a message, which `messages_` keeps
  std::string_view whole_text_;
  pop3::DotStuffer stuffer_;
};

}  // namespace backtalk::serve
