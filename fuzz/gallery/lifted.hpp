// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Makes one of Backtalk's own parsers ignore one rule, next to a reference that enforces all of
/// them: the bugs of parsers that accept more than the grammar allows.
#pragma once

#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/fuzz/references.hpp"
#include "backtalk/tolerate.hpp"
#include "gallery.hpp"
#include "targets/http_adapter.hpp"
#include "targets/imap_adapter.hpp"
#include "targets/pop3_adapter.hpp"

namespace backtalk::gallery {

/// An `Adapter` whose parser accepts what `rule` forbids.
template <class Adapter, const Tolerances& rule>
class Lifted final : public Adapter {
 public:
  void begin(const fuzz::Settings& settings) override {
    fuzz::Settings lax = settings;
    lax.tolerances = lax.tolerances | rule;
    Adapter::begin(lax);
  }
};

constexpr fuzz::Target lax_http_requests(std::string_view name) {
  return {.name = name,
          .protocol = "http",
          .small_limits = true,
          .simd = true,
          .work_each = 8,
          .work_once = 256,
          .reference = fuzz::http_requests};
}
constexpr fuzz::Target lax_http_responses(std::string_view name) {
  return {.name = name,
          .protocol = "http",
          .small_limits = true,
          .variants = fuzz::kHttpVariants,
          .simd = true,
          .work_each = 8,
          .work_once = 256,
          .reference = fuzz::http_responses};
}
constexpr fuzz::Target lax_pop3(std::string_view name) {
  return {.name = name,
          .protocol = "pop3",
          .small_limits = true,
          .variants = fuzz::kPop3Variants,
          .simd = true,
          .work_each = 8,
          .work_once = 64,
          .reference = fuzz::pop3_responses};
}
constexpr fuzz::Target lax_imap(std::string_view name) {
  return {.name = name,
          .protocol = "imap",
          .small_limits = true,
          .variants = fuzz::kImapVariants,
          .simd = true,
          .work_each = 8,
          .work_once = 256,
          .reference = fuzz::imap_responses};
}

}  // namespace backtalk::gallery
