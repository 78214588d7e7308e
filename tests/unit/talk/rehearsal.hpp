// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "talk/conversation.hpp"
#include "talk/scene.hpp"
#include "talk/script_player.hpp"

namespace backtalk::talk::test {

// A script that is played without a connection.
class Rehearsal final : public Audience {
 public:
  struct Settings {
    bool exact = false;
    session::Credentials user = {};
    FindMechanism find_mechanism = {};
    std::vector<script::Constant> constants = {};
  };

  Rehearsal(Protocol protocol, std::initializer_list<std::string_view> script)
      : Rehearsal(protocol, script, Settings()) {}
  Rehearsal(Protocol protocol, std::initializer_list<std::string_view> script, Settings settings) {
    std::string text;
    for (const std::string_view line : script) text.append(line).append("\n");
    constants_ = std::move(settings.constants);
    auto read = read_played_script(
        std::move(text),
        {.protocol = protocol, .logs_in = !settings.user.user.empty(), .constants = constants_});
    if (const auto* error = std::get_if<script::Error>(&read)) {
      ADD_FAILURE() << script::show("script", *error);
      return;
    }
    script_ = std::get<PlayedScript>(std::move(read));
    settings_ = {.protocol = protocol,
                 .exact = settings.exact,
                 .file = "f",
                 .user = std::move(settings.user),
                 .find_mechanism = std::move(settings.find_mechanism),
                 .constants = constants_};
    player_.emplace(script_.scenes.front(), settings_, *this);
    conversation_.emplace(protocol, *player_, ConversationSettings{.pipeline = true});
    player_->join(*conversation_);
    say();
  }
  Rehearsal(const Rehearsal&) = delete;

  void client(std::string_view line, std::string_view notation) override {
    shown_.append("C: ").append(line).append("\n");
    notation_.append("C: ").append(notation).append("\n");
  }
  void server(std::string_view line) override {
    shown_.append("S: ").append(line).append("\n");
    notation_.append("S: ").append(line).append("\n");
  }
  void remark(std::string_view text) override { shown_.append("# ").append(text).append("\n"); }

  // The server says these lines, in one piece; then the client what it can say.
  Rehearsal& hears(std::initializer_list<std::string_view> lines) {
    std::string octets;
    for (const std::string_view line : lines) octets.append(line).append("\r\n");
    conversation_->receive(octets);
    if (conversation_->wants_tls()) conversation_->tls_established();
    sent_.clear();
    say();
    return *this;
  }
  Rehearsal& hears(std::string_view line) { return hears({line}); }
  Rehearsal& later(std::uint64_t ns) {
    now_ns_ += ns;
    sent_.clear();
    say();
    return *this;
  }
  Rehearsal& closes() {
    conversation_->end_of_stream();
    say();
    return *this;
  }

  // What went out since the server's last words, CRLF as "|".
  [[nodiscard]] std::string sent() const {
    std::string text;
    for (const char c : sent_) {
      if (c == '\n') text += '|';
      if (c != '\r' && c != '\n') text += c;
    }
    return text;
  }
  [[nodiscard]] std::string problem() const { return player_->problem(); }
  [[nodiscard]] std::string awaited() const { return player_->awaited(); }
  [[nodiscard]] bool is_over() const {
    return player_->ended() && player_->problem().empty() && conversation_->due() == 0 &&
           conversation_->inside().empty() && conversation_->problem().empty();
  }
  [[nodiscard]] const std::string& shown() const { return shown_; }
  [[nodiscard]] const std::string& notation() const { return notation_; }
  [[nodiscard]] ScriptPlayer& player() { return *player_; }

 private:
  void say() {
    while (conversation_->may_type() && player_->has_line(now_ns_)) conversation_->type(player_->take());
    sent_ += conversation_->take_output();
  }

  std::vector<script::Constant> constants_;
  PlayedScript script_;
  PlayerSettings settings_;
  std::optional<ScriptPlayer> player_;
  std::optional<Conversation> conversation_;
  std::uint64_t now_ns_ = 0;
  std::string sent_;
  std::string shown_;
  std::string notation_;
};

}  // namespace backtalk::talk::test
