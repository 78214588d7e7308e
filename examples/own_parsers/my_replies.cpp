// SPDX-License-Identifier: Apache-2.0 OR MIT
// The adapter of a parser in C++.
#include "backtalk/fuzz/adapter.hpp"
#include "reply_parser.hpp"

class MyReplies final : public backtalk::fuzz::Adapter {
 public:
  void begin(const backtalk::fuzz::Settings&) override { parser_ = my::ReplyParser(); }
  void feed(std::string_view bytes, backtalk::fuzz::Report& report) override {
    parser_.feed(bytes);
    while (const auto code = parser_.next()) report.event("reply").number(static_cast<unsigned>(*code));
    if (parser_.failed()) report.refuse("bad reply");
  }

 private:
  my::ReplyParser parser_;
};

BACKTALK_FUZZ_TARGET(MyReplies, .name = "my_replies", .protocol = "smtp")
