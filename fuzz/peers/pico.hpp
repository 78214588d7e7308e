// SPDX-License-Identifier: Apache-2.0 OR MIT
/// picohttpparser, as H2O's library exports it.
///
/// It reads heads and chunks and leaves the framing to its user. The adapter uses Backtalk's
/// FramingFields, so that every difference is due to the parser.
#pragma once

#include <sys/types.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "backtalk/detail/http/framing_fields.hpp"
#include "peers/http_peer.hpp"

// Debian's package does not include this header.
extern "C" {
struct phr_header {
  const char* name;  // null: the line continues the previous value
  size_t name_len;
  const char* value;
  size_t value_len;
};
struct phr_chunked_decoder {
  size_t bytes_left_in_chunk;
  char consume_trailer;
  char hex_count;
  char state;
};
int phr_parse_request(const char* buf, size_t len, const char** method, size_t* method_len, const char** path,
                      size_t* path_len, int* minor_version, phr_header* headers, size_t* num_headers,
                      size_t last_len);
int phr_parse_response(const char* buf, size_t len, int* minor_version, int* status, const char** msg,
                       size_t* msg_len, phr_header* headers, size_t* num_headers, size_t last_len);
ssize_t phr_decode_chunked(phr_chunked_decoder* decoder, char* buf, size_t* bufsz);
}

namespace backtalk::fuzz {

template <bool is_request>
class PicoPeer final : public HttpPeer {
  enum class At { head, length, chunks, close };

  void start() override {
    at_ = At::head;
    decoder_ = {};
    decoder_.consume_trailer = 1;
    seen_ = 0;
  }

  Outcome put(std::string_view bytes, std::size_t& used, Report& report) override {
    switch (at_) {
      case At::head: return put_head(bytes, used, report);
      case At::length: return put_length(bytes, used, report);
      case At::chunks: return put_chunks(bytes, used, report);
      case At::close: break;
    }
    used = bytes.size();
    report_octets(bytes, report);
    return Outcome::more;
  }

  Outcome put_end(Report& report) override {
    if (at_ != At::close) return Outcome::more;
    report_end(report);
    return Outcome::message_ended;
  }

  Outcome put_head(std::string_view bytes, std::size_t& used, Report& report) {
    std::size_t count = headers_.size();
    int status = 0;
    int minor = 0;
    const char* ignored = nullptr;
    std::size_t ignored_size = 0;
    int result = 0;
    if constexpr (is_request) {
      const char* target = nullptr;
      std::size_t target_size = 0;
      result = phr_parse_request(bytes.data(), bytes.size(), &ignored, &ignored_size, &target, &target_size,
                                 &minor, headers_.data(), &count, seen_);
    } else {
      result = phr_parse_response(bytes.data(), bytes.size(), &minor, &status, &ignored, &ignored_size,
                                  headers_.data(), &count, seen_);
    }
    used = 0;
    if (result == kPartial) {
      seen_ = bytes.size();
      return Outcome::more;
    }
    if (result < 0) return refuse(report, "head");
    used = static_cast<std::size_t>(result);
    return begin_body({headers_.data(), count}, status, static_cast<unsigned>(minor), report);
  }

  // RFC 9112 6.3
  Outcome begin_body(std::span<const phr_header> headers, int status, unsigned minor, Report& report) {
    using Fields = http::detail::FramingFields;
    Fields framing({}, is_request ? Fields::Of::request : Fields::Of::response);
    const bool bare = status == 204 || status == 304 || (status >= 100 && status < 200);
    std::vector<std::string> values;
    std::vector<std::string_view> names;
    for (const phr_header& header : headers) {
      if (header.name != nullptr) {
        names.emplace_back(header.name, header.name_len);
        values.emplace_back(header.value, header.value_len);
      } else if (!values.empty()) {
        values.back().append(" ").append(header.value, header.value_len);
      }
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!bare && framing.take({names[i], values[i]}, 0, minor)) return refuse(report, "framing");
    }
    if (is_request && framing.has_coding() && !framing.chunked()) return refuse(report, "framing");
    report_head(static_cast<std::uint64_t>(status), report);
    if (bare) return end(report);
    if (framing.chunked()) {
      at_ = At::chunks;
    } else if (framing.has_length()) {
      at_ = At::length;
      left_ = framing.length();
      if (left_ == 0) return end(report);
    } else if (is_request) {
      return end(report);
    } else {
      at_ = At::close;
    }
    return Outcome::go_on;
  }

  Outcome put_length(std::string_view bytes, std::size_t& used, Report& report) {
    used = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    report_octets(bytes.substr(0, used), report);
    left_ -= used;
    return left_ == 0 ? end(report) : Outcome::more;
  }

  Outcome put_chunks(std::string_view bytes, std::size_t& used, Report& report) {
    std::string block(bytes);
    std::size_t size = block.size();
    const ssize_t result = phr_decode_chunked(&decoder_, block.data(), &size);
    if (size > 0) report_octets({block.data(), size}, report);
    used = bytes.size();
    if (result == kPartial) return Outcome::more;
    if (result < 0) return refuse(report, "chunk");
    used -= static_cast<std::size_t>(result);
    return end(report);
  }

  Outcome end(Report& report) {
    report_end(report);
    return Outcome::message_ended;
  }

  Outcome refuse(Report& report, std::string_view word) {
    report.refuse(word);
    return Outcome::refused;
  }

  static constexpr int kPartial = -2;

  std::array<phr_header, 4096> headers_{};
  phr_chunked_decoder decoder_{};
  At at_ = At::head;
  std::size_t seen_ = 0;
  std::uint64_t left_ = 0;
};

}  // namespace backtalk::fuzz
