// SPDX-License-Identifier: Apache-2.0 OR MIT
// What the drivers of llhttp and http-parser, which have the same callbacks, share.
#pragma once

#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "events/http.hpp"
#include "peers/peers.hpp"

namespace backtalk::bench {

// Keeps spans as Backtalk does; for an account joins those that the cuts divided.
struct Heard {
  std::array<std::string_view, 2 * kFieldsMax> spans;
  std::size_t count = 0;
  std::size_t messages = 0;
  Account* account = nullptr;
  std::string start;  // reason or target
  std::vector<std::pair<std::string, std::string>> fields;
  bool in_value = true;

  void span(const char* at, std::size_t size) { spans[count++ % spans.size()] = {at, size}; }

  void hear_start(const char* at, std::size_t size) {
    span(at, size);
    if (account != nullptr) start.append(at, size);
  }
  void hear_name(const char* at, std::size_t size) {
    span(at, size);
    if (account == nullptr) return;
    if (in_value) fields.emplace_back();
    in_value = false;
    fields.back().first.append(at, size);
  }
  void hear_value(const char* at, std::size_t size) {
    span(at, size);
    if (account == nullptr) return;
    in_value = true;
    fields.back().second.append(at, size);
  }
  void hear_body(const char* at, std::size_t size) const {
    benchmark::DoNotOptimize(at);
    if (account != nullptr) account->octets("body", {at, size});
  }
  void hear_end() {
    ++messages;
    count = 0;
    if (account != nullptr) tell_end(*account);
  }

  // After the last field, when it is known how the body is framed.
  template <class Parser>
  void tell_head(const Parser& parser, std::string_view method, bool chunked, bool has_length,
                 std::uint64_t length) {
    if (method.empty()) {
      tell_status_line(*account, parser.http_minor, parser.status_code, start);
    } else {
      tell_request_line(*account, method, start, parser.http_minor);
    }
    for (const auto& [name, value] : fields) tell_field(*account, name, value);
    if (chunked) {
      tell_framing(*account, "chunked", 0);
    } else {
      tell_framing(*account, has_length ? "content-length" : "none", has_length ? length : 0);
    }
    start.clear();
    fields.clear();
    in_value = true;
  }
};

}  // namespace backtalk::bench
