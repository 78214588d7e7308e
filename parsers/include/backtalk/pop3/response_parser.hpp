// SPDX-License-Identifier: Apache-2.0 OR MIT
/// An incremental parser for POP3 responses (RFC 1939, 2449, 5034).
///
/// A POP3 response does not say whether lines follow it: that depends on the command. The caller
/// queues an expectation for each command it sends, so any number of commands may be in flight (RFC
/// 2449 6.6):
///
///     backtalk::pop3::ResponseParser parser;               // the greeting is expected already
///     parser.expect(Expect::single_line);                  // STAT; false: too many are under way
///     parser.expect(Expect::multi_line);                   // RETR 1
///     parser.feed(bytes);                                  // whatever the socket gave
///     while (const backtalk::pop3::Event* event = parser.next()) use(*event);
///     if (parser.error()) report(word(parser.error().code), parser.error().offset);
///
/// The same bytes give the same events, errors and offsets however they are cut; only how a body's
/// octets are divided into stretches follows the cuts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/dot_stuffing.hpp"
#include "backtalk/detail/held_text.hpp"
#include "backtalk/detail/limit_defaults.hpp"
#include "backtalk/detail/line_reader.hpp"
#include "backtalk/detail/ring_queue.hpp"
#include "backtalk/parser.hpp"
#include "backtalk/pop3/response.hpp"

namespace backtalk::pop3 {

/// The form of the answer to a command.
enum class Expect : std::uint8_t {
  /// One line: STAT, DELE, the greeting, LIST and UIDL with a number, …
  single_line,
  /// After "+OK" a body of any content, as `octets` events: RETR, TOP.
  multi_line,
  /// After "+OK" lines of text, as `line` events: LIST, UIDL, CAPA, AUTH. With tolerate::bare_lf
  /// they and the final dot may end with LF alone.
  listing,
  /// One line, or continuations and then one line: AUTH with a mechanism.
  sasl,
  /// For a reader that does not see the commands. A continuation or "-ERR" is one line. A "+OK" is
  /// one line if the bytes after it begin with "+OK", "-ERR" or "+ ", or if the stream ends before
  /// they differ from all three; otherwise a body follows, returned as `octets`. The status is held
  /// back until that is known, so a client in lock step would wait forever.
  automatic,
};

/// Limits on what a server can make the parser buffer. All are finite; the defaults fit every real
/// server.
struct ResponseLimits {
  /// response = ("+OK" / "-ERR") [SP text] CRLF
  ///
  /// Also a line of a listing. RFC 2449 4 requires 512, and RFC 5034 4 more in a SASL exchange (RFC
  /// 4954 4 has 12288 for SMTP). A body read as octets has no limit.
  std::size_t line_octets_max = backtalk::detail::default_limit(12288, 80);
  /// Commands in flight (RFC 2449 6.6 sets no limit). One byte of memory each.
  std::size_t expectations_max = backtalk::detail::default_limit(4096, 4);
};

/// Parses what a server sends. Not thread safe. Movable at any time, not copyable; a moved-from
/// parser may only be assigned to or destroyed.
///
/// Memory: six times `line_octets_max` and three times `expectations_max` bytes at most; bodies
/// pass through. Nothing is allocated once the buffers have grown to what a stream needs. Time:
/// linear in the bytes fed, however they are cut.
class ResponseParser {
 public:
  explicit ResponseParser(ResponseLimits limits = {}, Tolerances tolerances = {});

  /// Queues the form of the answer to the next command that is sent. Returns false, and queues
  /// nothing, if `expectations_max` are queued already. A new parser, and one after `reset`,
  /// expects the greeting.
  [[nodiscard]] bool expect(Expect what);

  /// How to read a response when nothing is queued, for readers that see one direction only.
  /// Without it, "+OK" or "+ " is then the error `unsolicited_response`, and "-ERR" a status marked
  /// `unsolicited`: servers send it when they close an idle connection. Survives `reset`.
  void expect_otherwise(Expect what) noexcept;

  /// The number of expectations queued, without the response that is being read.
  [[nodiscard]] std::size_t expected() const noexcept { return expected_.size(); }

  /// Gives the parser the next piece of the stream. The bytes are borrowed until the next `feed` or
  /// `reset`. Call it only after `next` has returned null: while bytes fed before are unread, it
  /// takes nothing, and sets the error `fed_too_early` at the first of them.
  void feed(std::string_view bytes) { reader_.feed(bytes, error_); }
  /// Deleted: a temporary string would be destroyed before it is read.
  template <class Allocator>
  void feed(const std::basic_string<char, std::char_traits<char>, Allocator>&& bytes) = delete;

  /// The stream has ended: `next` will return a status that Expect::automatic held back. Otherwise
  /// it has no effect.
  void finish() noexcept { finished_ = true; }

  /// The next event, or null if more bytes are needed or `error()` is set. The event and its views
  /// are valid until the next call of `next`, `feed` or `reset`.
  [[nodiscard]] const Event* next() BACKTALK_LIFETIMEBOUND;

  /// The first error: line structure, no status, a response that nothing asked for, an exceeded
  /// limit. Sticky until `reset`; events before it have been returned.
  [[nodiscard]] Error error() const noexcept { return error_; }

  /// True inside a response: if the stream ends here, the response is cut off. With
  /// Expect::automatic, first call `finish` and read the remaining events.
  [[nodiscard]] bool in_message() const noexcept { return at_ != At::status || reader_.in_line(); }

  /// The offset in the stream of the current response's first byte; between responses, of the next
  /// one's.
  [[nodiscard]] std::uint64_t message_offset() const noexcept {
    return at_ == At::status ? reader_.line_offset() : event_.status.offset;
  }

  /// Call it when the response just returned accepts STLS, before the handshake starts. Bytes
  /// already received after that response were injected and set the error `starttls_injection` (RFC
  /// 2595 4, CVE-2021-38371). Returns true if there were none. Queued expectations stay queued.
  bool begin_tls();

  /// Starts a new stream, which begins with a greeting. Keeps limits, tolerances and buffers.
  void reset() noexcept;

 private:
  // response = status-line / "+OK" … CRLF body      body = *( [ "." ] line CRLF ) "." CRLF
  enum class At : std::uint8_t {
    status,  // before or in a status line
    choice,  // after a +OK of which the bytes to come say whether it has a body
    octets,  // in a body that passes through
    lines,   // in a body that is read line by line
  };
  enum class Beginning : std::uint8_t { open, reply, body };

  const Event* next_status();
  const Event* next_choice();
  const Event* next_octets();
  const Event* next_line();
  const Event* give(Event::Kind kind, std::string_view data);

  [[nodiscard]] Expect awaited() const noexcept;
  void begin_body(At body);
  void hold_text();
  [[nodiscard]] bool read_status(const detail::Line& line);
  [[nodiscard]] Error check_status(std::string_view text, std::uint64_t offset, bool whole) const;
  [[nodiscard]] Beginning beginning(std::string_view bytes) const;

  static constexpr std::size_t kBegunMax = 3;  // the longest prefix that leaves the choice open

  ResponseLimits limits_;
  Tolerances tolerances_;
  detail::LineReader reader_;
  detail::DotUnstuffer body_;
  Error error_;
  Event event_;
  detail::RingQueue<Expect> expected_;
  Expect otherwise_ = Expect::single_line;
  bool has_otherwise_ = false;
  bool finished_ = false;
  bool after_crlf_ = true;  // the status ended with CRLF: a dot after it may end a body of octets
  At at_ = At::status;
  std::uint64_t body_offset_ = 0;
  std::array<char, kBegunMax> begun_{};  // read but undecided, or about to go to body_
  std::size_t begun_at_ = 0;
  std::size_t begun_size_ = 0;
  bool holds_text_ = false;
  detail::HeldText held_;  // the text of a status that is held back over a feed
};

static_assert(Parser<ResponseParser>);

}  // namespace backtalk::pop3
