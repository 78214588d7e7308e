// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The client's side of one connection, without the connection: bytes in, bytes out.
///
/// A session knows which command comes next and which reply belongs to which command. It has no
/// socket, no clock and no thread: its driver (the load generator's ring, a fuzz target, a test
/// with a string) hands it what arrived, takes what is to be sent, and says what time it is. In
/// steady state it allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace backtalk::session {

class SentSecrets;

/// A point in time or a span, in nanoseconds, on the driver's monotonic clock. A point in time is
/// never 0.
using Nanoseconds = std::uint64_t;

/// A point in time that never comes.
inline constexpr Nanoseconds kNever = std::numeric_limits<Nanoseconds>::max();

/// One transaction that a session is asked to carry out.
struct Ticket {
  std::uint64_t number = 0;   ///< counts through the run; "{n}" in addresses
  Nanoseconds scheduled = 0;  ///< open loop: when it was due; closed loop: when it was begun
  bool measured = true;       ///< false during the warm-up
  std::uint16_t stage = 0;    ///< open loop by stages: in which it was due
};

/// How a transaction ended.
enum class Ending : std::uint8_t { completed, failed, unfinished };

struct TransactionEnd {
  Ticket ticket;
  Nanoseconds begun = 0;  ///< when its first byte was handed out to be sent; 0 if none was
  Nanoseconds ended = 0;
  /// How much of the time since `begun` the client waited of its own accord: no part of the
  /// latency.
  Nanoseconds waited = 0;
  /// How much it waited before, by which `ticket.scheduled` was put off.
  Nanoseconds put_off = 0;
  Ending ending = Ending::completed;
  std::string_view reason;  ///< the name under which a failure is counted; static storage
  /// The whole request was sent and no answer came: the server may or may not have acted on it.
  bool in_doubt = false;
};

/// One kind of reply that a protocol has: an SMTP reply code, +OK, NO, an HTTP status.
struct Status {
  std::string_view name;  ///< as reports name it: "250"; static storage
  bool ok = true;         ///< false: the server refused what was asked
};

/// Stands for a status where there is none.
inline constexpr std::uint16_t kNoStatus = std::numeric_limits<std::uint16_t>::max();

/// The reply to one command.
struct CommandAnswer {
  unsigned command = 0;  ///< an index into the protocol's command names
  bool ok = false;       ///< the reply that lets the conversation go on; false: any other reply
  /// An index into the protocol's statuses; kNoStatus for an answer that has none.
  std::uint16_t status = kNoStatus;
  Nanoseconds latency = 0;  ///< since the command was handed out to be sent
  bool measured = true;     ///< false during the warm-up
  /// The server refused nothing: `ok` is false because a script expects another answer.
  bool unexpected = false;
};

/// Stands for a command where there is none.
inline constexpr unsigned kNoCommand = std::numeric_limits<unsigned>::max();

/// The most octets of `ServerWords::text`.
inline constexpr std::size_t kServerWordsMax = 512;

/// The reason that a driver gives to `end` if an answer is overdue.
inline constexpr std::string_view kTimeout = "timeout";

/// The reason that a driver gives to `end` if the server has ended the stream in good order.
inline constexpr std::string_view kServerClosed = "closed";
/// The reason if the server has reset the connection, whatever the stream was in the middle of.
inline constexpr std::string_view kReset = "reset";
/// The reason if a TLS stream ended without close_notify (RFC 8446 6.1).
inline constexpr std::string_view kTlsTruncated = "tls-truncated";

/// The name under which a handshake is counted that was under way for too long when the run ended.
inline constexpr std::string_view kHandshakeUnfinished = "handshake-unfinished";

/// The reason that a driver gives to `end`, with Ending::unfinished, if the run is over and the
/// server has not taken longer than it may.
inline constexpr std::string_view kRunOver = "run-over";

/// What the server said when it refused something or when something went wrong.
struct ServerWords {
  std::string_view name;          ///< of the error, as failures are counted; static storage
  unsigned command = kNoCommand;  ///< the command that was answered, or that waited for an answer
  /// Index into the protocol's statuses; kNoStatus if the reply is incomplete or missing.
  std::uint16_t status = kNoStatus;
  /// The octets as they came, NUL and 8-bit ones included; valid only during the call. A whole
  /// reply without its last line end, or the line in which the stream broke the protocol, or what
  /// there was of a reply when the connection ended. Empty if the server said nothing. Long texts
  /// are cut.
  std::string_view text;
  std::uint64_t offset = 0;  ///< of the reply, or of the error, in what the connection received
  /// How many octets come before `offset` from where the text begins. More than the text has: the
  /// text is the beginning of something long.
  std::uint64_t lead = 0;
  /// The line of the script that expected something else; 0: it is not a script's matter.
  std::uint32_t script_line = 0;
  /// Of a text that differs: the line that the script has in the place of `offset`. Empty if it is
  /// not about a text. Lives as long as the script.
  std::string_view expected = {};
  bool nothing_follows = false;  ///< and that nothing comes behind that line
  /// Where a stream broke the protocol or ended: of the message that was being read.
  std::uint64_t message_offset = 0;
  bool in_message = false;  ///< the stream ended inside a message
  /// What was sent that nobody must see, and that the server may have repeated: neither a text nor
  /// a stream is kept with it. Null: nothing was. Valid only during the call.
  const SentSecrets* secrets = nullptr;
};

/// A command that nobody will answer any more: it timed out, or the run is over.
struct CommandGivenUp {
  unsigned command = 0;   ///< index into the protocol's command names
  Nanoseconds age = 0;    ///< its latency is that or more
  bool timed_out = true;  ///< false: it was still waited for
  bool measured = true;
};

/// Is told what happens, from within calls of the session.
class Observer {
 public:
  virtual ~Observer() = default;
  /// A command was handed out to be sent, or the wait for a greeting began. `command` is an index
  /// into the protocol's command names.
  virtual void command_sent(unsigned command, bool measured) = 0;
  /// Its reply came.
  virtual void command_answered(const CommandAnswer& answer) = 0;
  /// Its reply did not come in time. Those that the server ends by closing the connection are not
  /// among these: no time is known of them.
  virtual void command_given_up(const CommandGivenUp&) {}
  virtual void transaction_ended(const TransactionEnd& end) = 0;
  /// The connection failed with no transaction to blame it on. `name` has static storage.
  virtual void connection_failed(std::string_view name) = 0;
  /// The words behind a refusal or a failure, also if the refusal fails no transaction: one
  /// recipient of two. Counts nothing.
  virtual void server_said(const ServerWords& words) = 0;
  /// The server said something of its own accord that belongs to no command, as IMAP servers may
  /// ("* 23 EXISTS"): no failure.
  virtual void unsolicited() {}
  /// A message came back that a measured transaction had sent so long before.
  virtual void delivered(Nanoseconds) {}
  /// A message or body came back whole, while sessions verify what comes; `checkable`: something
  /// said what it had to be. One that is wrong fails its transaction besides.
  virtual void verified(bool /*checkable*/) {}
  /// Something that the reader of the result must know. Static storage; may come many times.
  virtual void note(std::string_view sentence) = 0;
};

/// One connection's conversation. Not thread safe.
class Session {
 public:
  virtual ~Session() = default;

  /// A new connection is open: forgets the last one, whose transactions must have ended.
  virtual void restart(Nanoseconds now) = 0;

  /// Takes what arrived; the bytes are not needed afterwards.
  virtual void consume(std::string_view bytes, Nanoseconds now) = 0;

  /// Writes what is to be sent next into `out` (at least `kOutputMin` bytes) and returns how
  /// much; 0 if there is nothing to send now. To be called again when that is sent, and after
  /// `consume`, `begin`, `finish`, `wake` and `tls_established`.
  virtual std::size_t produce(std::span<char> out, Nanoseconds now) = 0;

  /// How many more transactions may begin now.
  [[nodiscard]] virtual unsigned room() const = 0;

  /// Begins a transaction; only if there is room. The observer is told its end exactly once,
  /// whatever happens.
  virtual void begin(const Ticket& ticket) = 0;

  /// No more transactions will begin: says goodbye once all are answered.
  virtual void finish() = 0;

  /// The connection is gone, or is given up: all transactions in flight end in this way.
  /// `reason`, for Ending::failed, is counted even if no transaction was in flight, unless the
  /// session was over or had said goodbye. A handshake that is unfinished and a goodbye that
  /// nobody answered in time (Ending::unfinished, or kTimeout) are counted under names of their
  /// own, but neither is with kRunOver.
  virtual void end(Ending ending, std::string_view reason, Nanoseconds now) = 0;

  /// The handshake is done: transactions may follow.
  [[nodiscard]] virtual bool ready() const = 0;

  /// There is nothing left to say or to hear: close the connection.
  [[nodiscard]] virtual bool over() const = 0;

  /// Since when an answer is owed: when the oldest unanswered command was sent, or the last stretch
  /// of a message's content after it; 0 if all are answered.
  [[nodiscard]] virtual Nanoseconds waiting_since() const = 0;

  /// Since when the oldest unanswered command waits, whatever was sent behind it; 0 if all are
  /// answered. Content that goes out slowly moves `waiting_since`, but not this.
  [[nodiscard]] virtual Nanoseconds asked_since() const { return waiting_since(); }

  /// When the session wants `wake` to be called, whether or not anything arrives: a pause between
  /// transactions is over, an IDLE has lasted long enough, a server that was asked for 100 Continue
  /// stays silent. `kNever`: it only waits for the server, or for the driver to begin something.
  /// May change with every other call; costs nothing to ask.
  [[nodiscard]] Nanoseconds next_wake() const { return next_wake_; }

  /// The time that `next_wake` named has come. A call before that time does nothing. `produce` and
  /// `room` are to be asked afterwards, as after `consume`.
  virtual void wake(Nanoseconds now) { static_cast<void>(now); }

  /// The server has accepted STARTTLS or STLS, and the next octets in both directions belong to the
  /// TLS handshake. The driver performs it as the client and then calls `tls_established`. Until
  /// then `produce` gives nothing, `room` is 0, and what arrives belongs to the handshake; octets
  /// that are given to `consume` all the same arrived in the clear, and fail the session.
  /// `waiting_since` says when the server accepted, so that a timeout covers the handshake. If it
  /// fails, the driver calls `end` with the name of the failure.
  ///
  /// A session whose server sent anything in the clear behind its acceptance never gets here: it
  /// fails under `protocol-starttls-injection`.
  [[nodiscard]] bool wants_tls() const { return wants_tls_; }

  /// The handshake that `wants_tls` asked for is done, and the server's certificate was accepted:
  /// from now on `consume` gets plaintext and what `produce` gives is encrypted. Whatever the
  /// server said before the handshake is forgotten. Called only if `wants_tls`.
  virtual void tls_established(Nanoseconds now) { static_cast<void>(now); }

  /// Whoever uses the session does nothing before then: once it is over, nothing needs another
  /// connection until that instant. 0: it may be needed at once.
  [[nodiscard]] virtual Nanoseconds absent_until() const { return 0; }

  /// The least room that `produce` needs: one command of the longest kind.
  static constexpr std::size_t kOutputMin = 4096;

 protected:
  Nanoseconds next_wake_ = kNever;
  bool wants_tls_ = false;
};

}  // namespace backtalk::session
