// SPDX-License-Identifier: Apache-2.0 OR MIT
// vmime reads the responses of an IMAP server.
#include <vmime/net/imap/IMAPParser.hpp>
#include <vmime/net/imap/IMAPTag.hpp>

#include <memory>

#include "peers/vmime.hpp"

namespace {

using backtalk::fuzz::Report;
using vmime::net::imap::IMAPParser;

class VmimeImap final : public backtalk::fuzz::VmimePeer {
  void finish(Report& report) override {
    const auto socket = connect();
    const auto tag = vmime::make_shared<vmime::net::imap::IMAPTag>();
    IMAPParser parser;
    parser.setTag(tag);
    parser.setSocket(socket);
    if (variant() == 1) parser.setStrict(true);
    try {
      if (variant() == 2) {
        const std::unique_ptr<IMAPParser::greeting> greeting(parser.readGreeting());
        report.event("greeting");
      }
      for (;;) {
        const std::unique_ptr<IMAPParser::response> response(parser.readResponse());
        report.event("response").number(response->isBad() ? 1 : 0);
      }
    } catch (const vmime::exceptions::socket_exception&) {
      report.event("end");
    } catch (const vmime::exception& error) {
      report.refuse(error.name());
    }
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(VmimeImap, .name = "vmime_imap", .protocol = "imap", .variants = 3)
