// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a client says that gets an answer, and an answer that a script has for it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backtalk::serve {

/// What comes next on the connection once an answer is sent.
enum class Opening : std::uint8_t {
  nothing,   ///< a command
  content,   ///< a message, up to its dot
  response,  ///< a line that answers a challenge, or ends an IDLE
  tls,       ///< the handshake
  end        ///< nothing: the connection is closed
};

struct Request {
  enum class Kind : std::uint8_t {
    command,
    leave,     ///< for content: the client waits for "+", or for 100 (Continue)
    response,  ///< to a challenge, or DONE
    message    ///< it ended, with its dot
  };
  Kind kind = Kind::command;
  /// Of the command, in capitals, with what makes it another: "UID FETCH", "AUTH PLAIN", "LIST n".
  std::string name = {};
  std::string words = {};  ///< what is behind the name
  std::string tag = {};    ///< IMAP
  bool initial = false;    ///< a login that brings its first response along
  bool cancels = false;    ///< a response that ends the login
  bool is_last = false;    ///< the connection ends with the answer
};

struct Answer {
  /// What goes out in one go.
  struct Piece {
    std::uint64_t wait_ns = 0;  ///< before it is sent
    bool tagged = false;        ///< IMAP: the client's tag comes before it
    std::string octets = {};
  };
  std::vector<Piece> pieces = {};
  Opening opening = Opening::nothing;

  /// The octets of the piece that ends it.
  [[nodiscard]] std::string_view end() const {
    return pieces.empty() ? std::string_view() : std::string_view(pieces.back().octets);
  }
};

/// An answer without delays.
[[nodiscard]] inline Answer answer_of(std::string octets, Opening opening = Opening::nothing) {
  Answer answer{.opening = opening};
  answer.pieces.push_back({.octets = std::move(octets)});
  return answer;
}

/// The same behind the client's tag: " OK done\r\n".
[[nodiscard]] inline Answer tagged_answer_of(std::string octets, Opening opening = Opening::nothing) {
  Answer answer = answer_of(std::move(octets), opening);
  answer.pieces.back().tagged = true;
  return answer;
}

}  // namespace backtalk::serve
