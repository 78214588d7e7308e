// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/frames.hpp"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

namespace backtalk::ranks {
namespace {

constexpr std::size_t kDigits = 8;
constexpr std::size_t kHeadOctets = 1 + kDigits;
constexpr std::string_view kKinds = "hpocabrWOCBSRD";

}  // namespace

std::string to_octets(Kind kind, std::string_view body) {
  std::string out = fmt::format("{}{:08x}", static_cast<char>(kind), body.size());
  return out.append(body);
}

std::optional<Frame> FrameReader::next() {
  const std::string_view left = std::string_view(held_).substr(used_);
  if (broken_ || left.size() < kHeadOctets) return std::nullopt;
  std::size_t length = 0;
  const char* const end = left.data() + kHeadOctets;
  const auto [stop, failure] = std::from_chars(left.data() + 1, end, length, 16);
  if (failure != std::errc{} || stop != end || length > body_max_ ||
      kKinds.find(left.front()) == std::string_view::npos) {
    broken_ = true;
    return std::nullopt;
  }
  if (left.size() - kHeadOctets < length) {
    held_.erase(0, used_);
    used_ = 0;
    return std::nullopt;
  }
  Frame out{.kind = static_cast<Kind>(left.front()), .body = std::string(left.substr(kHeadOctets, length))};
  used_ += kHeadOctets + length;
  if (used_ == held_.size()) {
    held_.clear();
    used_ = 0;
  }
  return out;
}

}  // namespace backtalk::ranks
