// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/response.hpp"

#include <array>

namespace backtalk::imap {
namespace {

// message-data = nz-number SP ("EXPUNGE" / "FETCH" ...)
//
// Other data begin with their name.
std::size_t name_at(std::span<const Token> data) {
  return data.size() > 1 && data.front().is_number() ? 1 : 0;
}

}  // namespace

std::string_view word(Status status) noexcept {
  constexpr std::array<std::string_view, 6> kWords{"", "OK", "NO", "BAD", "BYE", "PREAUTH"};
  return kWords[static_cast<std::size_t>(status)];
}

bool Response::is_data(std::string_view name) const noexcept {
  return kind == Kind::untagged && !data.empty() && data[name_at(data)].is_word(name);
}

Siblings Response::arguments() const noexcept {
  if (data.empty()) return {};
  const std::size_t name = name_at(data);
  return Siblings{data.subspan(name + data[name].span)};
}

std::uint64_t Response::number() const noexcept {
  return name_at(data) == 1 ? data.front().number() : 0;
}

}  // namespace backtalk::imap
