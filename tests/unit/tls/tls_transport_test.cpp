// SPDX-License-Identifier: Apache-2.0 OR MIT
// TLS over memory: both sides are this project's, and the wire is a string.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>

#include "tls/failures.hpp"
#include "tls/handles.hpp"
#include "tls_pair.hpp"

namespace backtalk::tls {
namespace {

constexpr std::string_view kText = "MAIL FROM:<a@example>\r\nRCPT TO:<b@example>\r\nDATA\r\n";

// Handshake

TEST(TlsTransport, AClientSpeaksFirst) {
  TlsPair pair = Trusting().pair();
  EXPECT_TRUE(pair.server->output().empty());
  EXPECT_FALSE(pair.client->output().empty());
  EXPECT_FALSE(pair.client->established());
}

TEST(TlsTransport, BothSidesAreEstablishedAndReadWhatTheOtherWrites) {
  TlsPair pair = Trusting().pair();
  pair.shake_hands();
  ASSERT_TRUE(pair.client->established()) << pair.client->failure();
  ASSERT_TRUE(pair.server->established()) << pair.server->failure();
  pair.client->write(kText);
  EXPECT_EQ(TlsPair::pass(*pair.client, *pair.server), kText);
  pair.server->write("250 Ok\r\n");
  EXPECT_EQ(TlsPair::pass(*pair.server, *pair.client), "250 Ok\r\n");
}

TEST(TlsTransport, TheWireMayBeCutAnywhere) {
  const Trusting trusting;
  for (const std::size_t piece : {1U, 2U, 3U, 5U, 7U, 64U, 1000U}) {
    TlsPair pair = trusting.pair();
    pair.shake_hands(piece);
    ASSERT_TRUE(pair.server->established()) << piece << ' ' << pair.server->failure();
    pair.client->write(kText);
    EXPECT_EQ(TlsPair::pass(*pair.client, *pair.server, piece), kText) << piece;
    pair.client->close();
    TlsPair::pass(*pair.client, *pair.server, piece);
    EXPECT_TRUE(pair.server->ended()) << piece;
    EXPECT_FALSE(pair.server->failed()) << piece;
  }
}

TEST(TlsTransport, APlainTextOfManyRecordsIsReadWhole) {
  TlsPair pair = Trusting().pair();
  pair.shake_hands();
  std::string text;
  while (text.size() < net::Transport::kWriteMax) text += kText;
  text.resize(net::Transport::kWriteMax);
  pair.client->write(text);
  EXPECT_EQ(TlsPair::pass(*pair.client, *pair.server, 777), text);
}

TEST(TlsTransport, WhatTheServerSaysAtOnceIsReadBehindTheHandshake) {
  TlsPair pair = Trusting().pair();
  TlsPair::pass(*pair.client, *pair.server);
  TlsPair::pass(*pair.server, *pair.client);
  ASSERT_TRUE(pair.client->established());
  TlsPair::pass(*pair.client, *pair.server);
  ASSERT_TRUE(pair.server->established());
  pair.server->write("220 ready\r\n");
  EXPECT_EQ(TlsPair::pass(*pair.server, *pair.client), "220 ready\r\n");
}

TEST(TlsTransport, IsUsedForOneConnectionAfterAnother) {
  TlsPair pair = Trusting().pair();
  for (int connection = 0; connection < 3; ++connection) {
    pair.restart();
    pair.shake_hands();
    ASSERT_TRUE(pair.client->established() && pair.server->established()) << connection;
    pair.client->write("QUIT\r\n");
    EXPECT_EQ(TlsPair::pass(*pair.client, *pair.server), "QUIT\r\n");
  }
}

// End

TEST(TlsTransport, ToldThatNothingFollowsItHasEndedAndNotFailed) {
  TlsPair pair = Trusting().pair();
  pair.shake_hands();
  pair.server->write("221 Bye\r\n");
  pair.server->close();
  EXPECT_EQ(TlsPair::pass(*pair.server, *pair.client), "221 Bye\r\n");
  EXPECT_TRUE(pair.client->ended());
  pair.client->end_of_stream();
  EXPECT_FALSE(pair.client->failed());
}

TEST(TlsTransport, AStreamThatStopsWithoutCloseNotifyIsTruncated) {
  TlsPair pair = Trusting().pair();
  pair.shake_hands();
  pair.server->write("221 Bye\r\n");
  std::string wire(pair.server->output());
  wire.pop_back();
  pair.client->receive(wire);
  EXPECT_EQ(read_all(*pair.client), "");
  pair.client->end_of_stream();
  EXPECT_EQ(pair.client->failure(), kTruncated);
}

TEST(TlsTransport, AHandshakeThatStopsIsTruncated) {
  TlsPair pair = Trusting().pair();
  pair.client->end_of_stream();
  EXPECT_EQ(pair.client->failure(), kTruncated);
  EXPECT_FALSE(pair.client->established());
}

// Verification of the server

std::string_view failure_of_client(const Trusting& trusting) {
  TlsPair pair = trusting.pair();
  pair.shake_hands();
  EXPECT_EQ(pair.client->established(), pair.client->failure().empty());
  return pair.client->failure();
}

TEST(TlsVerification, TheNameMayBeAnAddress) {
  for (const char* name : {"localhost", "127.0.0.1", "::1"}) {
    Trusting trusting;
    trusting.client.server_name = name;
    EXPECT_EQ(failure_of_client(trusting), "") << name;
  }
}

TEST(TlsVerification, AnotherNameOrAddressFails) {
  for (const char* name : {"mail.example", "localhost.example", "127.0.0.2", "::2"}) {
    Trusting trusting;
    trusting.client.server_name = name;
    EXPECT_EQ(failure_of_client(trusting), kWrongName) << name;
  }
}

TEST(TlsVerification, AWildcardStandsForOneLabel) {
  Trusting trusting({.names = {"*.example.org"}});
  trusting.client.server_name = "mail.example.org";
  EXPECT_EQ(failure_of_client(trusting), "");
  trusting.client.server_name = "a.mail.example.org";
  EXPECT_EQ(failure_of_client(trusting), kWrongName);
}

TEST(TlsVerification, AnExpiredCertificateFailsAndOneOfTomorrow) {
  EXPECT_EQ(failure_of_client(Trusting({.begins_s = -7200, .ends_s = -3600})), kExpired);
  EXPECT_EQ(failure_of_client(Trusting({.begins_s = 3600, .ends_s = 7200})), kExpired);
}

TEST(TlsVerification, AnIssuerThatIsNotTrustedFails) {
  Trusting trusting;
  trusting.client.authorities_file = trusting.files.write("other.pem", make_certificate().certificate);
  EXPECT_EQ(failure_of_client(trusting), kUnknownIssuer);
}

TEST(TlsVerification, WithoutItAnythingIsTaken) {
  Trusting trusting({.names = {"elsewhere.example"}, .begins_s = -7200, .ends_s = -3600});
  trusting.client.authorities_file = trusting.files.write("other.pem", make_certificate().certificate);
  trusting.client.verify = false;
  EXPECT_EQ(failure_of_client(trusting), "");
}

TEST(TlsVerification, TheServerLearnsThatItWasRefused) {
  Trusting trusting;
  trusting.client.server_name = "mail.example";
  TlsPair pair = trusting.pair();
  pair.shake_hands();
  EXPECT_EQ(pair.server->failure(), kClientCertificate) << "the alert does not say whose it was";
}

// Verification of the client

TEST(TlsClientCertificate, IsAskedForAndVerified) {
  Trusting trusting;
  const OwnCertificate of_client = make_certificate({.names = {"client.example"}});
  trusting.server.authorities_file = trusting.files.write("clients.pem", of_client.certificate);
  {
    TlsPair pair = trusting.pair();
    pair.shake_hands();
    EXPECT_EQ(pair.server->failure(), kCertificate);
    EXPECT_EQ(pair.client->failure(), kClientCertificate);
  }
  trusting.client.certificate_file = trusting.files.write("client.pem", of_client.with_key);
  {
    TlsPair pair = trusting.pair();
    pair.shake_hands();
    EXPECT_TRUE(pair.server->established()) << pair.server->failure();
  }
  trusting.client.certificate_file = trusting.files.write("other.pem", make_certificate().with_key);
  {
    TlsPair pair = trusting.pair();
    pair.shake_hands();
    EXPECT_EQ(pair.server->failure(), kUnknownIssuer);
  }
}

// Versions and protocols

TEST(TlsVersions, OneInCommonIsUsedAndNoneIsAFailure) {
  for (const Version version : {Version::tls_1_2, Version::tls_1_3}) {
    Trusting trusting;
    trusting.client.version = version;
    EXPECT_EQ(failure_of_client(trusting), "");
    trusting.server.version = version == Version::tls_1_2 ? Version::tls_1_3 : Version::tls_1_2;
    TlsPair pair = trusting.pair();
    pair.shake_hands();
    EXPECT_EQ(pair.client->failure(), kVersion);
    EXPECT_EQ(pair.server->failure(), kVersion);
  }
}

TEST(TlsProtocols, TheServersFirstThatTheClientOffersIsUsedAndNoneIsAFailure) {
  Trusting trusting;
  trusting.server.protocols = {"imap", "http/1.1"};
  trusting.client.protocols = {"http/1.1"};
  EXPECT_EQ(failure_of_client(trusting), "");
  trusting.client.protocols = {"h2"};
  TlsPair pair = trusting.pair();
  pair.shake_hands();
  EXPECT_EQ(pair.server->failure(), kCipher);
  EXPECT_EQ(pair.client->failure(), kAlert);
}

TEST(TlsVersions, TheFirstHandshakeTellsWhatWasAgreedOn) {
  Trusting trusting;
  trusting.client.version = Version::tls_1_2;
  const auto made = client_transport(trusting.client, net::TransportStart::at_once);
  const auto& transport = std::get<ClientTransport>(made);
  EXPECT_FALSE(transport.negotiated());
  TlsPair pair(transport.plan, plan_of(trusting.server));
  pair.shake_hands();
  ASSERT_TRUE(transport.negotiated());
  EXPECT_EQ(transport.negotiated()->version, "TLSv1.2");
  EXPECT_TRUE(transport.negotiated()->cipher.starts_with("ECDHE-ECDSA-")) << transport.negotiated()->cipher;
}

// Resumption

TEST(TlsResumption, TheShareOfHandshakesIsResumedInBothVersions) {
  for (const Version version : {Version::tls_1_2, Version::tls_1_3}) {
    Trusting trusting;
    trusting.client.version = version;
    trusting.client.resume = 0.7;
    TlsPair pair = trusting.pair();
    int resumed = 0;
    for (int connection = 0; connection < 20; ++connection) {
      pair.restart();
      pair.shake_hands();
      ASSERT_TRUE(pair.client->established()) << pair.client->failure();
      EXPECT_EQ(pair.client->resumed(), pair.server->resumed());
      resumed += pair.client->resumed() ? 1 : 0;
      pair.client->close();
    }
    EXPECT_NEAR(resumed, 14, 1);
  }
}

TEST(TlsResumption, AServerThatHandsOutNothingIsAskedInFull) {
  Trusting trusting;
  trusting.server.resumption = false;
  trusting.client.resume = 1;
  TlsPair pair = trusting.pair();
  for (int connection = 0; connection < 3; ++connection) {
    pair.restart();
    pair.shake_hands();
    EXPECT_TRUE(pair.client->established());
    EXPECT_FALSE(pair.client->resumed());
  }
}

TEST(TlsResumption, ACertificateIsVerifiedBeforeASessionIsKept) {
  Trusting trusting;
  trusting.client.resume = 1;
  trusting.client.server_name = "mail.example";
  TlsPair pair = trusting.pair();
  for (int connection = 0; connection < 3; ++connection) {
    pair.restart();
    pair.shake_hands();
    EXPECT_EQ(pair.client->failure(), kWrongName);
  }
}

// Writing

// The server's tickets come behind the handshake. While one is half there, OpenSSL would not take
// what is to be written.
TEST(TlsWriting, WaitsWhileAMessageOfTheHandshakeIsHalfThere) {
  Trusting trusting;
  trusting.client.resume = 1;
  TlsPair pair = trusting.pair();
  TlsPair::pass(*pair.client, *pair.server);
  TlsPair::pass(*pair.server, *pair.client);
  ASSERT_TRUE(pair.client->established());
  TlsPair::pass(*pair.client, *pair.server);
  ASSERT_TRUE(pair.server->established());
  const std::string tickets(pair.server->output());
  ASSERT_FALSE(tickets.empty());
  std::string received;
  for (std::size_t at = 0; at < tickets.size(); ++at) {
    pair.client->receive(std::string_view(tickets).substr(at, 1));
    EXPECT_EQ(read_all(*pair.client), "");
    if (!pair.client->can_write()) continue;
    pair.client->write("NOOP\r\n");
    ASSERT_FALSE(pair.client->failed());
    received += TlsPair::pass(*pair.client, *pair.server);
  }
  EXPECT_EQ(received.size() % 6, 0U);
  EXPECT_GE(received.size(), 6U);
}

// A hostile peer

TEST(TlsHostilePeer, ClearTextIsNoTls) {
  TlsPair pair = Trusting().pair();
  pair.client->receive("220 mail.example ESMTP\r\n");
  EXPECT_EQ(pair.client->failure(), kBadRecord);
  pair.server->receive("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(pair.server->failure(), kBadRecord);
}

TEST(TlsHostilePeer, AChangedRecordIsRefusedAndNothingBehindItIsRead) {
  TlsPair pair = Trusting().pair();
  pair.shake_hands();
  pair.client->write("NOOP\r\n");
  std::string wire(pair.client->output());
  wire.back() = static_cast<char>(wire.back() ^ 1);
  pair.server->receive(wire);
  EXPECT_EQ(read_all(*pair.server), "");
  EXPECT_EQ(pair.server->failure(), kBadRecord);
  pair.client->write("NOOP\r\n");
  EXPECT_EQ(TlsPair::pass(*pair.client, *pair.server), "");
}

TEST(TlsHostilePeer, OctetsBehindCloseNotifyAreNotRead) {
  TlsPair pair = Trusting().pair();
  pair.shake_hands();
  pair.server->write("221 Bye\r\n");
  pair.server->close();
  std::string wire(pair.server->output());
  wire += wire;
  pair.client->receive(wire);
  EXPECT_EQ(read_all(*pair.client), "221 Bye\r\n");
  EXPECT_TRUE(pair.client->ended());
  pair.client->receive(wire);
  EXPECT_EQ(read_all(*pair.client), "");
}

TEST(TlsHostilePeer, AnythingChangedInAHandshakeFailsOrLeavesItAsItIs) {
  const Trusting trusting;
  std::mt19937_64 random(20'260'301);
  for (int trial = 0; trial < 300; ++trial) {
    TlsPair pair = trusting.pair();
    for (int turn = 0; turn < 3; ++turn) {
      net::Transport& from = turn % 2 == 0 ? *pair.client : *pair.server;
      net::Transport& to = turn % 2 == 0 ? *pair.server : *pair.client;
      std::string wire(from.output());
      if (wire.empty()) break;
      if (random() % 3 == 0) {
        const std::size_t at = static_cast<std::size_t>(random() % wire.size());
        wire[at] = static_cast<char>(wire[at] ^ static_cast<char>(1U << (random() % 8)));
      }
      if (random() % 8 == 0) wire.resize(static_cast<std::size_t>(random() % wire.size()));
      to.receive(wire);
      EXPECT_EQ(read_all(to), "");
    }
    pair.client->end_of_stream();
    pair.server->end_of_stream();
    EXPECT_TRUE(pair.client->failed());
    EXPECT_TRUE(pair.server->failed());
  }
}

// A client that updates its keys again and again, and asks the server to do so too (RFC 8446
// 4.6.3), but reads nothing.
TEST(TlsHostilePeer, WhatIsQueuedForAPeerThatDoesNotReadIsBounded) {
  const Trusting trusting;
  const auto server = plan_of(trusting.server).make();
  server->restart();
  const Context context(SSL_CTX_new(TLS_client_method()));
  const Connection client(SSL_new(context.get()));
  BIO* to_client = BIO_new(BIO_s_mem());
  BIO* to_server = BIO_new(BIO_s_mem());
  SSL_set_bio(client.get(), to_client, to_server);
  SSL_set_connect_state(client.get());
  const auto sent_by_client = [&] {
    std::string wire(100'000, '\0');
    const int octets = BIO_read(to_server, wire.data(), static_cast<int>(wire.size()));
    wire.resize(octets > 0 ? static_cast<std::size_t>(octets) : 0);
    return wire;
  };
  for (int turn = 0; turn < 3; ++turn) {
    SSL_do_handshake(client.get());
    const std::string said = sent_by_client();
    server->receive(said);
    read_all(*server);
    const std::string wire(server->output());
    BIO_write(to_client, wire.data(), static_cast<int>(wire.size()));
  }
  ASSERT_TRUE(server->established());
  for (int update = 0; update < 5000 && !server->failed(); ++update) {
    ASSERT_EQ(SSL_key_update(client.get(), SSL_KEY_UPDATE_REQUESTED), 1);
    ASSERT_EQ(SSL_do_handshake(client.get()), 1);
    const std::string said = sent_by_client();
    server->receive(said);
    EXPECT_EQ(read_all(*server), "");
  }
  EXPECT_LE(server->output().size(), net::Transport::kUnsentMax);
}

// Settings

TEST(TlsSettings, AFileThatCannotBeReadIsNamed) {
  const TemporaryFiles files;
  const auto problem_of = [](auto made) { return std::get<std::string>(std::move(made)); };
  const auto start = net::TransportStart::at_once;
  EXPECT_EQ(problem_of(client_transport({.authorities_file = "/nowhere/ca.pem"}, start)),
            "cannot read the trusted certificates /nowhere/ca.pem: No such file or directory");
  EXPECT_EQ(problem_of(server_transport({.certificate_file = "/nowhere/cert.pem"}, start)),
            "cannot read the certificate /nowhere/cert.pem: No such file or directory");
  const std::string certificate = files.write("one.pem", make_certificate().certificate);
  const std::string key = files.write("two.pem", make_certificate().with_key);
  EXPECT_EQ(problem_of(server_transport({.certificate_file = certificate, .key_file = key}, start)),
            "the key " + key + " does not belong to the certificate " + certificate);
  EXPECT_EQ(problem_of(client_transport({.protocols = {""}}, start)),
            "the name of an ALPN protocol has 1 to 255 octets");
}

}  // namespace
}  // namespace backtalk::tls
