// SPDX-License-Identifier: Apache-2.0 OR MIT
// `backtalk parse` of conversations written down with "C:" and "S:", on arbitrary octets: a file in
// another notation has a place where it differs, and the events of one that is read do not depend
// on the pieces that the parser is fed.
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "backtalk/fuzz/adapter.hpp"
#include "parse/conversation.hpp"

namespace {

namespace parse = backtalk::parse;
using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;

class Conversations final : public backtalk::fuzz::Adapter {
 public:
  void begin(const Settings& settings) override {
    protocol_ = &parse::protocols()[settings.variant % parse::protocols().size()];
    text_.clear();
  }
  bool reset() override {
    text_.clear();
    return true;
  }
  void feed(std::string_view bytes, Report&) override { text_.append(bytes); }

  void finish(Report& report) override {
    const auto read = parse::read_conversations(text_);
    if (const auto* error = std::get_if<backtalk::script::Error>(&read)) {
      if (error->sentence.empty() || error->line == 0 || error->column == 0)
        report.broken("an error has no place, or says nothing");
      report.event("error").number(error->line).number(error->column).text(error->sentence);
      return;
    }
    const auto& conversations = std::get<std::vector<parse::Conversation>>(read);
    if (conversations.empty()) report.broken("a file that was read has no conversation");
    const Printed whole = print(conversations, 0);
    const Printed by_octets = print(conversations, 1);
    if (whole.events != by_octets.events) report.broken("the events depend on the pieces");
    if (whole.verdict != by_octets.verdict) report.broken("the verdict depends on the pieces");
    if (whole.notes.size() > conversations.size() + 1) report.broken("there are too many notes");
    report.event("events").number(static_cast<std::uint64_t>(whole.verdict)).text(whole.events);
  }

 private:
  struct Printed {
    std::string events;
    std::vector<std::string> notes;
    parse::Verdict verdict = parse::Verdict::complete;
  };

  [[nodiscard]] Printed print(const std::vector<parse::Conversation>& conversations,
                              std::uint64_t chunk) const {
    parse::Options options;
    options.protocol = protocol_;
    options.chunk = chunk;
    Printed printed;
    printed.verdict =
        parse::print_conversations(conversations, *protocol_, options, printed.events, printed.notes);
    return printed;
  }

  const parse::Protocol* protocol_ = nullptr;
  std::string text_;
};

}  // namespace

BACKTALK_FUZZ_TARGET(Conversations, .name = "conversation", .protocol = "smtp", .variants = 4)
