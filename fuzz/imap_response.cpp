// What an IMAP server says: imap::ResponseParser, frames and tokens. The typed decoders are
// imap_decoders.cpp.
#include <string>
#include <vector>

#include "backtalk/fuzz/references.hpp"
#include "backtalk/imap/response_parser.hpp"
#include "imap_settings.hpp"
#include "parser_adapter.hpp"
#include "reference/imap_reference.hpp"

namespace {

using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
namespace imap = backtalk::imap;

class ImapResponses final : public backtalk::fuzz::ParserAdapter<imap::ResponseParser> {
 public:
  void begin(const Settings& settings) override {
    limits_ = backtalk::fuzz::imap_limits(settings);
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
    report.event("response").text(backtalk::reference::describe(response, streamed_));
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
};

}  // namespace

BACKTALK_FUZZ_TARGET(ImapResponses, .name = "imap_response", .protocol = "imap",
                     .tolerances = backtalk::fuzz::kImapTolerances, .small_limits = true,
                     .variants = backtalk::fuzz::kImapVariants, .simd = true, .work_each = 8,
                     .work_once = 256, .reference = imap_responses)
