// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the adapters of Backtalk's own parsers have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/parser.hpp"
#include "targets/counted_work.hpp"

namespace backtalk::fuzz {

/// Drives any of the eight parsers: `begin` calls `make`, and `take` reports what the parser gives.
template <Parser OneParser>
class ParserAdapter : public Adapter {
 public:
  bool reset() override {
    parser_->reset();
    prepare();
    return true;
  }
  void feed(std::string_view bytes, Report& report) override {
    if (parser_->error()) return;
    parser_->feed(bytes);
    take_all(report);
  }
  void finish(Report& report) override {
    if (parser_->error()) {
      report.refuse(word(parser_->error().code), parser_->error().offset);
    } else {
      report.ended(parser_->in_message(), parser_->message_offset());
    }
  }
  [[nodiscard]] std::uint64_t work() const override { return counted_work(); }

 protected:
  /// What `OneParser::next` gives.
  using Given = std::remove_cvref_t<decltype(*std::declval<OneParser&>().next())>;

  template <class Limits>
  void make(const Limits& limits, Tolerances tolerances) {
    parser_.emplace(limits, tolerances);
    prepare();
  }
  /// What has to be done before a stream comes, by a new parser and by one that was reset.
  virtual void prepare() {}
  virtual void take(const Given& given, Report& report) = 0;

  void take_all(Report& report) {
    while (const Given* given = parser_->next()) take(*given, report);
  }
  [[nodiscard]] OneParser& parser() { return *parser_; }

 private:
  std::optional<OneParser> parser_;
};

}  // namespace backtalk::fuzz
