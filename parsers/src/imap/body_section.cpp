// SPDX-License-Identifier: Apache-2.0 OR MIT
// Section numbers of body parts (RFC 3501 6.4.5).
#include <algorithm>
#include <cstddef>

#include "backtalk/imap/body_structure.hpp"

namespace backtalk::imap {
namespace {

void append_backwards(std::string& out, std::uint32_t number) {
  do {
    out.push_back(static_cast<char>('0' + number % 10));
    number /= 10;
  } while (number != 0);
}

// The multipart that is the whole body of a message has no number: its parts are counted as the
// message's. Anything else that is the body of a message is its part 1.
bool has_number(const BodyPart& part, const BodyPart* parent) {
  return !part.is_multipart() || (parent != nullptr && parent->is_multipart());
}

}  // namespace

void append_section(std::span<const BodyPart> structure, const BodyPart& part, std::string& out) {
  const std::size_t before = out.size();
  const BodyPart* at = &part;
  const BodyPart* parent = parent_of(structure, part);
  if (!has_number(part, parent)) out += "TXET";  // backwards, like the numbers
  while (true) {
    if (has_number(*at, parent)) {
      if (out.size() != before) out.push_back('.');
      append_backwards(out, at->position);
    }
    if (parent == nullptr) break;
    at = parent;
    parent = parent_of(structure, *at);
  }
  std::reverse(out.begin() + static_cast<std::ptrdiff_t>(before), out.end());
}

std::string section(std::span<const BodyPart> structure, const BodyPart& part) {
  std::string out;
  append_section(structure, part, out);
  return out;
}

}  // namespace backtalk::imap
