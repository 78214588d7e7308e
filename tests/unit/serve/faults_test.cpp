// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/faults.hpp"

#include <gtest/gtest.h>

#include <set>

#include "serve/bodies.hpp"
#include "serve/clients.hpp"
#include "serve/fault_option.hpp"
#include "serve/protocols.hpp"

namespace backtalk::serve {
namespace {

TEST(Faults, AreReadByName) {
  Faults faults;
  EXPECT_EQ(add_fault("delay=10ms", faults), std::nullopt);
  EXPECT_EQ(add_fault("stall=100ms/1s", faults), std::nullopt);
  EXPECT_EQ(add_fault("close=3", faults), std::nullopt);
  EXPECT_EQ(add_fault("service=exp:1ms", faults), std::nullopt);
  EXPECT_EQ(add_fault("refuse-rcpt=7", faults), std::nullopt);
  EXPECT_EQ(faults.transport.delay_ns, 10'000'000U);
  EXPECT_EQ(faults.transport.stall_ns, 100'000'000U);
  EXPECT_EQ(faults.transport.stall_period_ns, 1'000'000'000U);
  EXPECT_EQ(faults.replies.fault, ReplyFault::close);
  EXPECT_EQ(faults.replies.after_replies, 3U);
  EXPECT_EQ(faults.service.kind, ServicePlan::Kind::exponential);
  EXPECT_EQ(faults.smtp.refuse_recipient_every, 7U);
  EXPECT_EQ(add_fault("split=worst", faults), std::nullopt);
  EXPECT_EQ(add_fault("drip=10/20ms", faults), std::nullopt);
  EXPECT_EQ(add_fault("size-more=2", faults), std::nullopt);
  EXPECT_EQ(add_fault("certificate=wrong-name", faults), std::nullopt);
  EXPECT_EQ(add_fault("cut-record=4", faults), std::nullopt);
  EXPECT_TRUE(faults.transport.split_worst);
  EXPECT_EQ(faults.transport.drip_octets, 10U);
  EXPECT_EQ(faults.transport.drip_ns, 20'000'000U);
  EXPECT_EQ(faults.bodies.fault, BodyFault::size_more);
  EXPECT_EQ(faults.tls.certificate, BadCertificate::wrong_name);
  EXPECT_EQ(faults.tls.end, TlsEnd::in_record);
  EXPECT_EQ(faults.replies.fault, ReplyFault::last);
  EXPECT_EQ(faults.given.size(), 10U);
}

TEST(Faults, OneThatMeansNothingToAProtocolIsFound) {
  Faults faults;
  EXPECT_EQ(add_fault("close=1", faults), std::nullopt);
  EXPECT_EQ(add_fault("cut-body=1", faults), std::nullopt);
  for (const std::string_view scheme : {"http", "https", "pop3", "pop3s"})
    EXPECT_EQ(find_idle_fault(faults, scheme), std::nullopt) << scheme;
  const auto problem = find_idle_fault(faults, "smtp");
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->find("http, https"), std::string::npos) << *problem;
}

TEST(Bodies, AreAnnouncedAsTheFaultWantsIt) {
  const BodyFaults more{.fault = BodyFault::size_more, .after_bodies = 1};
  Bodies bodies(more);
  bodies.begin(10);
  EXPECT_EQ(bodies.announced(10), 10U);
  bodies.begin(10);
  EXPECT_EQ(bodies.announced(10), 11U);
  EXPECT_EQ(bodies.withheld(), 0U);
  bodies.begin(0);
  EXPECT_EQ(bodies.announced(0), 0U) << "an empty body is none";
  bodies.reset();
  bodies.begin(10);
  EXPECT_EQ(bodies.announced(10), 10U) << "counted on each connection";
  const BodyFaults cut{.fault = BodyFault::cut, .after_bodies = 0};
  Bodies short_ones(cut);
  short_ones.begin(11);
  EXPECT_EQ(short_ones.announced(11), 11U);
  EXPECT_EQ(short_ones.withheld(), 6U);
}

TEST(Clients, WorstCutIsBetweenCrAndLf) {
  EXPECT_EQ(worst_cut("250 Ok\r\n"), 7U);
  EXPECT_EQ(worst_cut("\r\n"), 1U);
  EXPECT_EQ(worst_cut("\nabc"), 4U);
}

TEST(Faults, AnInvalidValueIsAnsweredWithTheExpectedForm) {
  Faults faults;
  for (const std::string_view text :
       {"service", "service=", "service=soon", "service=const", "service=const:", "service=const:-1s",
        "service=const:1ms:1ms", "service=exp:fast", "service=bimodal:1ms:2ms", "service=bimodal:1ms:2ms:5",
        "service=bimodal:1ms:2ms:101%", "service=bimodal:1ms:2ms:-1%", "service=bimodal:1ms:2ms:nan%",
        "service=bimodal:1ms:2ms:%", "service=slow-share:1ms:2ms", "service=slow-share:1ms:2ms:1",
        "service=slow-share:1ms:2ms:2/1", "service=slow-share:1ms:2ms:0/0",
        "service=slow-share:1ms:2ms:1/2/3"}) {
    const auto problem = add_fault(text, faults);
    ASSERT_TRUE(problem) << text;
    EXPECT_NE(problem->find("service=DIST"), std::string::npos) << *problem;
  }
}

TEST(Faults, AServerHasOneWorkerOrMore) {
  Faults faults;
  EXPECT_EQ(add_fault("workers=2", faults), std::nullopt);
  EXPECT_EQ(faults.workers, 2U);
  for (const std::string_view text :
       {"workers", "workers=", "workers=0", "workers=1025", "workers=-1", "workers=1x"})
    EXPECT_TRUE(add_fault(text, faults)) << text;
  EXPECT_EQ(faults.workers, 2U);
}

TEST(Faults, AnInvalidValueChangesNothing) {
  for (const std::string_view text : {"delay=",
                                      "delay=soon",
                                      "stall=1s",
                                      "stall=1s/",
                                      "stall=1s/1s",
                                      "stall=2s/1s",
                                      "stall=/1s",
                                      "split=0",
                                      "split=-1",
                                      "split=1x",
                                      "split=18446744073709551616",
                                      "split=best",
                                      "drip=1",
                                      "drip=0/1ms",
                                      "drip=1/soon",
                                      "refuse=0",
                                      "cut-body=",
                                      "size-more=x",
                                      "certificate=",
                                      "certificate=good",
                                      "truncate=x",
                                      "inject=0",
                                      "close=",
                                      "close=-1",
                                      "close= 1",
                                      "mute=1.5",
                                      "refuse-mail=0",
                                      "refuse-rcpt=x",
                                      "refuse-message=",
                                      "messages-max=0",
                                      "service=const:-1s"}) {
    Faults faults;
    EXPECT_NE(add_fault(text, faults), std::nullopt) << text;
    EXPECT_EQ(faults.transport.delay_ns, 0U) << text;
    EXPECT_EQ(faults.transport.stall_period_ns, 0U) << text;
    EXPECT_EQ(faults.transport.split_octets + faults.transport.drip_octets, 0U) << text;
    EXPECT_FALSE(faults.transport.split_worst) << text;
    EXPECT_EQ(faults.transport.refuse_every + faults.tls.inject_every, 0U) << text;
    EXPECT_EQ(faults.bodies.fault, BodyFault::none) << text;
    EXPECT_EQ(faults.tls.certificate, BadCertificate::none) << text;
    EXPECT_TRUE(faults.given.empty()) << text;
    EXPECT_EQ(faults.replies.fault, ReplyFault::none) << text;
    EXPECT_EQ(faults.service.kind, ServicePlan::Kind::none) << text;
    EXPECT_EQ(faults.smtp.refuse_sender_every + faults.smtp.refuse_recipient_every, 0U) << text;
    EXPECT_EQ(faults.smtp.refuse_message_every + faults.smtp.messages_max, 0U) << text;
  }
}

TEST(Faults, AnUnknownNameIsAnError) {
  Faults faults;
  for (const std::string_view text : {"", "=", "=1", "Close=1", "close =1", "closes=1", "clos=1"}) {
    const auto problem = add_fault(text, faults);
    ASSERT_TRUE(problem) << text;
    EXPECT_NE(problem->find("unknown fault"), std::string::npos) << *problem;
  }
}

TEST(Faults, EachIsInTheHelpOnceWithItsSchemes) {
  const std::string help = fault_help();
  std::set<std::string> lines;
  for (std::size_t at = 0; at < help.size();) {
    const std::size_t end = std::min(help.find('\n', at + 1), help.size());
    EXPECT_TRUE(lines.insert(help.substr(at + 1, end - at - 1)).second);
    at = end;
  }
  EXPECT_EQ(lines.size(), transport_faults().size() + reply_faults().size() + service_faults().size() +
                              tls_faults().size() + upgrade_faults().size() + body_faults().size() +
                              smtp_faults().size() + delivery_faults().size() + mailbox_faults().size());
  EXPECT_TRUE(
      lines.contains("split=N: send at most N bytes at a time; split=worst: cut between CR and LF, and in "
                     "TLS inside records"));
  EXPECT_TRUE(lines.contains("drip=N/T: send at most N bytes in each T, e.g. drip=1/20ms"));
  EXPECT_TRUE(lines.contains("refuse-rcpt=N: smtp, smtps, lmtp: refuse every N-th RCPT"));
}

TEST(Protocols, AreFoundByScheme) {
  for (const Protocol& one : protocols()) EXPECT_EQ(find_protocol(one.scheme), &one);
  for (const std::string_view scheme : {"", "smt", "smtpss", "SMTP", "gopher"}) {
    EXPECT_EQ(find_protocol(scheme), nullptr) << scheme;
  }
}

TEST(Protocols, SessionsOfAServiceShareItsCounts) {
  for (const auto& [scheme, hello] : {std::pair{"smtp", "EHLO x\r\n"}, std::pair{"lmtp", "LHLO x\r\n"}}) {
    const Faults faults;
    const auto service = find_protocol(scheme)->make_service({.faults = faults});
    for (int i = 0; i < 2; ++i) {
      const auto session = service->make_session();
      session->restart();
      const std::string said = hello + std::string("MAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\nhi\r\n.\r\n");
      EXPECT_EQ(session->consume(said), said.size());
    }
    const auto counts = service->counts();
    ASSERT_EQ(counts.front().name, "connections");
    EXPECT_EQ(counts.front().value, 2U);
    ASSERT_EQ(counts[1].name, "messages");
    EXPECT_EQ(counts[1].value, 2U) << scheme;
  }
}

}  // namespace
}  // namespace backtalk::serve
