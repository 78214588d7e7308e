// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>

#include "net/url.hpp"

namespace backtalk::net {

/// The URL that `text` is; fails the test if it is not one.
inline Url read(std::string_view text) {
  auto url = read_url(text);
  if (const auto* problem = std::get_if<std::string>(&url)) {
    ADD_FAILURE() << *problem;
    return {};
  }
  return std::get<Url>(url);
}

}  // namespace backtalk::net
