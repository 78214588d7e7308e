// SPDX-License-Identifier: Apache-2.0 OR MIT
// The reader of conversations, on arbitrary octets: what `parse` and `seeds` make of them, for each
// protocol. What a side says is its lines, and what a file is does not depend on how much of it is
// looked at, once that is decided.
#include <array>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "script/conversation.hpp"
#include "script/limits.hpp"
#include "whole_text.hpp"

namespace {

namespace script = backtalk::script;
using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
using script::Conversation;
using script::Notation;

constexpr std::array<std::string_view, 4> kProtocols{"smtp", "pop3", "imap", "http"};

class Conversations final : public backtalk::fuzz::WholeText {
 public:
  void begin(const Settings& settings) override {
    WholeText::begin(settings);
    protocol_ = kProtocols[settings.variant % kProtocols.size()];
  }

  void finish(Report& report) override {
    check_notation(report);
    const auto read = script::read_conversations(text_);
    if (const auto* error = std::get_if<script::Error>(&read)) {
      if (error->sentence.empty()) report.broken("an error says nothing");
      report.event("error").number(error->line).number(error->column).text(error->sentence);
      return;
    }
    const auto& conversations = std::get<std::vector<Conversation>>(read);
    std::size_t spoken = 0;
    for (const Conversation& conversation : conversations) {
      spoken += conversation.lines.size();
      report.event("conversation").text(conversation.name).number(conversation.number);
      report.event("guess").number(static_cast<std::uint64_t>(script::guess_of(conversation)));
      for (const bool of_client : {false, true}) check_side(conversation, of_client, report);
    }
    if (spoken > script::kSpokenLinesMax) report.broken("a file says more than a script may");
  }

 private:
  void check_notation(Report& report) const {
    const Notation whole = script::notation_of(text_);
    const Notation half = script::notation_of(std::string_view(text_).substr(0, text_.size() / 2));
    if (half != Notation::undecided && half != whole) report.broken("more of a file makes another of it");
  }

  // The side says each of its lines once, in order, with CRLF; of HTTP, a body has none at its end.
  void check_side(const Conversation& conversation, bool of_client, Report& report) const {
    std::vector<const Conversation::Line*> lines;
    for (const Conversation::Line& line : conversation.lines) {
      if (line.of_client == of_client) lines.push_back(&line);
    }
    std::size_t at = 0;
    script::speak(conversation, of_client, protocol_, [&](std::string_view octets, std::uint32_t number) {
      if (at == lines.size() || number != lines[at]->number) {
        report.broken("a line is said that is not there");
        return false;
      }
      const std::string_view text = lines[at++]->text;
      const bool ends = octets == std::string(text) + "\r\n";
      const bool is_end_of_body = protocol_ == "http" && octets == text && !text.empty();
      if (!ends && !is_end_of_body) report.broken("a line is said that the file does not have");
      return true;
    });
    if (at != lines.size()) report.broken("not all lines are said");
  }

  std::string_view protocol_;
};

}  // namespace

BACKTALK_FUZZ_TARGET(Conversations, .name = "conversation", .protocol = "imap", .variants = 4)
