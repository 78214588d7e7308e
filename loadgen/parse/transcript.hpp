// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a parser reads from a stream, printed as JSON, one event per line.
///
///     std::string out;
///     auto transcript = find_protocol("smtp")->make({}, out);
///     transcript->feed(bytes);                  // out grows by a line for each event
///     const Verdict verdict = transcript->finish();
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backtalk/error.hpp"

namespace backtalk::parse {

/// How a stream ended; the values are the exit codes of `backtalk parse`.
enum class Verdict : std::uint8_t { complete = 0, error = 1, incomplete = 3 };

/// Reads one stream of one protocol and appends its events to the string that it was created with,
/// which the caller may empty between calls. The text does not depend on how the stream is cut.
class Transcript {
 public:
  virtual ~Transcript() = default;

  /// Prints every event that `bytes` complete, and the error if there is one. Returns false after
  /// an error: further bytes have no meaning and print nothing.
  virtual bool feed(std::string_view bytes) = 0;

  /// Ends the stream. Prints where an unfinished message began, if there is one. To be called once,
  /// last.
  [[nodiscard]] virtual Verdict finish() = 0;
};

/// {"type":"error",...} with `more` as its last keys: `,"tag":"a1"`. `detail` is added to the
/// message.
void print_error(std::string& out, const Error& error, std::string_view more = {},
                 std::string_view detail = {});

/// {"type":"incomplete",...}: the stream ended inside the message that began at `offset`. `more` is
/// as above.
void print_incomplete(std::string& out, std::uint64_t offset, std::string_view more = {});

}  // namespace backtalk::parse
