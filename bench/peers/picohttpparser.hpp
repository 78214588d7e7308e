// SPDX-License-Identifier: Apache-2.0 OR MIT
// Drives any build of picohttpparser. The parser keeps no state: an incomplete head is parsed again
// from its start, from a buffer that grows in place.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>

#include "events/http.hpp"
#include "peers/peers.hpp"

namespace backtalk::bench {

// `Library` has the type of a field with accessors for name and value, and the functions
// parse_response and parse_request.
template <class Library, Side kSide>
class Pico {
 public:
  explicit Pico(const Input&) {}

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    std::size_t messages = 0;
    std::size_t begin = 0;
    for (std::size_t fed = 0, before = 0; fed < stream.size();) {
      fed = std::min(fed + piece, stream.size());
      while (begin < fed) {
        const int used = parse(stream.data() + begin, fed - begin, before, log);
        if (used <= 0) break;
        benchmark::DoNotOptimize(fields_.data());
        begin += static_cast<std::size_t>(used);
        before = 0;
        ++messages;
      }
      before = fed - begin;
    }
    return messages;
  }

 private:
  template <class Log>
  int parse(const char* at, std::size_t size, std::size_t before, Log& log) {
    std::size_t count = fields_.size();
    int minor = 0;
    const char* text = nullptr;
    std::size_t text_size = 0;
    if constexpr (kSide == Side::server) {
      int status = 0;
      const int used = Library::parse_response(at, size, &minor, &status, &text, &text_size, fields_.data(),
                                               &count, before);
      if constexpr (Log::kRecords) {
        if (used > 0) record_status_line(log, unsigned(minor), unsigned(status), {text, text_size});
        if (used > 0) record_fields(count, log);
      }
      return used;
    } else {
      const char* method = nullptr;
      std::size_t method_size = 0;
      const int used = Library::parse_request(at, size, &method, &method_size, &text, &text_size, &minor,
                                              fields_.data(), &count, before);
      if constexpr (Log::kRecords) {
        if (used > 0) record_request_line(log, {method, method_size}, {text, text_size}, unsigned(minor));
        if (used > 0) record_fields(count, log);
      }
      return used;
    }
  }

  void record_fields(std::size_t count, EventLog& log) {
    for (std::size_t i = 0; i < count; ++i) {
      record_field(log, Library::name(fields_[i]), Library::value(fields_[i]));
    }
  }

  std::array<typename Library::Field, kFieldsMax> fields_;
};

template <class Library>
void add_picohttpparser(const ContenderInfo& info) {
  add_rows<Pico<Library, Side::server>>(info, http_heads(Side::server));
  add_rows<Pico<Library, Side::client>>(info, http_heads(Side::client));
}

}  // namespace backtalk::bench
