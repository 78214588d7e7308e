// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the ranks of a run say to each other, as octets: a letter, the length of the body in eight
/// hexadecimal digits, and the body.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace backtalk::ranks {

enum class Kind : char {
  // To rank 0:
  hello = 'h',    ///< who it is (ranks/hello.hpp)
  problem = 'p',  ///< why this rank cannot take part: a sentence
  opened = 'o',   ///< all its sessions are open, or as many as can be had
  clock = 'c',    ///< the number of `ask_clock`, a blank, and what its clock shows
  alive = 'a',    ///< it is, and has completed that many transactions; rank 0 says it too
  begun = 'b',    ///< when its clock started, on its own clock; before the result
  result = 'r',   ///< its result as JSON
  // From rank 0:
  welcome = 'W',    ///< the answer to `hello`: it is a rank of this run
  open = 'O',       ///< open the sessions
  ask_clock = 'C',  ///< with a number, which the answer repeats
  begin = 'B',      ///< the instant at which to begin, on the clock of who is told
  stop = 'S',       ///< end the load early
  refused = 'R',    ///< the run does not take place; or why it is not welcome: a sentence
  done = 'D',       ///< the result is here
};

struct Frame {
  Kind kind = Kind::alive;
  std::string body;
};

[[nodiscard]] std::string to_octets(Kind kind, std::string_view body = {});

/// Octets in, frames out. Does no I/O.
class FrameReader {
 public:
  /// Bodies that are longer are refused.
  explicit FrameReader(std::size_t body_max) : body_max_(body_max) {}

  void feed(std::string_view octets) { held_.append(octets); }
  /// The next whole frame; nullopt: more octets are needed, or the stream is `broken`.
  [[nodiscard]] std::optional<Frame> next();
  /// From here on bodies of this size are accepted.
  void set_body_max(std::size_t body_max) { body_max_ = body_max; }
  /// True once what came is not a frame.
  [[nodiscard]] bool broken() const { return broken_; }
  /// True if a part of a frame has come, and not yet the rest.
  [[nodiscard]] bool is_within_frame() const { return used_ < held_.size(); }
  /// How many octets it keeps.
  [[nodiscard]] std::size_t held() const { return held_.size(); }

 private:
  std::size_t body_max_;
  std::string held_;
  std::size_t used_ = 0;
  bool broken_ = false;
};

}  // namespace backtalk::ranks
