// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A server that says what the lines `S:` of a script say (docs/serve.md), in any of the protocols.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "serve/faults.hpp"
#include "serve/replies.hpp"
#include "serve/script_dialect.hpp"
#include "serve/script_place.hpp"
#include "serve/served_script.hpp"
#include "serve/service_time.hpp"
#include "session/server_session.hpp"

namespace backtalk::serve {

/// What the script servers of one thread have done.
struct ScriptCounts {
  std::uint64_t connections = 0;
  std::uint64_t answered = 0;         ///< commands, with an answer of the script
  std::uint64_t unexpected = 0;       ///< commands and more that the script does not have
  std::uint64_t protocol_errors = 0;  ///< streams that could not be read
};

/// What all script servers of a URL share.
struct ScriptPlan {
  script::Protocol protocol = script::Protocol::smtp;
  bool starttls = false;  ///< the connection is in clear text and may be upgraded
  ServedScript script;
  /// Takes a sentence about something that the script does not have. Called from any thread.
  std::function<void(const std::string& sentence)> note;
  /// The conversation of the next connection.
  mutable std::atomic<std::uint64_t> next{0};
};

class ScriptServer final : public session::ServerSession {
 public:
  /// Notes about one connection; what is beyond is only counted.
  static constexpr unsigned kNotesMax = 8;
  /// Unexpected commands in a row before the connection is closed.
  static constexpr unsigned kUnexpectedMax = 1000;

  /// All must outlive it; `counts` belongs to the thread that drives it.
  ScriptServer(const ScriptPlan& plan, const Faults& faults, ScriptCounts& counts);

  void restart() override;
  [[nodiscard]] std::size_t consume(std::string_view bytes) override;
  void finish_work() override;
  void tls_established() override;
  void hang_up() override { queue_.clear(); }
  [[nodiscard]] bool has_more() const override { return work_ns_ == 0 && !queue_.empty() && !over(); }
  [[nodiscard]] session::Closing closing() const override;

 private:
  // An answer on its way out.
  struct Due {
    Answer own = {};  // if it is not the script's
    const Answer* answer = nullptr;
    std::string tag = {};
    bool at_once = false;           // it waits for nothing
    bool is_last = false;           // the connection ends with it
    std::size_t pieces = SIZE_MAX;  // the most of them that are sent
    std::size_t repeats = 0;        // how often the last piece is sent again
    std::size_t piece = 0;
    std::size_t octets = 0;  // of the piece, that are sent
    bool begun = false;      // the piece has waited
  };

  void on_request(const Request& request);
  void on_command(const Request& request);
  void on_leave(const Request& request);
  void on_more(const Request& request);
  void begin(const Request& request);
  void answer_without_script(const Request& request);
  void answer(const Request& request, const Exchange& exchange);
  void count_recipients(const Request& request, const Answer& answer);
  void refuse(const Request& request);
  void note_unexpected(const Request& request);
  void note(std::string sentence);
  Due& add(const Answer& answer);
  Due& add_own(Answer answer);
  void send();
  void send_some(Due& due, const Answer::Piece& piece);
  void finish(const Due& due);
  [[nodiscard]] bool may_secure() const { return plan_.starttls && !secured_; }
  [[nodiscard]] bool must_pause() const {
    return work_ns_ > 0 || !queue_.empty() || output_.size() >= kOutputEnough;
  }

  const ScriptPlan& plan_;
  ScriptCounts& counts_;
  Replies replies_;
  ServiceTimes service_times_;
  std::unique_ptr<ScriptDialect> dialect_;
  ScriptPlace place_;
  const Playable* playable_ = nullptr;
  session::Closing closing_ = session::Closing::not_yet;
  bool secured_ = false;  // by STARTTLS
  unsigned notes_ = 0;
  unsigned unexpected_ = 0;  // in a row

  Request command_;                     // the last one, which responses and messages belong to
  const Exchange* exchange_ = nullptr;  // of the script, for it; null: the script has none
  bool begun_ = false;                  // `exchange_` was looked up when the client asked for leave
  std::size_t answers_ = 0;             // of the exchange, that were given
  std::size_t leaves_ = 0;
  std::size_t recipients_ = 0;  // LMTP: accepted

  std::deque<Due> queue_;
  std::string scratch_;
};

}  // namespace backtalk::serve
