/// What the adapters of foreign HTTP parsers have in common: one parser a message, and the report of
/// http_framing.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
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
    if (carried_.empty()) {
      take(bytes, report);
      return;
    }
    // In a block of exact size, so that a read beyond its end shows.
    const std::size_t size = carried_.size() + bytes.size();
    const auto block = std::make_unique<char[]>(size);
    std::ranges::copy(bytes, std::ranges::copy(carried_, block.get()).out);
    carried_.clear();
    take({block.get(), size}, report);
  }

  void finish(Report& report) override {
    if (!over_ && in_message_ && put_end(report) == Outcome::message_ended) in_message_ = false;
    if (!report.refused()) report.ended(!over_ && (in_message_ || interim_));
  }

 protected:
  enum class Outcome {
    more,                ///< the rest of the bytes is to be given again with what follows
    go_on,               ///< the same, where there is a rest that can be read now
    message_ended,       ///< another may follow
    last_message_ended,  ///< the parser reads one message alone
    refused,
    tunnel,
  };

  /// A new parser, for the next message.
  virtual void start() = 0;

  /// Reads on; `used` is how many bytes were taken. The heads and octets that come are reported.
  virtual Outcome put(std::string_view bytes, std::size_t& used, Report& report) = 0;

  /// The stream ended inside a message. `message_ended` where that completes it.
  virtual Outcome put_end(Report& report) = 0;

  void report_head(std::uint64_t status, Report& report) {
    status_ = status;
    interim_ = status >= 100 && status < 200 && status != kSwitchingProtocols;
    report.event("message").number(status);
  }

  void report_octets(std::string_view bytes, Report& report) {
    if (!body_began_ && (interim_ || status_ == kNoContent || status_ == kNotModified)) {
      report.event("body where none is");
    }
    body_began_ = true;
    report.octets(bytes);
  }

  void report_end(Report& report) {
    if (!interim_) report.event("end");
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

  void take(std::string_view bytes, Report& report) {
    while (!bytes.empty()) {
      std::size_t used = 0;
      // Empty lines before a message are none of it (RFC 9112 2.2).
      in_message_ = in_message_ || bytes.find_first_not_of("\r\n") != std::string_view::npos;
      const Outcome outcome = put(bytes, used, report);
      bytes.remove_prefix(std::min(used, bytes.size()));
      switch (outcome) {
        case Outcome::more: carried_.assign(bytes); return;
        case Outcome::go_on: break;
        case Outcome::message_ended:
          over_ = switches_protocols();
          if (over_) return;
          begin_message();
          break;
        case Outcome::refused:
        case Outcome::last_message_ended: over_ = true; return;
        case Outcome::tunnel:
          if (!switches_protocols()) report.event("tunnel");
          over_ = true;
          return;
      }
    }
  }

  std::string carried_;
  std::uint64_t status_ = 0;
  bool in_message_ = false;
  bool body_began_ = false;
  bool interim_ = false;  // an interim response has come, its final one has not
  bool over_ = false;     // nothing more is read
};

}  // namespace backtalk::fuzz
