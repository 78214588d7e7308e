// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/exact_answer.hpp"

#include <algorithm>
#include <utility>

namespace backtalk::session {
namespace {

std::string_view without_blanks_behind(std::string_view line) noexcept {
  return line.substr(0, line.find_last_not_of(" \t") + 1);
}

// The first octet in which two texts differ; of the longer one, that behind the shorter one.
std::size_t first_difference(std::string_view one, std::string_view other) noexcept {
  return static_cast<std::size_t>(std::ranges::mismatch(one, other).in1 - one.begin());
}

}  // namespace

std::size_t ExactLine::difference(std::string_view line) const noexcept {
  line = without_blanks_behind(line);
  const std::string_view first = pieces_.front();
  if (pieces_.size() == 1) {
    const std::string_view whole = without_blanks_behind(first);
    return line == whole ? std::string_view::npos : first_difference(line, whole);
  }
  if (!line.starts_with(first)) return first_difference(line, first);
  std::size_t at = first.size();
  for (std::size_t i = 1; i + 1 < pieces_.size(); ++i) {
    const std::size_t found = line.find(pieces_[i], at + 1);
    if (found == std::string_view::npos) return std::min(at, line.size());
    at = found + pieces_[i].size();
  }
  const std::string_view last = without_blanks_behind(pieces_.back());
  if (line.size() <= at + last.size()) return line.size();
  const std::size_t begin = line.size() - last.size();
  return line.ends_with(last) ? std::string_view::npos : begin + first_difference(line.substr(begin), last);
}

std::optional<TextDifference> difference(std::string_view text,
                                         const std::vector<ExactLine>& lines) noexcept {
  constexpr std::string_view kCrlf = "\r\n";
  std::size_t at = 0;
  bool ended = false;
  for (const ExactLine& one : lines) {
    if (ended) return TextDifference{.at = text.size(), .expected = one.shown()};
    const std::size_t end = text.find(kCrlf, at);
    ended = end == std::string_view::npos;
    const std::size_t differs = one.difference(text.substr(at, ended ? end : end - at));
    if (differs != std::string_view::npos) return TextDifference{.at = at + differs, .expected = one.shown()};
    if (!ended) at = end + kCrlf.size();
  }
  if (ended || lines.empty()) return std::nullopt;
  return TextDifference{.at = at, .expected = lines.back().shown(), .nothing_follows = true};
}

void BodyMatch::feed(std::string_view octets) noexcept {
  if (is_decided()) return;
  for (const char c : octets) {
    if (dot_stuffed_ && begins_line_ && c == '.') ++offset_;
    begins_line_ = c == '\n';
    if (!takes(c)) {
      differs_ = true;
      return;
    }
    ++offset_;
  }
}

bool BodyMatch::takes(char octet) noexcept {
  if (octet == '\r') return true;
  if (at_ < expected_->size()) {
    const bool same = (*expected_)[at_] == octet;
    at_ += same ? 1 : 0;
    return same;
  }
  return octet == '\n' && !dot_stuffed_ && !std::exchange(ended_, true);
}

std::optional<TextDifference> BodyMatch::difference() const noexcept {
  if (!differs_) return std::nullopt;
  const bool nothing_follows = at_ == expected_->size();
  std::string_view expected = *expected_;
  if (nothing_follows && expected.ends_with('\n')) expected.remove_suffix(1);
  const std::size_t at = std::min(at_, expected.size());
  const std::size_t before = at == 0 ? std::string_view::npos : expected.rfind('\n', at - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = std::min(expected.find('\n', at), expected.size());
  return TextDifference{
      .at = offset_, .expected = expected.substr(begin, end - begin), .nothing_follows = nothing_follows};
}

}  // namespace backtalk::session
