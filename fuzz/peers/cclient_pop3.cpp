// SPDX-License-Identifier: Apache-2.0 OR MIT
// c-client reads the responses of a POP3 server, as a client that opens its maildrop and fetches a
// message.
#include "peers/cclient.hpp"

namespace {

using backtalk::fuzz::Report;

class CClientPop3 final : public backtalk::fuzz::CClientPeer {
  void converse(Report& report) override {
    char mailbox[] = "{127.0.0.1:995/pop3/ssl/user=user}INBOX";
    MAILSTREAM* opened = mail_open(nullptr, mailbox, OP_SILENT);
    if (opened == nullptr) return;
    report.event("messages").number(opened->nmsgs);
    if (opened->nmsgs > 0 && opened->nmsgs < kMessagesMax) {
      char all[] = "1:*";
      mail_fetch_fast(opened, all, 0);
      unsigned long size = 0;
      const char* text = mail_fetch_text(opened, 1, nullptr, &size, 0);
      if (text != nullptr) report.event("text").octets({text, size});
    }
    mail_close_full(opened, 0);
  }
  static constexpr unsigned long kMessagesMax = 1000;
};

}  // namespace

BACKTALK_FUZZ_TARGET(CClientPop3, .name = "cclient_pop3", .protocol = "pop3")
