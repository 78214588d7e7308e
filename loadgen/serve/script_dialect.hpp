// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What one protocol knows of a scripted conversation: how a client's requests read, what an answer
/// opens, and what a server says where the script says nothing. Sans-I/O.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "script/protocol.hpp"
#include "serve/script_answer.hpp"

namespace backtalk::serve {

/// One connection's. Of words it keeps as many as make a difference.
class ScriptDialect {
 public:
  virtual ~ScriptDialect() = default;

  // --- What the client says

  /// A new connection, or one that has become secure.
  virtual void reset() = 0;
  /// The next piece of the stream, borrowed until `next` has returned null.
  virtual void feed(std::string_view bytes) = 0;
  /// The next request; null if more octets are needed or the stream is broken.
  [[nodiscard]] virtual const Request* next() = 0;
  /// The lines have no CRLF, or do not end.
  [[nodiscard]] virtual bool broken() const = 0;
  /// The unread rest of the piece. Only if `can_pause`.
  [[nodiscard]] virtual std::string_view give_back() = 0;
  /// The octets behind the last request may be given back and fed again.
  [[nodiscard]] virtual bool can_pause() const = 0;
  /// An answer was sent that opens this.
  virtual void opened(Opening opening) = 0;
  /// The answer to Kind::leave refuses the content: the request is over. Where a protocol has no
  /// such answer, leave is always given.
  virtual void refuse_content() {}
  [[nodiscard]] virtual bool can_refuse_content() const { return false; }

  // --- What the server says

  /// The name and the words of a command, as `next` would read the line.
  [[nodiscard]] virtual Request read_command(std::string_view line) const = 0;
  /// What an answer to the request opens. `answer` is all of it, of IMAP without tag.
  [[nodiscard]] virtual Opening opening_of(const Request& request, const Answer& answer) const = 0;
  /// True if the answer grants what Kind::leave waits for.
  [[nodiscard]] virtual bool grants(const Answer&) const { return true; }
  [[nodiscard]] virtual std::string greeting() const = 0;
  /// The answer that accepts a request. `tls`: STARTTLS may be offered.
  [[nodiscard]] virtual Answer acceptance(const Request& request, bool tls) const = 0;
  /// The answer to a request that the script does not have. `known`: it has others of that name.
  [[nodiscard]] virtual Answer refusal(const Request& request, bool known) const = 0;
  /// The answer to a broken stream.
  [[nodiscard]] virtual std::string complaint() const = 0;
  /// A command that belongs to the connection and not to a script with sections: the login and what
  /// comes before it.
  [[nodiscard]] virtual bool is_of_connection(std::string_view name) const = 0;

  // --- What a note about a request shows

  /// The names of the protocol's commands, in capitals.
  [[nodiscard]] virtual std::span<const std::string_view> names() const = 0;
  /// The name of the command, if the protocol has it. Any other may be a secret: the next line of a
  /// login that was refused reads as a command.
  [[nodiscard]] std::string shown(const Request& request) const;
  /// Words that no secret stands in, shown behind the name.
  [[nodiscard]] virtual std::string_view shown_words(const Request&) const { return {}; }
};

[[nodiscard]] std::unique_ptr<ScriptDialect> make_script_dialect(script::Protocol protocol);

// The dialects, each in a file of its own.
[[nodiscard]] std::unique_ptr<ScriptDialect> make_smtp_script_dialect(bool lmtp);
[[nodiscard]] std::unique_ptr<ScriptDialect> make_pop3_script_dialect();
[[nodiscard]] std::unique_ptr<ScriptDialect> make_imap_script_dialect();
[[nodiscard]] std::unique_ptr<ScriptDialect> make_http_script_dialect();

// What they share.

/// Words are compared up to so many octets.
inline constexpr std::size_t kWordsMax = 1024;

/// "AUTH PLAIN dGVzdA==": the mechanism belongs to the name, and what is behind it is the initial
/// response, which is a secret and not kept.
void read_mechanism(std::string_view arguments, Request& request);

}  // namespace backtalk::serve
