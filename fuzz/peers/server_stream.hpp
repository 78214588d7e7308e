// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a server says, for parsers that read it themselves: they ask for bytes and wait, so the
/// pieces are kept until the stream is whole, and come out one a read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::fuzz {

class ServerStream {
 public:
  void clear() {
    bytes_.clear();
    ends_.clear();
    restart();
  }
  void add(std::string_view piece) {
    bytes_ += piece;
    if (!piece.empty()) ends_.push_back(bytes_.size());
  }
  /// No read goes beyond the end of a line: for clients that take what comes with an answer for a
  /// part of it, as a server that waits for each command never sends more.
  void line_by_line() { line_by_line_ = true; }
  /// From the first byte again.
  void restart() { at_ = piece_ = reads_at_end_ = 0; }

  /// As read(2): at most `size` bytes, none across the end of a piece; 0 at the end of the stream.
  /// A client that goes on reading there without end would never come back: it ends the program.
  std::size_t read(void* into, std::size_t size) {
    if (at_end()) {
      if (++reads_at_end_ > kReadsAtEndMax) complain_of_reads();
      return 0;
    }
    std::size_t count = std::min(size, ends_[piece_] - at_);
    if (line_by_line_) count = std::min(count, bytes_.find('\n', at_) - at_ + 1);
    std::memcpy(into, bytes_.data() + at_, count);
    at_ += count;
    if (at_ == ends_[piece_]) ++piece_;
    return count;
  }
  [[nodiscard]] bool at_end() const { return piece_ == ends_.size(); }
  [[nodiscard]] std::string_view all() const { return bytes_; }

 private:
  static constexpr std::size_t kReadsAtEndMax = 100'000;

  [[noreturn]] static void complain_of_reads() {
    std::fputs("\nthe stream has ended, and the client reads on and on\noracle: promises\n", stderr);
    std::abort();
  }

  std::string bytes_;
  std::vector<std::size_t> ends_;
  std::size_t at_ = 0;
  std::size_t piece_ = 0;
  std::size_t reads_at_end_ = 0;
  bool line_by_line_ = false;
};

}  // namespace backtalk::fuzz
