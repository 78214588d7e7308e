// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the writers of a protocol write, read by its strict parser: the values must be the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/error.hpp"
#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/output.hpp"

namespace backtalk::fuzz {

/// Arbitrary values out of an input's bytes. At its end numbers are 0 and texts empty.
class Values {
 public:
  explicit Values(std::string_view bytes) noexcept : rest_(bytes) {}

  [[nodiscard]] unsigned octet() noexcept {
    if (rest_.empty()) return 0;
    const auto first = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return first;
  }
  /// Any octets, a few of them.
  [[nodiscard]] std::string_view text() noexcept {
    constexpr std::size_t kOctetsMax = 40;
    const std::size_t octets = octet() % kOctetsMax;
    const std::string_view found = rest_.substr(0, octets);
    rest_.remove_prefix(found.size());
    return found;
  }
  /// From few bits to 64.
  [[nodiscard]] std::uint64_t number() noexcept {
    std::uint64_t found = 0;
    for (unsigned octets = octet() % 9; octets > 0; --octets) found = found << 8U | octet();
    return found;
  }
  [[nodiscard]] std::string_view rest() const noexcept { return rest_; }
  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// Appends what `write` writes, which takes an Output and returns an Error; false if it refuses.
/// What it writes has to be the same in room that is just enough, and nothing where there is less.
template <class Write>
bool writes(std::string& stream, Report& report, Write write) {
  const std::size_t before = stream.size();
  Output grows(stream);
  if (const Error error = write(grows)) {
    if (stream.size() != before) report.broken("a writer that refuses a value has written some of it");
    if (error.code == ErrorCode::no_room) report.broken("a string that grows has no room");
    return false;
  }
  const std::string_view written = std::string_view(stream).substr(before);
  std::vector<char> room(written.size());
  Output exact(room);
  if (write(exact) || exact.written() != written) report.broken("room that is enough is not enough");
  if (written.empty()) return true;
  Output scant{std::span<char>(room).first(room.size() - 1)};
  const Error error = write(scant);
  if (error.code != ErrorCode::no_room || scant.size() != 0)
    report.broken("room that is not enough is written to");
  return true;
}

/// The events that the values must give, and those that the parser gave.
struct Comparison {
  std::string expected;
  std::string got;

  static void add(std::string& events, std::string_view name, std::string_view value) {
    events.append(name)
        .append(" ")
        .append(std::to_string(value.size()))
        .append(":")
        .append(value)
        .append("\n");
  }
  static void add(std::string& events, std::string_view name, std::uint64_t value) {
    add(events, name, std::to_string(value));
  }

  /// Reports the stream, and a broken promise if the events differ.
  void report_to(Report& report, std::string_view stream, std::string_view sentence) const {
    report.event("written").text(stream);
    if (expected == got) return;
    report.event("expected").text(expected);
    report.event("got").text(got);
    report.broken(sentence);
  }
};

void try_smtp_writers(Values& values, Report& report);
void try_pop3_writers(Values& values, Report& report);
void try_imap_writers(Values& values, Report& report);
void try_http_writers(Values& values, Report& report);

}  // namespace backtalk::fuzz
