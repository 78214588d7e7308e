/// The adapter of imap::ResponseParser: frames and tokens.
#pragma once

#include <string>
#include <vector>

#include "backtalk/imap/response_parser.hpp"
#include "imap_settings.hpp"
#include "parser_adapter.hpp"
#include "reference/imap_reference.hpp"

namespace backtalk::fuzz {

class ImapResponses : public ParserAdapter<imap::ResponseParser> {
 public:
  void begin(const Settings& settings) override {
    limits_ = imap_limits(settings);
    make(limits_, settings.tolerances);
  }

 private:
  void prepare() override { streamed_.clear(); }
  void take(const imap::Response& response, Report& report) override {
    if (response.data.size() > limits_.tokens_max || response.code.size() > limits_.tokens_max) {
      report.broken("a response has more tokens than the limit");
    }
    if (response.kind == imap::Response::Kind::literal) {
      take_piece(response, report);
      return;
    }
    words_.clear();
    reference::describe(response, streamed_, words_);
    report.event("response").text(words_);
    streamed_.clear();
  }

  void take_piece(const imap::Response& piece, Report& report) {
    if (piece.literal_octets > limits_.literal_octets_max)
      report.broken("a literal is longer than its limit");
    if (piece.literal.size() + piece.literal_left > piece.literal_octets) {
      report.broken("a literal has more octets than it announced");
    }
    const bool first = piece.literal.size() + piece.literal_left == piece.literal_octets;
    if (first) streamed_.emplace_back();
    if (streamed_.empty()) {
      report.broken("a literal goes on that was not begun");
      return;
    }
    streamed_.back() += piece.literal;
  }

  imap::Limits limits_;
  std::vector<std::string> streamed_;  // the literals of the response that is being read
  std::string words_;                  // what is said of it
};

}  // namespace backtalk::fuzz
