/// What the adapters of the two HTTP parsers have in common: the events after a head, and how a stream ends.
#pragma once

#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "backtalk/fuzz/adapter.hpp"
#include "counted_work.hpp"
#include "http_settings.hpp"

namespace backtalk::fuzz {

/// `Parser` is http::ResponseParser or http::RequestParser.
template <class Parser>
class HttpAdapter : public Adapter {
 public:
  using Event = std::remove_cvref_t<decltype(*std::declval<Parser&>().next())>;

  void begin(const Settings& settings) override {
    settings_ = settings;
    limits_ = http_limits(settings);
    parser_.emplace(limits_, settings.tolerances);
    opaque_ = false;
    prepare();
  }
  bool reset() override {
    parser_->reset();
    opaque_ = false;
    prepare();
    return true;
  }
  void feed(std::string_view bytes, Report& report) override {
    if (parser_->error()) return;
    parser_->feed(bytes);
    take_events(report);
  }
  void finish(Report& report) override {
    if (!parser_->error()) {
      parser_->feed({});
      parser_->finish();
      take_events(report);
    }
    if (parser_->error()) {
      report.refuse(word(parser_->error().code), parser_->error().offset);
    } else {
      report.ended(parser_->in_message(), parser_->message_offset());
    }
  }
  [[nodiscard]] std::uint64_t work() const override { return counted_work(); }

 protected:
  /// What has to be said to a parser before the stream comes.
  virtual void prepare() {}

  [[nodiscard]] Parser& parser() { return *parser_; }
  [[nodiscard]] const Settings& settings() const { return settings_; }

  void report_fields(std::span<const http::Field> fields, std::size_t fields_max, Report& report) {
    if (fields.size() > fields_max) report.broken("there are more fields than the limit");
    for (const http::Field& field : fields) report.text(field.name).text(field.value);
  }

  /// The part of a head that requests and responses share.
  void report_head_rest(const http::Head& head, Report& report) {
    report_fields(head.fields, limits_.fields_max, report);
    if (head.octets > limits_.head_octets_max) report.broken("a head is longer than its limit");
    report.event("body", head.offset + head.octets);
  }

 private:
  virtual void take_head(const Event& event, Report& report) = 0;

  void take_events(Report& report) {
    while (const auto* event = parser_->next()) {
      using Kind = std::remove_cvref_t<decltype(event->kind)>;
      switch (event->kind) {
        case Kind::head: take_head(*event, report); break;
        case Kind::octets: report.octets(event->octets); break;
        case Kind::opaque:
          if (!opaque_) report.event("opaque");
          opaque_ = true;
          report.octets(event->octets);
          break;
        case Kind::end:
          report.event("end");
          report_fields(event->trailers, limits_.fields_max, report);
          break;
      }
    }
  }

  Settings settings_;
  http::Limits limits_;
  std::optional<Parser> parser_;
  bool opaque_ = false;
};

}  // namespace backtalk::fuzz
