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
    if (parser_.error()) print_error(out_, parser_.error(), rest_of_error(), detail_of(parser_.error()));
    return !parser_.error();
  }

  Verdict finish() final {
    if (parser_.error()) return Verdict::error;
    if constexpr (requires { parser_.finish(); }) {
      parser_.finish();
      print_events();
    }
    print_rest();
    if (parser_.in_message()) print_incomplete(out_, parser_.message_offset(), rest_of_error());
    if (refused_) return Verdict::error;
    return parser_.in_message() ? Verdict::incomplete : Verdict::complete;
  }

 protected:
  ParserTranscript(std::string& out, OneParser parser) : out_(out), parser_(std::move(parser)) {}

  [[nodiscard]] std::string& output() { return out_; }
  [[nodiscard]] OneParser& parser() { return parser_; }

  /// To be called for an invalid message that does not end the stream. `more`: see `print_error`.
  void refuse(const Error& error, std::string_view more = {}) {
    refused_ = true;
    print_error(out_, error, more);
  }

 private:
  /// Prints events until the parser has no more.
  virtual void print_events() = 0;
  /// Prints what can only be printed at the end of the stream.
  virtual void print_rest() {}
  /// Added to the message of an error.
  [[nodiscard]] virtual std::string detail_of(const Error& /*error*/) const { return {}; }
  /// More keys of an error that ends the stream, such as what was read of the current message.
  [[nodiscard]] virtual std::string rest_of_error() const { return {}; }

  std::string& out_;
  OneParser parser_;
  bool refused_ = false;
};

}  // namespace backtalk::parse
