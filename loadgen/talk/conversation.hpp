// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A conversation with a server by hand, without the connection: typed lines and the server's
/// octets in, octets to send and lines to show out.
///
///     Conversation conversation(Protocol::smtp, audience);
///     conversation.receive(octets_from_the_server);
///     if (conversation.may_type()) conversation.type("EHLO example.org");
///     send(conversation.take_output());
///
/// Every line of the server is shown once all of it is there, whatever the cuts between pieces; a
/// body that ends without a line end, once it has ended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "talk/audience.hpp"
#include "talk/dialect.hpp"

namespace backtalk::talk {

struct ConversationSettings {
  bool explain = false;  ///< remark how each answer reads
  /// Goes on after an answer that breaks the protocol, if it can be read all the same, with a
  /// warning.
  bool lenient = false;
  bool pipeline = false;  ///< commands need not wait for the answers before them
};

class Conversation {
 public:
  /// The audience outlives it.
  Conversation(Protocol protocol, Audience& audience, ConversationSettings settings = {});

  /// The next line may go out: all that was asked is answered, or the line belongs to what was
  /// begun.
  [[nodiscard]] bool may_type() const;
  /// A line without its line end. Only if `may_type`. True if no secret is known to be in it.
  bool type(std::string_view line);
  /// What the server says of this is not shown.
  void hide(std::string_view secret) { dialect_->hide(secret); }
  /// The next line may begin a command; otherwise it belongs to what was begun.
  [[nodiscard]] bool at_command() const { return dialect_->next() == Next::command; }
  /// What comes behind `beginning` in the next line is a secret.
  [[nodiscard]] bool secret_follows(std::string_view beginning) const {
    return dialect_->secret_follows(beginning);
  }
  /// What is to be sent.
  [[nodiscard]] std::string take_output();

  /// What the server said. Does nothing after a problem.
  void receive(std::string_view octets);
  /// The connection has ended.
  void end_of_stream();
  /// Nothing more will be heard: shows what there is of a line.
  void give_up();

  /// How many answers are due.
  [[nodiscard]] std::size_t due() const { return dialect_->due(); }
  /// IMAP: a command with this tag was said, perhaps not all of it, and is not answered.
  [[nodiscard]] bool awaits(std::string_view tag) const { return dialect_->awaits(tag); }
  /// The next line begins a command.
  [[nodiscard]] bool expects_command() const { return dialect_->next() == Next::command; }
  /// What was typed ends in the middle of this: "a message, which a line with a dot ends"; empty
  /// if it does not.
  [[nodiscard]] std::string_view inside() const { return dialect_->inside(); }
  /// The server has said something.
  [[nodiscard]] bool was_answered() const { return !beginning_.empty(); }
  /// The last answer was a positive one.
  [[nodiscard]] bool accepted() const { return dialect_->accepted(); }
  /// An answer came that nothing had asked for.
  [[nodiscard]] bool confused() const { return dialect_->confused(); }

  /// The driver performs the handshake now, sends and receives nothing else until it is done, and
  /// then calls `tls_established`.
  [[nodiscard]] bool wants_tls() const { return problem_.empty() && dialect_->wants_tls(); }
  void tls_established() { dialect_->tls_established(); }

  /// A sentence about what the server did that no conversation can go on after; empty if all is
  /// well.
  [[nodiscard]] const std::string& problem() const { return problem_; }

  /// The longest line that is shown in one piece, as scripts have it.
  static constexpr std::size_t kLineOctetsMax = 8000;

 private:
  void receive_piece(std::string_view piece);
  [[nodiscard]] bool is_of_another_protocol();
  void hear();
  void show_until(std::uint64_t offset);
  void show_rest();
  void show(std::string_view line);
  void fail(Error error);

  Audience& audience_;
  const Protocol protocol_;
  const ConversationSettings settings_;
  std::unique_ptr<Dialect> dialect_;
  std::string output_;
  std::string beginning_;          // of what the server says, enough for a guess
  std::string line_;               // of the server, not shown yet
  std::uint64_t line_begins_ = 0;  // its offset in the stream
  std::uint64_t answer_begins_ = 0;
  bool within_ = false;  // an answer that was begun by a line before it
  Error error_;          // a problem once its line is there and shown
  std::string problem_;
};

}  // namespace backtalk::talk
