// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "serve/smtp_server.hpp"

namespace backtalk::serve {

// A client and its server, without a connection.
class SmtpConversation {
 public:
  explicit SmtpConversation(Faults faults = {}, SmtpOffer offer = {},
                            std::unique_ptr<session::Authenticator> authenticator = nullptr)
      : faults_(std::move(faults)), server_(offer, faults_, counts_, nullptr, std::move(authenticator)) {
    server_.restart();
    (void)heard();
  }

  // Says this, and what the server left of what was said before; nothing the server left is lost.
  void say(std::string_view octets) {
    left_ += octets;
    left_.erase(0, server_.consume(left_));
  }

  // Lets it go on with what it left, and with answers that it owes, until it has done all; how many
  // octets of output it never passed in one go.
  std::size_t finish() {
    std::size_t most = 0;
    do {
      most = std::max(most, server_.output().size());
      replies_ += std::ranges::count(server_.output(), '\n');
      server_.output().clear();
      say("");
    } while (!left_.empty() || server_.has_more() || !server_.output().empty());
    return most;
  }

  // The codes of the replies that came since.
  [[nodiscard]] std::string heard() {
    std::string codes;
    std::string_view rest = server_.output();
    while (!rest.empty()) {
      const std::size_t end = rest.find("\r\n") + 2;
      if (rest[3] == ' ') codes.append(codes.empty() ? "" : " ").append(rest.substr(0, 3));
      rest.remove_prefix(end);
    }
    server_.output().clear();
    return codes;
  }

  [[nodiscard]] SmtpServer& server() { return server_; }
  [[nodiscard]] const SmtpCounts& counts() const { return counts_; }
  [[nodiscard]] const std::string& left() const { return left_; }
  [[nodiscard]] std::ptrdiff_t lines_finished() const { return replies_; }

 private:
  Faults faults_;
  SmtpCounts counts_;
  SmtpServer server_;
  std::string left_;
  std::ptrdiff_t replies_ = 0;
};

}  // namespace backtalk::serve
