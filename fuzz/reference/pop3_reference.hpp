// SPDX-License-Identifier: Apache-2.0 OR MIT
/// POP3 responses read the slow and plain way, straight from the grammar, from a stream that is
/// there whole. Shares no code with pop3::ResponseParser, which must give the same events, errors
/// and offsets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/error.hpp"
#include "backtalk/pop3/response_parser.hpp"

namespace backtalk::reference {

/// A response with as much of its body as there is.
struct Pop3Response {
  pop3::Status::Kind kind = pop3::Status::Kind::ok;
  bool multi_line = false;
  bool unsolicited = false;
  std::uint64_t offset = 0;
  std::size_t octets = 0;
  std::string text;
  std::string code;
  std::string body;                // where it is read as octets
  std::vector<std::string> lines;  // where it is read as a listing
  bool ended = false;              // the end of the body was read

  friend bool operator==(const Pop3Response&, const Pop3Response&) = default;
};

struct Pop3Responses {
  std::vector<Pop3Response> responses;
  Error error;
  bool in_message = false;           // the stream ended inside a response; false after an error
  std::uint64_t message_offset = 0;  // where the next or unfinished response starts; 0 after an error

  friend bool operator==(const Pop3Responses&, const Pop3Responses&) = default;
};

/// What was queued before the stream, after the greeting, and what is to come when that is used up.
struct Pop3Expectations {
  std::vector<pop3::Expect> queued;
  std::optional<pop3::Expect> otherwise;
};

/// The stream is over: what Expect::automatic held back is given.
[[nodiscard]] Pop3Responses read_pop3_responses(std::string_view stream, const Pop3Expectations& expectations,
                                                pop3::ResponseLimits limits, Tolerances tolerances);

/// One line for each response, and how the stream ended: what a failed comparison shows.
[[nodiscard]] std::string describe(const Pop3Responses& found);

}  // namespace backtalk::reference
