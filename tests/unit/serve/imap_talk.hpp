// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "serve/imap_server.hpp"

namespace backtalk::serve {

// A client and its server, without a connection.
class ImapTalk {
 public:
  explicit ImapTalk(mailbox::Store& store, Faults faults = {}, bool starttls = false,
                    std::unique_ptr<session::Authenticator> authenticator = nullptr)
      : faults_(std::move(faults)), server_(starttls, store, faults_, counts_, std::move(authenticator)) {
    server_.on_news([this] { ++news_; });
    server_.restart();
    greeting_ = take();
  }

  // All that the server says to these octets.
  std::string say(std::string_view octets) {
    std::string heard;
    turns_ = 0;
    do {
      ++turns_;
      octets.remove_prefix(server_.consume(octets));
      if (server_.work_ns() > 0) server_.finish_work();
      most_ = std::max(most_, server_.output().size());
      heard += take();
    } while (!server_.over() && !server_.wants_tls() && (!octets.empty() || server_.has_more()));
    left_ = octets;
    return heard;
  }
  // The answer to a command, without what is the same each time: the tag and line end of its last
  // line.
  std::string ask(std::string_view command) {
    std::string heard = say("t " + std::string(command) + "\r\n");
    if (!heard.ends_with("\r\n")) return "(not answered) " + heard;
    heard.resize(heard.size() - 2);
    const std::size_t before = heard.rfind("\r\n");
    const std::size_t tagged = before == std::string::npos ? 0 : before + 2;
    if (heard.compare(tagged, 2, "t ") != 0) return "(not answered) " + heard;
    return heard.erase(tagged, 2);
  }
  void select(std::string_view user = "mrc") {
    ASSERT_TRUE(ask("LOGIN " + std::string(user) + " secret").starts_with("OK "));
    ASSERT_NE(ask("SELECT INBOX").find("OK [READ-WRITE]"), std::string::npos);
  }

  [[nodiscard]] ImapServer& server() { return server_; }
  [[nodiscard]] const ImapCounts& counts() const { return counts_; }
  [[nodiscard]] const std::string& greeting() const { return greeting_; }
  [[nodiscard]] const std::string& left() const { return left_; }
  [[nodiscard]] std::size_t most() const { return most_; }
  /// How often the server was given its turn to answer what was said last.
  [[nodiscard]] std::size_t turns() const { return turns_; }
  [[nodiscard]] int news() const { return news_; }

 private:
  std::string take() { return std::exchange(server_.output(), {}); }

  Faults faults_;
  ImapCounts counts_;
  ImapServer server_;
  std::string greeting_;
  std::string left_;
  std::size_t most_ = 0;
  std::size_t turns_ = 0;
  int news_ = 0;
};

inline std::shared_ptr<mailbox::Mailbox> inbox_of(mailbox::Store& store, std::string_view user = "mrc") {
  return store.open(user).account->inbox();
}

inline void put(mailbox::Store& store, std::string text, mailbox::FlagSet flags = 0, std::int64_t date = 0) {
  const mailbox::NewItem item{std::make_shared<const mailbox::Message>(std::move(text)), flags, date};
  ASSERT_TRUE(inbox_of(store)->append({&item, 1}));
}

}  // namespace backtalk::serve
