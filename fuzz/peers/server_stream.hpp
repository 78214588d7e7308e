// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The server's side for parsers that call read themselves and block. The pieces are collected
/// until the stream is complete; then each read returns one piece.
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
  /// Lets no read return octets beyond the end of a line: for clients that treat everything they
  /// receive with an answer as part of it, since a server without pipelining sends nothing else.
  void line_by_line() { line_by_line_ = true; }
  /// Starts again at the first byte.
  void restart() { at_ = piece_ = reads_at_end_ = 0; }

  /// Like read(2): gives at most `size` bytes, up to the end of a piece; 0 at the stream's end.
  /// Aborts if a client keeps on reading at the end, because it would never return.
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
