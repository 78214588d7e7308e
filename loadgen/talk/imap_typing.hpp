// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Commands of IMAP as they are typed, line by line: where a literal begins and ends, and which
/// words are secrets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "talk/dialect.hpp"
#include "talk/secrets.hpp"
#include "talk/words.hpp"

namespace backtalk::talk {

/// True if IMAP has a command of that name.
[[nodiscard]] bool is_imap_command(std::string_view name);

class ImapTyping {
 public:
  /// Takes the next line of the command, or of its literal.
  Typed type(std::string_view line, Secrets& secrets);
  /// The command was refused before all of it was said: the next line begins another.
  void abandon();

  /// The last line completed the command.
  [[nodiscard]] bool complete() const { return !inside_; }
  /// The next line is a literal's.
  [[nodiscard]] bool in_literal() const { return in_literal_; }
  /// The last line announced a literal for which the server has to ask.
  [[nodiscard]] bool waits() const { return waits_; }
  /// The server has asked for it.
  void go_on() { waits_ = false; }
  /// The next line begins in a literal that is a secret.
  [[nodiscard]] bool awaits_secret() const { return in_literal_ && is_secret(); }
  /// What comes behind `beginning` in the next line is a secret.
  [[nodiscard]] bool secret_follows(std::string_view beginning) const;
  /// Of the command that was begun or completed last; empty if it has none.
  [[nodiscard]] const std::string& tag() const { return tag_; }
  [[nodiscard]] const std::string& name() const { return name_; }

  /// The command has that name, or begins with it, because somebody forgot the tag.
  [[nodiscard]] bool is_login(std::string_view name) const {
    return text::equals_ignoring_case(name_, name) || lacks_tag(name);
  }
  [[nodiscard]] bool is_login() const { return is_login("LOGIN") || is_login("AUTHENTICATE"); }

 private:
  [[nodiscard]] bool lacks_tag(std::string_view name) const {
    // Behind AUTHENTICATE, LOGIN alone is the name of a mechanism.
    const bool is_mechanism = text::equals_ignoring_case(name_, "LOGIN") && words_ == 2;
    return text::equals_ignoring_case(tag_, name) && (is_mechanism || !is_imap_command(name_));
  }
  [[nodiscard]] bool is_secret() const;  // the word that comes now
  void take_literal(std::string_view& line, Typed& typed, Secrets& secrets);
  void take_words(std::string_view text, Typed& typed, Secrets& secrets);
  void keep_secret(std::string_view word, Secrets& secrets) const;

  std::string tag_;
  std::string name_;
  std::size_t words_ = 0;  // of the command, that came already
  bool inside_ = false;
  bool waits_ = false;
  bool in_literal_ = false;
  std::uint64_t left_ = 0;  // of the literal
  std::string secret_;      // what came of it, if it is one
};

}  // namespace backtalk::talk
