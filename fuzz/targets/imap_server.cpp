// SPDX-License-Identifier: Apache-2.0 OR MIT
// The built-in IMAP server against a hostile client: serve::ImapServer. What it answers, the strict
// parser and the strict decoders of the other side must read.
#include <algorithm>
#include <cstddef>
#include <vector>

#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/imap/body_structure.hpp"
#include "backtalk/imap/envelope.hpp"
#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/response_parser.hpp"
#include "serve/imap_server.hpp"
#include "targets/mailbox_server.hpp"

namespace {

using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
using namespace backtalk::serve;
namespace imap = backtalk::imap;

class MailboxByImap final : public backtalk::fuzz::Adapter {
 public:
  void begin(const Settings& settings) override {
    mailboxes_.set(settings);
    open();
  }
  bool reset() override {
    open();
    return true;
  }
  void feed(std::string_view bytes, Report& report) override {
    while (!ended_) {
      bytes.remove_prefix(server().consume(bytes));
      mailboxes_.finish_turn([&] { take_output(report); }, [&] { report.event("secured"); });
      if (bytes.empty() && !server().has_more()) break;
    }
  }
  void finish(Report& report) override {
    if (ended_) {  // how much it had counted by then depends on the cuts
      report.event("much");
      return;
    }
    report.event("counts").number(counts().logins).number(counts().appended).number(counts().octets_appended);
    report.event(server().over() ? "over" : "open");
    if (answers_.in_message()) report.broken("an answer is cut off");
    if (counts().appended > 0 && mailboxes_.store().budget().used() == 0)
      report.broken("what is kept costs nothing");
  }

 private:
  static constexpr std::size_t kSaidMax = std::size_t{1} << 20;

  [[nodiscard]] ImapServer& server() { return mailboxes_.server(); }
  [[nodiscard]] const ImapCounts& counts() const { return mailboxes_.counts(); }

  void open() {
    mailboxes_.open({.messages = 8, .message_octets = 1600, .octets_max = std::uint64_t{1} << 20});
    answers_.reset();
    said_ = 0;
    ended_ = false;
  }

  // One reply may be as long as what it says of a message.
  void take_output(Report& report) {
    const std::string_view output = server().output();
    if (output.size() > 8 * backtalk::session::ServerSession::kOutputEnough)
      report.broken("the server queues more than enough");
    report.octets(output.substr(0, kSaidMax - said_));
    said_ = std::min(kSaidMax, said_ + output.size());
    if (said_ == kSaidMax) ended_ = true;  // it would go on for as long as it was asked to
    answers_.feed(output);
    while (const imap::Response* response = answers_.next()) {
      if (response->error) report.broken("the strict parser refuses an answer");
      if (response->is_data("FETCH") && response->kind == imap::Response::Kind::untagged)
        check_fetch(*response, report);
    }
    if (answers_.error()) report.broken("the strict parser refuses what the server says");
    server().output().clear();
  }

  void check_fetch(const imap::Response& response, Report& report) {
    imap::FetchItems items(response);
    for (imap::FetchItem item; items.next(item);) {
      const bool reads = item.attribute == imap::FetchAttribute::envelope
                             ? imap::read_envelope(*item.value).has_value()
                         : item.attribute == imap::FetchAttribute::body ||
                                 item.attribute == imap::FetchAttribute::bodystructure
                             ? imap::read_body_structure(*item.value, parts_).has_value()
                             : true;
      if (!reads) report.broken("an envelope or structure is not as the grammar says");
    }
    if (items.error()) report.broken("an item of FETCH is not as the grammar says");
  }

  backtalk::fuzz::MailboxServer<ImapServer, ImapCounts> mailboxes_;
  // Of the real size in builds with tiny limits too: what the server says is not hostile.
  imap::ResponseParser answers_{{.line_octets_max = std::size_t{1} << 20,
                                 .literal_octets_max = std::uint64_t{1} << 32,
                                 .literal_gather_octets_max = std::size_t{1} << 16,
                                 .response_octets_max = std::size_t{8} << 20,
                                 .tokens_max = std::size_t{1} << 18,
                                 .depth_max = 128}};
  std::vector<imap::BodyPart> parts_;
  std::size_t said_ = 0;
  bool ended_ = false;
};

}  // namespace

BACKTALK_FUZZ_TARGET(MailboxByImap, .name = "imap_server", .protocol = "imap", .variants = 8, .simd = true)
