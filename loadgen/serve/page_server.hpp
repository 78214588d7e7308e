// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The server's side of HTTP for pages that a program shows about itself: one answer a connection.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "backtalk/http/request_parser.hpp"
#include "session/server_session.hpp"

namespace backtalk::serve {

struct Page {
  std::string content_type;
  std::string body;
  bool made = true;  ///< false: there is such a page, but nothing to be shown on it yet
};

/// The page at a path, "/metrics", for a client that accepts such types (the field Accept; empty:
/// it does not say). Empty content type: there is no such page. Called by the server's thread.
using PageFinder = std::function<Page(std::string_view path, std::string_view accept)>;

/// Answers the first request of each connection and closes it, so that a client that sends more
/// than that costs no more. Memory: the head of a request, whose limits are those of the parser,
/// and one page.
class PageServer final : public session::ServerSession {
 public:
  /// `find` must outlive it.
  explicit PageServer(const PageFinder& find) : find_(find) {}

  void restart() override;
  [[nodiscard]] std::size_t consume(std::string_view bytes) override;
  [[nodiscard]] bool has_more() const override { return false; }
  void finish_work() override {}
  [[nodiscard]] session::Closing closing() const override { return closing_; }

  /// Sent to a client above the connection limit.
  static constexpr std::string_view kTooMany =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

 private:
  void answer(const http::RequestHead& head);
  void answer(std::string_view status, const Page& page, bool head_only);

  const PageFinder& find_;
  http::RequestParser parser_;
  session::Closing closing_ = session::Closing::not_yet;
};

}  // namespace backtalk::serve
