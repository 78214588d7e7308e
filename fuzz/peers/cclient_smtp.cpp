// SPDX-License-Identifier: Apache-2.0 OR MIT
// c-client reads the replies of an SMTP server, as a client that sends a message.
#include "peers/cclient.hpp"

namespace {

using backtalk::fuzz::Report;

class CClientSmtp final : public backtalk::fuzz::CClientPeer {
  void converse(Report& report) override {
    char host[] = "127.0.0.1:465/ssl";
    char* hosts[] = {host, nullptr};
    SENDSTREAM* opened = smtp_open_full(nullptr, hosts, nullptr, 0, 0);
    if (opened == nullptr) return;
    report.event("opened").number(static_cast<unsigned long>(opened->replycode));
    ENVELOPE* envelope = mail_newenvelope();
    BODY* body = mail_newbody();
    body->type = TYPETEXT;
    envelope->return_path = rfc822_parse_mailbox_of("a@example.org");
    envelope->to = rfc822_parse_mailbox_of("b@example.org");
    char type[] = "MAIL";
    report.event("sent").number(static_cast<unsigned long>(smtp_mail(opened, type, envelope, body)));
    mail_free_envelope(&envelope);
    mail_free_body(&body);
    smtp_close(opened);
  }

  static ADDRESS* rfc822_parse_mailbox_of(const char* address) {
    ADDRESS* list = nullptr;
    std::string text = address;
    char host[] = "example.org";
    rfc822_parse_adrlist(&list, text.data(), host);
    return list;
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(CClientSmtp, .name = "cclient_smtp", .protocol = "smtp")
