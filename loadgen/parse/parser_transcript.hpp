// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The part of a transcript that all parsers share: bytes in, events out, and how a stream ends.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "backtalk/parser.hpp"
#include "parse/transcript.hpp"

namespace backtalk::parse {

/// A transcript that uses one of the library's parsers.
template <Parser OneParser>
class ParserTranscript : public Transcript {
 public:
  bool feed(std::string_view bytes) final {
    if (parser_.error()) return false;
    parser_.feed(bytes);
    print_events();
    if (parser_.error()) print_error(out_, parser_.error());
    return !parser_.error();
  }

  Verdict finish() final {
    if (parser_.error()) return Verdict::error;
    if constexpr (requires { parser_.finish(); }) {
      parser_.finish();
      print_events();
    }
    print_rest();
    if (parser_.in_message()) print_incomplete(out_, parser_.message_offset());
    if (refused_) return Verdict::error;
    return parser_.in_message() ? Verdict::incomplete : Verdict::complete;
  }

 protected:
  ParserTranscript(std::string& out, OneParser parser) : out_(out), parser_(std::move(parser)) {}

  [[nodiscard]] std::string& output() { return out_; }
  [[nodiscard]] OneParser& parser() { return parser_; }

  /// To be called for an invalid message that does not end the stream.
  void refuse(const Error& error) {
    refused_ = true;
    print_error(out_, error);
  }

 private:
  /// Prints events until the parser has no more.
  virtual void print_events() = 0;
  /// Prints what can only be printed at the end of the stream.
  virtual void print_rest() {}

  std::string& out_;
  OneParser parser_;
  bool refused_ = false;
};

}  // namespace backtalk::parse
