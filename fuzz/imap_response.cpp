// What an IMAP server says: imap::ResponseParser, frames and tokens. The typed decoders are
// imap_decoders.cpp.
#include <optional>
#include <string>
#include <vector>

#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/fuzz/references.hpp"
#include "backtalk/imap/response_parser.hpp"
#include "counted_work.hpp"
#include "imap_settings.hpp"
#include "reference/imap_reference.hpp"

namespace {

using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
namespace imap = backtalk::imap;

class ImapResponses final : public backtalk::fuzz::Adapter {
 public:
  void begin(const Settings& settings) override {
    limits_ = backtalk::fuzz::imap_limits(settings);
    parser_.emplace(limits_, settings.tolerances);
    streamed_.clear();
  }
  bool reset() override {
    parser_->reset();
    streamed_.clear();
    return true;
  }
  void feed(std::string_view bytes, Report& report) override {
    if (parser_->error()) return;
    parser_->feed(bytes);
    while (const imap::Response* response = parser_->next()) take(*response, report);
  }
  void finish(Report& report) override {
    if (parser_->error()) {
      report.refuse(word(parser_->error().code), parser_->error().offset);
    } else {
      report.ended(parser_->in_message(), parser_->message_offset());
    }
  }
  [[nodiscard]] std::uint64_t work() const override { return backtalk::fuzz::counted_work(); }

 private:
  void take(const imap::Response& response, Report& report) {
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
  std::optional<imap::ResponseParser> parser_;
  std::vector<std::string> streamed_;  // the literals of the response that is being read
};

}  // namespace

BACKTALK_FUZZ_TARGET(ImapResponses, .name = "imap_response", .protocol = "imap",
                     .tolerances = backtalk::fuzz::kImapTolerances, .small_limits = true,
                     .variants = backtalk::fuzz::kImapVariants, .simd = true, .work_each = 8,
                     .work_once = 256, .reference = imap_responses)
