// SPDX-License-Identifier: Apache-2.0 OR MIT
// What IMAP responses mean: every typed decoder, on what imap::ResponseParser reads.
#include <string>

#include "backtalk/fuzz/report_items.hpp"
#include "backtalk/imap/response_parser.hpp"
#include "reference/imap_data_reference.hpp"
#include "targets/counted_work.hpp"
#include "targets/imap_settings.hpp"
#include "targets/imap_typed.hpp"
#include "targets/imap_wire.hpp"
#include "targets/parser_adapter.hpp"

namespace {

using backtalk::fuzz::Item;
using backtalk::fuzz::ItemKind;
using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
namespace imap = backtalk::imap;

class ImapDecoders final : public backtalk::fuzz::ParserAdapter<imap::ResponseParser> {
 public:
  void begin(const Settings& settings) override {
    make(backtalk::fuzz::imap_limits(settings), settings.tolerances);
    typed_.begin(settings.tolerances);
    tolerances_ = settings.tolerances;
  }

 private:
  void take(const imap::Response& response, Report& report) override {
    if (response.kind == imap::Response::Kind::literal || response.error) return;
    report.event("response", response.offset).text(backtalk::fuzz::write_response(response));
    typed_.report(response, report);
    const backtalk::fuzz::UncountedWork uncounted;
    const std::string expected = backtalk::reference::read_imap_data(response, tolerances_);
    const std::string read = backtalk::reference::describe_imap_data(response, tolerances_);
    if (read == expected) return;
    report.event("read by the decoders").text(read);
    report.event("read by the reference").text(expected);
    report.broken("the typed decoders and their reference disagree");
  }

  backtalk::fuzz::ImapTyped typed_;
  backtalk::Tolerances tolerances_;
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
