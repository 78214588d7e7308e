// SPDX-License-Identifier: Apache-2.0 OR MIT
// vmime reads the responses of a POP3 server.
#include "peers/vmime.hpp"

namespace {

using backtalk::fuzz::Report;
using backtalk::fuzz::ServerStream;
using backtalk::fuzz::VmimeSocket;

class Sockets final : public vmime::net::socketFactory {
 public:
  explicit Sockets(ServerStream& server) : server_(server) {}
  vmime::shared_ptr<vmime::net::socket> create() override { return vmime::make_shared<VmimeSocket>(server_); }
  vmime::shared_ptr<vmime::net::socket> create(vmime::shared_ptr<vmime::net::timeoutHandler>) override {
    return create();
  }

 private:
  ServerStream& server_;
};

class VmimePop3 final : public backtalk::fuzz::VmimePeer {
 public:
  VmimePop3() { server().line_by_line(); }

 private:
  void finish(Report& report) override {
    server().restart();
    const auto session = vmime::net::session::create();
    const auto store = session->getStore(vmime::utility::url("pop3://user:secret@127.0.0.1"));
    store->setProperty("options.sasl", false);
    store->setProperty("options.apop", variant() == 1);
    store->setSocketFactory(vmime::make_shared<Sockets>(server()));
    try {
      store->connect();
      report.event("connected");
      const auto folder = store->getDefaultFolder();
      folder->open(vmime::net::folder::MODE_READ_WRITE);
      const auto count = folder->getMessageCount();
      report.event("messages").number(count);
      if (count > 0 && count < kMessagesMax) {
        auto messages = folder->getMessages(vmime::net::messageSet::byNumber(1, count));
        folder->fetchMessages(messages, vmime::net::fetchAttributes::SIZE | vmime::net::fetchAttributes::UID);
        for (const auto& message : messages)
          report.number(message->getSize()).text(static_cast<vmime::string>(message->getUID()));
        vmime::string text;
        vmime::utility::outputStreamStringAdapter out(text);
        messages.front()->extract(out);
        report.event("body").octets(text);
      }
      folder->close(false);
      store->disconnect();
    } catch (const vmime::exception& error) {
      report.refuse(error.name());
    }
  }

  static constexpr std::size_t kMessagesMax = 100;
};

}  // namespace

BACKTALK_FUZZ_TARGET(VmimePop3, .name = "vmime_pop3", .protocol = "pop3", .variants = 2)
