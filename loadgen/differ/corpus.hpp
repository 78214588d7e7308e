// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Cases for several servers, and the notation in which they are written down (docs/differ.md):
///
///     protocol: smtp
///     S: 2xx                                  the greeting
///     C: DATA                                 in lock step, before each case
///     S: 3xx
///     begin: Subject: test\r\n\r\n            before the octets of each case
///     end: QUIT\r\n                           behind them, once an answer has come
///     outcome: 2xx 221: not accepted          what answers to a case mean
///
///     == lf-dot-lf: LF "." LF
///     clause: RFC 5321, 4.1.1.4
///     | \n.\n
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace backtalk::differ {

enum class Protocol : std::uint8_t { smtp };

[[nodiscard]] std::string_view scheme_of(Protocol protocol);

/// A command of the preamble and the class of its answer. The greeting has no command.
struct Turn {
  std::string command;  ///< with its line end; may have {from} and {to}
  std::string wanted;   ///< "2xx"
};

/// What it means if the answers to a case are of these classes.
struct Meaning {
  std::vector<std::string> classes;
  bool open = false;  ///< and any others may follow: a `*` at the end
  std::string words;  ///< "not accepted"
};

/// Octets that are sent at once.
struct Piece {
  std::string octets;
  /// Sent once the server has answered what was sent before it, or has had time to.
  bool after_answer = false;

  friend bool operator==(const Piece&, const Piece&) = default;
};

struct Case {
  std::string name;
  std::string about;
  std::string clause;         ///< of the RFC
  std::vector<Piece> pieces;  ///< the octets, as they are cut
};

struct Corpus {
  Protocol protocol = Protocol::smtp;
  std::vector<Turn> preamble;  ///< at least the greeting
  std::vector<Meaning> meanings;
  std::vector<Case> cases;  ///< at least one; no two of one name
};

inline constexpr std::size_t kCorpusOctetsMax = std::size_t{1} << 20;

/// Returns a sentence with the number of the line if the text is not a corpus.
[[nodiscard]] std::variant<Corpus, std::string> read_corpus(std::string_view text);

}  // namespace backtalk::differ
