// SPDX-License-Identifier: Apache-2.0 OR MIT
// Shared by the drivers of llhttp and http-parser, which have the same callbacks.
#pragma once

#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "events/http.hpp"
#include "peers/peers.hpp"

namespace backtalk::bench {

// Keeps spans as Backtalk does; for a log, joins spans that were cut between pieces.
struct CallbackSink {
  std::array<std::string_view, 2 * kFieldsMax> spans;
  std::size_t count = 0;
  std::size_t messages = 0;
  EventLog* log = nullptr;
  std::string start;  // reason or target
  std::vector<std::pair<std::string, std::string>> fields;
  bool in_value = true;

  void span(const char* at, std::size_t size) { spans[count++ % spans.size()] = {at, size}; }

  void on_start(const char* at, std::size_t size) {
    span(at, size);
    if (log != nullptr) start.append(at, size);
  }
  void on_name(const char* at, std::size_t size) {
    span(at, size);
    if (log == nullptr) return;
    if (in_value) fields.emplace_back();
    in_value = false;
    fields.back().first.append(at, size);
  }
  void on_value(const char* at, std::size_t size) {
    span(at, size);
    if (log == nullptr) return;
    in_value = true;
    fields.back().second.append(at, size);
  }
  void on_body(const char* at, std::size_t size) const {
    benchmark::DoNotOptimize(at);
    if (log != nullptr) log->octets("body", {at, size});
  }
  void on_end() {
    ++messages;
    count = 0;
    if (log != nullptr) record_end(*log);
  }

  // Call after the last field, once the framing of the body is known.
  template <class Parser>
  void record_head(const Parser& parser, std::string_view method, bool chunked, bool has_length,
                   std::uint64_t length) {
    if (method.empty()) {
      record_status_line(*log, parser.http_minor, parser.status_code, start);
    } else {
      record_request_line(*log, method, start, parser.http_minor);
    }
    for (const auto& [name, value] : fields) record_field(*log, name, value);
    if (chunked) {
      record_framing(*log, "chunked", 0);
    } else {
      record_framing(*log, has_length ? "content-length" : "none", has_length ? length : 0);
    }
    start.clear();
    fields.clear();
    in_value = true;
  }
};

}  // namespace backtalk::bench
