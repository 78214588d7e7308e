// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A slow and simple reader of POP3 responses, written from the grammar, for complete streams.
/// Shares no code with pop3::ResponseParser, which must give the same events, errors and offsets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/error.hpp"
#include "backtalk/pop3/response_parser.hpp"

namespace backtalk::reference {

/// A response with the part of its body that the stream contains.
struct Pop3Response {
  pop3::Status::Kind kind = pop3::Status::Kind::ok;
  bool multi_line = false;
  bool unsolicited = false;
  std::uint64_t offset = 0;
  std::size_t octets = 0;
  std::string text;
  std::string code;
  std::string body;                // if it is read as octets
  std::vector<std::string> lines;  // if it is read as a listing
  bool ended = false;              // the end of the body was read

  friend bool operator==(const Pop3Response&, const Pop3Response&) = default;
};

struct Pop3Responses {
  std::vector<Pop3Response> responses;
  Error error;
  // True if the stream ended inside a response; false after an error.
  bool in_message = false;
  // Where the next or unfinished response starts; 0 after an error.
  std::uint64_t message_offset = 0;

  friend bool operator==(const Pop3Responses&, const Pop3Responses&) = default;
};

/// The expectations that were queued after the greeting, and the one that applies when they are
/// used up.
struct Pop3Expectations {
  std::vector<pop3::Expect> queued;
  std::optional<pop3::Expect> otherwise;
};

/// Ends the stream: the parser gives what Expect::automatic has held back.
[[nodiscard]] Pop3Responses read_pop3_responses(std::string_view stream, const Pop3Expectations& expectations,
                                                pop3::ResponseLimits limits, Tolerances tolerances);

/// Describes each response in a line, and how the stream ended: for failed comparisons.
[[nodiscard]] std::string describe(const Pop3Responses& found);

}  // namespace backtalk::reference
