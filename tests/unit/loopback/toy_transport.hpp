// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A stand-in for TLS, in tests of what drives a transport. It protects nothing.
///
/// A record is a type, the length of its content in two octets, and the content. The handshake is
/// the client's hello and the server's hello. After it, both directions are enciphered by adding a
/// running number to each octet, so that a lost or an extra octet is noticed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "net/transport.hpp"

namespace backtalk::net {

struct ToySide {
  bool server = false;
  std::string name = "server";  ///< the name in a server's hello
  /// The server that a client expects; any other fails as "tls-certificate".
  std::string expected = "server";
  std::size_t record_max = 7;  ///< octets of content that one record carries
  bool resumes = false;        ///< a server says that the handshake is resumed
};

class ToyTransport final : public Transport {
 public:
  static constexpr std::size_t kContentMax = 1024;  ///< of a record that is taken

  explicit ToyTransport(ToySide side) : side_(std::move(side)) {}

  void restart() override {
    *this = ToyTransport(side_);
    if (!side_.server) put('H', "hello");
  }

  void receive(std::string_view wire) override {
    if (failed() || ended_) return;
    held_.append(wire);
    if (!established_) shake_hands();
  }

  void end_of_stream() override {
    if (!ended_ && !failed()) failure_ = "tls-truncated";
  }

  std::size_t read(std::span<char> out) override {
    if (!established_) return 0;
    std::size_t written = 0;
    while (written < out.size() && (!content_.empty() || next_record())) {
      const std::size_t octets = std::min(out.size() - written, content_.size());
      for (std::size_t i = 0; i < octets; ++i)
        out[written + i] = static_cast<char>(content_[i] - static_cast<char>(received_++));
      content_.erase(0, octets);
      written += octets;
    }
    return written;
  }

  void write(std::string_view plain) override {
    for (; !plain.empty(); plain.remove_prefix(std::min(plain.size(), side_.record_max))) {
      std::string content(plain.substr(0, side_.record_max));
      for (char& octet : content) octet = static_cast<char>(octet + static_cast<char>(sent_++));
      put('D', content);
    }
  }

  void close() override { put('C', {}); }

  std::string_view output() override {
    sending_ = std::move(waiting_);
    waiting_.clear();
    return sending_;
  }

  /// What it holds for the peer.
  [[nodiscard]] std::size_t held() const { return held_.size() + content_.size() + waiting_.size(); }

 private:
  void put(char type, std::string_view content) {
    waiting_ += type;
    waiting_ += static_cast<char>(content.size() >> 8);
    waiting_ += static_cast<char>(content.size() & 0xFF);
    waiting_ += content;
  }

  void fail(std::string_view name) {
    failure_ = name;
    held_.clear();
    put('A', name);
  }

  // Takes a whole record out of what is held; its type, or 0 if there is none.
  char take_record(std::string& content) {
    if (failed() || ended_ || held_.size() < 3) return 0;
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(held_[1]) << 8 |
                                                 static_cast<unsigned char>(held_[2]));
    if (length > kContentMax) {
      fail("tls-record-too-long");
      return 0;
    }
    if (held_.size() < 3 + length) return 0;
    const char type = held_[0];
    content = held_.substr(3, length);
    held_.erase(0, 3 + length);
    return type;
  }

  void shake_hands() {
    std::string content;
    const char type = take_record(content);
    if (type == 0) return;
    if (type != 'H') {
      fail(type == 'A' ? "tls-alert" : "tls-bad-record");
    } else if (side_.server) {
      put('H', (side_.resumes ? "again " : "first ") + side_.name);
      established_ = true;
      resumed_ = side_.resumes;
    } else if (content.size() < 6 || content.substr(6) != side_.expected) {
      fail("tls-certificate");
    } else {
      established_ = true;
      resumed_ = content.starts_with("again ");
    }
  }

  bool next_record() {
    while (content_.empty()) {
      switch (take_record(content_)) {
        case 0: return false;
        case 'D': break;
        case 'C': ended_ = true; return false;
        case 'A': fail("tls-alert"); return false;
        default: fail("tls-bad-record"); return false;
      }
    }
    return true;
  }

  ToySide side_;
  std::string held_;     // of the wire, not a whole record yet, or not read
  std::string content_;  // of a record, being read
  std::string waiting_;
  std::string sending_;
  std::uint8_t sent_ = 0;
  std::uint8_t received_ = 0;
};

inline TransportPlan toy_transport(ToySide side, TransportStart start = TransportStart::at_once) {
  return {.make = [side = std::move(side)] { return std::make_unique<ToyTransport>(side); }, .start = start};
}

}  // namespace backtalk::net
