// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/without_secrets.hpp"

#include <algorithm>
#include <array>

namespace backtalk::html {
namespace {

constexpr std::array<std::string_view, 14> kHarmless{
    "accept",       "accept-charset",   "accept-encoding",  "accept-language", "cache-control", "connection",
    "content-type", "content-encoding", "content-language", "expect",          "host",          "range",
    "te",           "user-agent"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

}  // namespace

std::string without_query(std::string_view url) {
  const std::size_t begin = url.find('?');
  return begin == std::string_view::npos ? std::string(url) : std::string(url.substr(0, begin)) + "?…";
}

std::string without_value(std::string_view field) {
  const std::string_view name = field.substr(0, field.find(':'));
  if (std::ranges::find(kHarmless, lower(name)) != kHarmless.end()) return std::string(field);
  return std::string(name) + ": …";
}

}  // namespace backtalk::html
