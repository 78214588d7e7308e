// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The base of adapters that read an input as a whole, and cut it themselves where cuts matter.
#pragma once

#include <string>
#include <string_view>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

class WholeText : public Adapter {
 public:
  void begin(const Settings&) override { text_.clear(); }
  bool reset() override {
    text_.clear();
    return true;
  }
  void feed(std::string_view bytes, Report&) override { text_.append(bytes); }

 protected:
  std::string text_;  // what has been fed
};

}  // namespace backtalk::fuzz
