// What IMAP responses mean: every typed decoder, on what imap::ResponseParser reads.
#include <optional>
#include <string>

#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/fuzz/report_items.hpp"
#include "backtalk/imap/response_parser.hpp"
#include "counted_work.hpp"
#include "imap_settings.hpp"
#include "imap_typed.hpp"
#include "imap_wire.hpp"

namespace {

using backtalk::fuzz::Item;
using backtalk::fuzz::ItemKind;
using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
namespace imap = backtalk::imap;

class ImapDecoders final : public backtalk::fuzz::Adapter {
 public:
  void begin(const Settings& settings) override {
    Settings whole_literals = settings;
    whole_literals.variant = 0;
    parser_.emplace(backtalk::fuzz::imap_limits(whole_literals), settings.tolerances);
    typed_.begin(settings.tolerances);
  }
  bool reset() override {
    parser_->reset();
    return true;
  }
  void feed(std::string_view bytes, Report& report) override {
    if (parser_->error()) return;
    parser_->feed(bytes);
    while (const imap::Response* response = parser_->next()) {
      if (response->kind == imap::Response::Kind::literal || response->error) continue;
      report.event("response", response->offset).text(backtalk::fuzz::write_response(*response));
      typed_.report(*response, report);
    }
  }
  void finish(Report& report) override {
    if (parser_->error()) report.refuse(word(parser_->error().code), parser_->error().offset);
  }
  [[nodiscard]] std::uint64_t work() const override { return backtalk::fuzz::counted_work(); }

 private:
  std::optional<imap::ResponseParser> parser_;
  backtalk::fuzz::ImapTyped typed_;
};

// Each response stands in the report as it is written.
bool write_responses(const Report& report, std::string& stream) {
  bool wanted = false;
  for (const Item& item : items_of(report)) {
    if (item.kind == ItemKind::event) wanted = item.text == "response";
    if (item.kind == ItemKind::text && wanted) stream += item.text;
  }
  return true;
}

}  // namespace

BACKTALK_FUZZ_TARGET(ImapDecoders, .name = "imap_decoders", .protocol = "imap",
                     .tolerances = backtalk::fuzz::kImapTolerances, .small_limits = true, .simd = true,
                     .work_each = 8, .work_once = 256, .writer = write_responses)
