// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "talk/conversation.hpp"

namespace backtalk::talk::test {

// A conversation without a connection, and all that is shown of it.
class Stage final : public Audience {
 public:
  explicit Stage(Protocol protocol, ConversationSettings settings = {})
      : conversation_(protocol, *this, settings) {}

  void client(std::string_view line, std::string_view notation) override {
    shown_.append("C: ").append(line).append("\n");
    notation_.append(notation).append("\n");
  }
  void server(std::string_view line) override { shown_.append("S: ").append(line).append("\n"); }
  void remark(std::string_view text) override { shown_.append("# ").append(text).append("\n"); }

  // The server says this line.
  Stage& hears(std::string_view line) {
    conversation_.receive(std::string(line) + "\r\n");
    return *this;
  }
  // The user says this line, which may go out now.
  Stage& says(std::string_view line) {
    EXPECT_TRUE(conversation_.may_type()) << "before " << line << "\n" << shown_;
    if (!conversation_.may_type()) return *this;
    conversation_.type(line);
    sent_ += conversation_.take_output();
    return *this;
  }

  [[nodiscard]] Conversation& conversation() { return conversation_; }
  [[nodiscard]] bool may_type() const { return conversation_.may_type(); }
  [[nodiscard]] std::size_t due() const { return conversation_.due(); }
  // Everything that was asked is answered.
  [[nodiscard]] bool is_done() const {
    return conversation_.due() == 0 && conversation_.inside().empty() && conversation_.problem().empty() &&
           !conversation_.confused();
  }
  [[nodiscard]] const std::string& shown() const { return shown_; }
  [[nodiscard]] const std::string& notation() const { return notation_; }
  [[nodiscard]] const std::string& sent() const { return sent_; }

 private:
  Conversation conversation_;
  std::string shown_;
  std::string notation_;
  std::string sent_;
};

}  // namespace backtalk::talk::test
