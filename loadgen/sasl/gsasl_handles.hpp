// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Owners of what GNU SASL allocates.
#pragma once

#include <gsasl.h>

#include <memory>
#include <string_view>

namespace backtalk::sasl {

struct FinishSession {
  void operator()(Gsasl_session* session) const { gsasl_finish(session); }
};
using SessionHandle = std::unique_ptr<Gsasl_session, FinishSession>;

struct FreeText {
  void operator()(char* text) const { gsasl_free(text); }
};
using TextHandle = std::unique_ptr<char, FreeText>;

using ContextHandle = std::shared_ptr<Gsasl>;

/// The library, which all exchanges share: they only read it. Null if it does not start.
[[nodiscard]] inline ContextHandle make_context() {
  Gsasl* context = nullptr;
  if (gsasl_init(&context) != GSASL_OK) return nullptr;
  return {context, &gsasl_done};
}

/// What one step returned; the text lives until it is replaced.
class StepOutput {
 public:
  /// Returns GNU SASL's code.
  int step(Gsasl_session* session, std::string_view input) {
    char* out = nullptr;
    octets_ = 0;
    const int code = gsasl_step(session, input.data(), input.size(), &out, &octets_);
    text_.reset(out);
    if (text_ == nullptr) octets_ = 0;
    return code;
  }
  [[nodiscard]] std::string_view view() const {
    return text_ == nullptr ? std::string_view{} : std::string_view(text_.get(), octets_);
  }

 private:
  TextHandle text_;
  std::size_t octets_ = 0;
};

}  // namespace backtalk::sasl
