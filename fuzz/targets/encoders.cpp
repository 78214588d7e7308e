// SPDX-License-Identifier: Apache-2.0 OR MIT
// The writers of the four protocols, one a variant: arbitrary values are written and read again.
#include "targets/encoders.hpp"

namespace {

using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
using backtalk::fuzz::Values;

constexpr unsigned kVariants = 4;

class Encoders final : public backtalk::fuzz::Adapter {
 public:
  void begin(const Settings& settings) override {
    variant_ = settings.variant;
    input_.clear();
  }
  bool reset() override {
    input_.clear();
    return true;
  }
  void feed(std::string_view bytes, Report& /*report*/) override { input_.append(bytes); }
  void finish(Report& report) override {
    // A few conversations of each input.
    Values values(input_);
    for (unsigned round = 0; round < kRoundsMax && !values.empty(); ++round) {
      switch (variant_) {
        case 0: try_smtp_writers(values, report); break;
        case 1: try_pop3_writers(values, report); break;
        case 2: try_imap_writers(values, report); break;
        default: try_http_writers(values, report); break;
      }
    }
  }

 private:
  static constexpr unsigned kRoundsMax = 8;

  unsigned variant_ = 0;
  std::string input_;
};

}  // namespace

BACKTALK_FUZZ_TARGET(Encoders, .name = "encoders", .protocol = "imap", .variants = kVariants, .simd = true)
