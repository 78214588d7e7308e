// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The parts of a message (RFC 2045, RFC 2046).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backtalk::mailbox {

/// "text/plain; charset=utf-8": a value with parameters.
struct MimeValue {
  std::string type;     ///< "text"; of a disposition, all of it
  std::string subtype;  ///< "plain"
  std::vector<std::pair<std::string, std::string>> parameters;

  /// Empty if there is none.
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
};
/// Reads a Content-Type or Content-Disposition without a line end in it. What is not as the grammar
/// says is left out.
[[nodiscard]] MimeValue read_mime_value(std::string_view text);

/// A part: the message itself, one of a multipart, or the message in a message/rfc822.
struct MimePart {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  std::string_view header;  ///< of the part, with its empty line
  std::string_view body;    ///< without the line end before the boundary
  MimeValue type;
  std::size_t first = 0;  ///< the parts in it, which follow each other: of a multipart, or the
  std::size_t count = 0;  ///< message in a message/rfc822

  [[nodiscard]] bool is_multipart() const;
  [[nodiscard]] bool is_message() const;
};

/// How deep parts may lie in each other, and how many there may be. What lies deeper is text, or
/// not seen.
inline constexpr std::size_t kMimeDepthMax = 20;
inline constexpr std::size_t kMimePartsMax = 500;
/// How many octets are looked through for parts: those of the parts that have some, added up. It
/// limits only messages of more than 3 MiB, and of those the ones with a large part deep in others.
inline constexpr std::size_t kMimeOctetsMax = std::size_t{64} << 20;
/// The longest header of a part, in octets; of the message itself: `kHeaderOctetsMax`.
inline constexpr std::size_t kPartHeaderOctetsMax = std::size_t{32} << 10;

/// All parts of a message; the first is the message itself. They are views of `text`. Linear in the
/// text for each level of depth.
[[nodiscard]] std::vector<MimePart> read_mime_parts(std::string_view text);

/// The part with a section number such as "1.2" (RFC 3501 6.4.5); kNone if there is none. The
/// number is that of `numbers`, one element a level, and there is at least one.
[[nodiscard]] std::size_t find_mime_part(const std::vector<MimePart>& parts,
                                         const std::vector<std::uint32_t>& numbers);

}  // namespace backtalk::mailbox
