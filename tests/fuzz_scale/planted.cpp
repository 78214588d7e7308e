// SPDX-License-Identifier: Apache-2.0 OR MIT
// A parser that is wrong on purpose, once for each sanitizer: what must be found by a build that
// has it.
#include <cstdlib>
#include <string>

#include "backtalk/fuzz/adapter.hpp"

namespace {

class Planted final : public backtalk::fuzz::Adapter {
 public:
  void begin(const backtalk::fuzz::Settings& settings) override { static_cast<void>(settings); }
  void feed(std::string_view bytes, backtalk::fuzz::Report& report) override {
    if (bytes.starts_with("address")) report.event("read").number(past_the_end(bytes));
    if (bytes.starts_with("undefined")) report.event("sum").number(overflow(bytes));
    if (bytes.starts_with("memory") && never_written(bytes)) report.event("written");
  }

 private:
  static std::uint64_t past_the_end(std::string_view bytes) {
    const auto copy = std::make_unique<char[]>(bytes.size());
    return static_cast<unsigned char>(const_cast<const volatile char*>(copy.get())[bytes.size()]);
  }

  static std::uint64_t overflow(std::string_view bytes) {
    volatile int most = 0x7fffffff;
    return static_cast<std::uint64_t>(most + static_cast<int>(bytes.size()));
  }

  static bool never_written(std::string_view bytes) {
    char* room = static_cast<char*>(std::malloc(bytes.size()));
    const bool set = const_cast<volatile char*>(room)[0] == 'x';
    std::free(room);
    return set;
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(Planted, .name = "planted", .protocol = "smtp")
