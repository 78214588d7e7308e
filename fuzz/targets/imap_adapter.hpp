// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The adapter of imap::ResponseParser: frames and tokens.
#pragma once

#include "backtalk/imap/response_parser.hpp"
#include "reference/imap_reference.hpp"
#include "targets/imap_settings.hpp"
#include "targets/parser_adapter.hpp"
#include "targets/streamed_literals.hpp"

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
    reference::describe(response, streamed_.all(), words_);
    report.event("response").text(words_.view());
    streamed_.clear();
  }

  void take_piece(const imap::Response& piece, Report& report) {
    if (piece.literal_octets > limits_.literal_octets_max) {
      report.broken("a literal is longer than its limit");
    }
    streamed_.take(piece.literal, piece.literal_left, piece.literal_octets, report);
  }

  imap::Limits limits_;
  StreamedLiterals streamed_;  // of the response that is being read
  Octets words_;               // what is said of it
};

}  // namespace backtalk::fuzz
