/// Pistache, a web framework. Its parsers read one message; what follows it in the same packet is thrown
/// away.
#pragma once

#include <pistache/http.h>

#include <optional>

#include "adapters/http_peer.hpp"

namespace backtalk::fuzz {

template <class Parser>
class PistachePeer final : public HttpPeer {
  static constexpr bool kRequest = std::is_same_v<Parser, Pistache::Http::RequestParser>;
  static constexpr std::size_t kSizeMax = 1U << 20U;

  void start() override { parser_.emplace(kSizeMax); }

  Outcome put(std::string_view bytes, std::size_t& used, Report& report) override {
    used = bytes.size();
    try {
      if (!parser_->feed(bytes.data(), bytes.size())) {
        report.refuse("too large");
        return Outcome::refused;
      }
      if (parser_->parse() != Pistache::Http::Private::State::Done) return Outcome::more;
    } catch (const std::exception& error) {
      report.refuse(error.what());
      return Outcome::refused;
    }
    report_head(status(), report);
    if (!message().body().empty()) report_octets(message().body(), report);
    report_end(report);
    return Outcome::last_message_ended;
  }

  Outcome put_end(Report&) override { return Outcome::more; }

  const Pistache::Http::Message& message() const {
    if constexpr (kRequest) {
      return parser_->request;
    } else {
      return parser_->response;
    }
  }

  std::uint64_t status() const {
    if constexpr (kRequest) {
      return 0;
    } else {
      return static_cast<std::uint64_t>(parser_->response.code());
    }
  }

  std::optional<Parser> parser_;
};

}  // namespace backtalk::fuzz
