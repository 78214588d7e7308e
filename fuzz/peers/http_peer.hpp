// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The base of the adapters of foreign HTTP parsers: one parser per message, and the report of
/// http_response_framing in references.hpp, to which they add
///
///     report.event("body where none is")     octets of a 1xx, 204 or 304 follow
///     report.event("tunnel")                 for "end": what follows is not HTTP, not even a body
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

class HttpPeer : public Adapter {
 public:
  void begin(const Settings&) override {
    carried_.clear();
    over_ = interim_ = false;
    begin_message();
  }

  void feed(std::string_view bytes, Report& report) override {
    if (over_) return;
    // The first piece is not copied, so that a read beyond its end is detected.
    if (carried_.empty()) {
      carried_.assign(bytes.substr(take(bytes, report)));
    } else {
      carried_.append(bytes);
      carried_.erase(0, take(carried_, report));
    }
  }

  void finish(Report& report) override {
    if (!over_ && in_message_ && put_end(report) == Outcome::message_ended) in_message_ = false;
    if (!report.refused()) report.ended(!over_ && (in_message_ || interim_ || !carried_.empty()));
  }

 protected:
  enum class Outcome {
    more,                ///< put the remaining bytes again, together with those that follow
    go_on,               ///< the same, but the remaining bytes can be read at once
    message_ended,       ///< another may follow
    last_message_ended,  ///< the parser reads one message only
    refused,
    tunnel,
  };

  /// Makes a new parser for the next message.
  virtual void start() = 0;

  /// Feeds bytes to the parser and reports heads and octets. Sets `used` to the bytes taken.
  virtual Outcome put(std::string_view bytes, std::size_t& used, Report& report) = 0;

  /// Called if the stream ended inside a message. Returns `message_ended` if that completes it.
  virtual Outcome put_end(Report& report) = 0;

  void report_head(std::uint64_t status, Report& report) {
    status_ = status;
    interim_ = status >= 100 && status < 200 && status != kSwitchingProtocols;
    report.event("message").number(status);
  }

  void report_octets(std::string_view bytes, Report& report) {
    if (!body_began_ &&
        (interim_ || switches_protocols() || status_ == kNoContent || status_ == kNotModified)) {
      report.event("body where none is");
    }
    body_began_ = true;
    report.octets(bytes);
  }

  /// `tunnel`: the parser leaves everything after the head, including the body, to its user.
  void report_end(Report& report, bool tunnel = false) {
    if (interim_) return;
    report.event(tunnel && !switches_protocols() ? "tunnel" : "end");
  }

  [[nodiscard]] bool switches_protocols() const { return status_ == kSwitchingProtocols; }

 private:
  static constexpr std::uint64_t kSwitchingProtocols = 101;
  static constexpr std::uint64_t kNoContent = 204;
  static constexpr std::uint64_t kNotModified = 304;

  void begin_message() {
    in_message_ = false;
    status_ = 0;
    body_began_ = false;
    start();
  }

  // Reads the bytes. Returns how many are finished with.
  std::size_t take(std::string_view bytes, Report& report) {
    const std::size_t size = bytes.size();
    while (!bytes.empty()) {
      std::size_t used = 0;
      // Empty lines before a message are not part of it (RFC 9112 2.2).
      in_message_ = in_message_ || bytes.find_first_not_of("\r\n") != std::string_view::npos;
      const Outcome outcome = put(bytes, used, report);
      bytes.remove_prefix(std::min(used, bytes.size()));
      if (!goes_on(outcome)) break;
    }
    return over_ ? size : size - bytes.size();
  }

  bool goes_on(Outcome outcome) {
    switch (outcome) {
      case Outcome::more: return false;
      case Outcome::go_on: return true;
      case Outcome::message_ended:
        over_ = switches_protocols();
        if (!over_) begin_message();
        return !over_;
      case Outcome::tunnel:
      case Outcome::refused:
      case Outcome::last_message_ended: break;
    }
    over_ = true;
    return false;
  }

  std::string carried_;
  std::uint64_t status_ = 0;
  bool in_message_ = false;
  bool body_began_ = false;
  bool interim_ = false;  // the final response to follow an interim one is missing
  bool over_ = false;     // the rest of the stream is ignored
};

}  // namespace backtalk::fuzz
