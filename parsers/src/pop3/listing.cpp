// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/pop3/listing.hpp"

#include <cstring>
#include <limits>

#include "pop3/number.hpp"
#include "read_with.hpp"
#include "swar.hpp"

namespace backtalk::pop3 {
namespace {

constexpr std::uint64_t kOctetsMax = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t kUniqueIdMax = 70;
constexpr std::size_t kWord = sizeof(std::uint64_t);

// After the last number comes nothing, or a space and any text.
template <bool spaced>
bool ends_well(std::string_view rest) {
  return rest.empty() || rest.front() == ' ' || (spaced && rest.front() == '\t');
}

// Has a bit of swar::kTops if any of the eight bytes is not from 0x21 to 0x7E. Borrows and carries
// only come from such bytes.
std::uint64_t others_among(const char* bytes) {
  const std::uint64_t word = swar::load(bytes);
  return word | (word - swar::all(0x21)) | (word + swar::all(0x01));
}

// unique-id = 1*70(%x21-7E)   (RFC 1939 7)
bool is_unique_id(std::string_view id) {
  if (id.empty() || id.size() > kUniqueIdMax) return false;
  if (id.size() < kWord) {
    char padded[kWord];
    std::memset(padded, 'x', kWord);
    std::memcpy(padded, id.data(), id.size());
    return (others_among(padded) & swar::kTops) == 0;
  }
  std::uint64_t others = others_among(id.data() + id.size() - kWord);
  for (std::size_t at = 0; at + kWord < id.size(); at += kWord) {
    others |= others_among(id.data() + at);
    asm volatile("" : "+r"(at));  // keeps Clang from vectorising, which does not pay here
  }
  return (others & swar::kTops) == 0;
}

// Each form is read as the grammar has it, or `spaced`: with spaces and tabs around its parts.
//
// The result is assembled from registers at the end: written member by member and then copied as a
// whole, it would stall on store forwarding, which costs more than the reading.

template <bool spaced>
Result<DropListing> drop_listing(std::string_view text) noexcept {
  NumberReader reader(text);
  if (spaced) (void)reader.take_gap<spaced>();
  std::uint64_t messages = 0;
  std::uint64_t octets = 0;
  if (!reader.take_number(std::numeric_limits<std::uint32_t>::max(), messages) ||
      !reader.take_gap<spaced>() || !reader.take_number(kOctetsMax, octets) ||
      !ends_well<spaced>(reader.rest())) {
    return reader.refuse();
  }
  return DropListing{.messages = static_cast<std::uint32_t>(messages), .octets = octets};
}

template <bool spaced>
Result<ScanListing> scan_listing(std::string_view line) noexcept {
  NumberReader reader(line);
  if (spaced) (void)reader.take_gap<spaced>();
  std::uint32_t message = 0;
  std::uint64_t octets = 0;
  if (!reader.take_message_number(message) || !reader.take_gap<spaced>() ||
      !reader.take_number(kOctetsMax, octets) || !ends_well<spaced>(reader.rest())) {
    return reader.refuse();
  }
  return ScanListing{.message = message, .octets = octets};
}

template <bool spaced>
Result<UniqueIdListing> unique_id_listing(std::string_view line) noexcept {
  NumberReader reader(line);
  if (spaced) (void)reader.take_gap<spaced>();
  std::uint32_t message = 0;
  if (!reader.take_message_number(message) || !reader.take_gap<spaced>()) return reader.refuse();
  std::string_view id = reader.rest();
  if (spaced) id = id.substr(0, id.find_last_not_of(" \t") + 1);
  if (!is_unique_id(id)) return wrong_shape_at(line.size() - id.size());
  return UniqueIdListing{.message = message, .id = id};
}

}  // namespace

Result<DropListing> read_drop_listing(std::string_view text) noexcept {
  return drop_listing<false>(text);
}

Result<DropListing> read_drop_listing(std::string_view text, Tolerances tolerances) noexcept {
  return tolerances.has(tolerate::extra_spaces) ? drop_listing<true>(text) : read_drop_listing(text);
}

Result<ScanListing> read_scan_listing(std::string_view line) noexcept {
  return scan_listing<false>(line);
}

Result<ScanListing> read_scan_listing(std::string_view line, Tolerances tolerances) noexcept {
  return tolerances.has(tolerate::extra_spaces) ? scan_listing<true>(line) : read_scan_listing(line);
}

Result<UniqueIdListing> read_unique_id_listing(std::string_view line) noexcept {
  return unique_id_listing<false>(line);
}

Result<UniqueIdListing> read_unique_id_listing(std::string_view line, Tolerances tolerances) noexcept {
  return tolerances.has(tolerate::extra_spaces) ? unique_id_listing<true>(line)
                                                : read_unique_id_listing(line);
}

}  // namespace backtalk::pop3
