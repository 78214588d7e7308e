// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "script/error.hpp"
#include "serve/script_server.hpp"

namespace backtalk::serve {

// A client and a server that plays a script, without a connection.
class ScriptConversation {
 public:
  ScriptConversation(script::Protocol protocol, std::initializer_list<std::string_view> lines,
                     Faults faults = {}, bool starttls = false)
      : faults_(std::move(faults)) {
    std::string text;
    for (const std::string_view line : lines) text.append(line).append("\n");
    auto read = read_served_script(protocol, text);
    if (const auto* problem = std::get_if<script::Error>(&read)) {
      error_ = script::show("script", *problem);
      return;
    }
    plan_.protocol = protocol;
    plan_.starttls = starttls;
    plan_.script = std::get<ServedScript>(std::move(read));
    plan_.note = [this](const std::string& sentence) { notes_.push_back(sentence); };
    server_ = std::make_unique<ScriptServer>(plan_, faults_, counts_);
    connect();
  }

  void connect() {
    left_.clear();
    server_->restart();
  }

  // What the server says to it, and to what was said before. Waits that are due are over at once;
  // they are shown as "(5ms)".
  std::string say(std::string_view octets) {
    left_ += octets;
    std::string heard;
    do {
      if (server_->work_ns() > 0) {
        take(heard);
        heard += "(" + std::to_string(server_->work_ns() / 1'000'000) + "ms)";
        server_->finish_work();
      }
      left_.erase(0, server_->consume(left_));
      most_ = std::max(most_, server_->output().size());
      take(heard);
      if (server_->wants_tls()) {
        heard += "(TLS)";
        left_.clear();
        server_->tls_established();
      }
    } while ((!left_.empty() && !server_->over()) || server_->has_more() || server_->work_ns() > 0);
    if (server_->over()) heard += "(over)";
    return heard;
  }

  [[nodiscard]] ScriptServer& server() { return *server_; }
  [[nodiscard]] const ScriptCounts& counts() const { return counts_; }
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] std::size_t most() const { return most_; }  // octets of output in one go

 private:
  // With "|" for each line end.
  void take(std::string& heard) {
    for (const char c : server_->output()) {
      if (c == '\n') heard += '|';
      if (c != '\n' && c != '\r') heard += c;
    }
    server_->output().clear();
  }

  Faults faults_;
  ScriptPlan plan_;
  ScriptCounts counts_;
  std::vector<std::string> notes_;
  std::string error_;
  std::unique_ptr<ScriptServer> server_;
  std::string left_;
  std::size_t most_ = 0;
};

}  // namespace backtalk::serve
