// Room for a literal is made as soon as it is announced, whatever its size.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class ImapHugeLiteral final : public ImapResponses {
  std::uint64_t literal_size(std::string_view digits) override {
    const std::uint64_t size = ImapResponses::literal_size(digits);
    if (size > kLiteralMax) too_much_ = true;  // new char[size]
    return size;
  }
  void look_at_room(fuzz::Report& report) {
    if (too_much_) report.broken("room is made for a literal before it is known to fit");
  }
  void take_line(std::string_view text, fuzz::Report& report) override {
    ImapResponses::take_line(text, report);
    look_at_room(report);
  }
  void restart() override {
    too_much_ = false;
    ImapResponses::restart();
  }
  bool too_much_ = false;
};

const Shown show_imap_huge_literal{{.target = imap_target("imap_huge_literal"),
                                    .bug = "memory for a literal that has only been announced",
                                    .seen_in = "CVE-2025-43857 (net-imap), cpython 119511",
                                    .found_by = "promises",
                                    .make = make_parser<ImapHugeLiteral>}};

}  // namespace
}  // namespace backtalk::gallery
