// SPDX-License-Identifier: Apache-2.0 OR MIT
// c-client reads the responses of an IMAP server, as a client that opens a mailbox and fetches its
// messages.
#include "peers/cclient.hpp"

namespace {

using backtalk::fuzz::Report;

class CClientImap final : public backtalk::fuzz::CClientPeer {
 public:
  void begin(const backtalk::fuzz::Settings& settings) override {
    CClientPeer::begin(settings);
    // A mailbox with messages, so that the client reads responses about them. Odd variants use the
    // server's own greeting.
    if (variant() == 0) stream().add("* PREAUTH\r\n* 3 EXISTS\r\n");
  }

 private:
  void converse(Report&) override {
    char mailbox[] = "{127.0.0.1:993/imap/ssl/user=user}INBOX";
    MAILSTREAM* opened = mail_open(nullptr, mailbox, OP_SILENT);
    if (opened != nullptr) {
      char all[] = "1:*";
      char pattern[] = "*";
      mail_fetch_fast(opened, all, 0);
      if (opened->nmsgs > 0) mail_fetch_structure(opened, 1, nullptr, 0);
      mail_list(opened, nullptr, pattern);
      mail_close_full(opened, 0);
    }
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(CClientImap, .name = "cclient_imap", .protocol = "imap", .variants = 2)
