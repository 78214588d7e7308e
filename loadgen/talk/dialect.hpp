// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What one protocol knows of a conversation: which answers are due to what was typed, which lines
/// are content, and how the server's answers read. Sans-I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/error.hpp"
#include "script/protocol.hpp"
#include "talk/secrets.hpp"

namespace backtalk::talk {

using script::Protocol;

/// What the next line that is typed is to the server.
enum class Next : std::uint8_t {
  command,   ///< it begins something new
  content,   ///< it belongs to what was begun: a message, a literal, a body, a response
  undecided  ///< that depends on an answer which is due
};

/// A line, or the beginning of one, that goes out.
struct Typed {
  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  std::string shown = {};         ///< without secrets
  std::size_t taken = kAll;       ///< how much of the line; what is left of it is a line of its own
  std::size_t braces_end = kAll;  ///< from there on a brace of `shown` is never a placeholder's
};

/// Something that the server said is complete: an answer, the head of one, a piece of data.
struct Heard {
  std::uint64_t end = 0;                   ///< where it ends in the stream
  std::vector<std::string> remarks = {};   ///< how it reads
  std::vector<std::string> warnings = {};  ///< what is wrong with it
  bool complete = false;                   ///< all of an answer has come, or of untagged data
};

class Dialect {
 public:
  virtual ~Dialect() = default;

  /// A line without its line end goes out: appends it to `out`. Only if `next` is decided.
  virtual Typed type(std::string_view line, std::string& out) = 0;
  [[nodiscard]] virtual Next next() const = 0;
  /// How many answers are due, with the greeting.
  [[nodiscard]] virtual std::size_t due() const = 0;
  /// IMAP: a command with this tag was said, perhaps not all of it, and is not answered.
  [[nodiscard]] virtual bool awaits(std::string_view /*tag*/) const { return false; }
  /// What comes behind `beginning` in the line that is typed next is a secret: a password, the
  /// response to a challenge.
  [[nodiscard]] bool secret_follows(std::string_view beginning) const;
  /// What was begun and not completed, as "a message, which a line with a dot ends"; empty if
  /// nothing was. Static storage.
  [[nodiscard]] virtual std::string_view inside() const = 0;

  /// The next piece of what the server says. Borrowed until the next call.
  virtual void feed(std::string_view octets) = 0;
  /// The next thing that is complete; false if more octets are needed, or there is an error.
  [[nodiscard]] virtual bool hear(Heard& heard) = 0;
  /// The connection has ended; `hear` may have more.
  virtual void finish() {}
  [[nodiscard]] virtual Error error() const = 0;
  /// The server is inside an answer.
  [[nodiscard]] virtual bool in_message() const = 0;

  /// The server has accepted STARTTLS or STLS, and the next octets belong to the handshake.
  [[nodiscard]] bool wants_tls() const { return wants_tls_; }
  /// The handshake is done.
  virtual void tls_established() { wants_tls_ = false; }

  /// The last answer that completed a command, or a greeting, was a positive one.
  [[nodiscard]] bool accepted() const { return accepted_; }
  /// The server said something that nothing asked for: which answer belongs to what is uncertain.
  [[nodiscard]] bool confused() const { return confused_; }

  [[nodiscard]] const Secrets& secrets() const { return secrets_; }
  /// Never shows this.
  void hide(std::string_view secret) { secrets_.add(secret); }

 protected:
  // The whole of the next line is a secret.
  [[nodiscard]] virtual bool awaits_secret() const { return false; }
  // What comes behind `beginning` of a line of content is a secret.
  [[nodiscard]] virtual bool is_secret_field(std::string_view beginning) const {
    static_cast<void>(beginning);
    return false;
  }
  // A login ended, perhaps before all of it was said. The lines that were to follow may be secrets,
  // until there is a command again: of one that was accepted, those that look like a response.
  [[nodiscard]] bool is_stray_secret(std::string_view line, bool is_command) {
    if (is_command) login_ = Login::none;
    const bool stray = login_ == Login::refused || (login_ == Login::accepted && Secrets::is_response(line));
    if (stray) secrets_.add_response(line);
    return stray;
  }
  // A login of another protocol, typed by mistake, with its secret: `PASS secret` to an SMTP
  // server. To be asked of a line that is no command of this protocol; nullopt if it is no such
  // login.
  [[nodiscard]] std::optional<Typed> type_foreign_login(std::string_view line);
  void login_ended(bool accepted) { login_ = accepted ? Login::accepted : Login::refused; }

  Secrets secrets_;
  bool wants_tls_ = false;
  bool accepted_ = false;
  bool confused_ = false;

 private:
  enum class Login : std::uint8_t { none, accepted, refused };
  Login login_ = Login::none;  // how one ended, if no command came since
};

/// `lenient`: what servers send that their protocol does not allow is read if it can be, with a
/// warning. SMTP, LMTP and POP3 have that; IMAP always reads on, and HTTP never does.
[[nodiscard]] std::unique_ptr<Dialect> make_dialect(Protocol protocol, bool lenient);

}  // namespace backtalk::talk
