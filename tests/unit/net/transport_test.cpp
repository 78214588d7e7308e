// SPDX-License-Identifier: Apache-2.0 OR MIT
// What every transport promises, shown on the stand-in that the tests of both engines use.
#include "net/transport.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "loopback/toy_transport.hpp"

namespace backtalk::net {
namespace {

constexpr std::string_view kText = "MAIL FROM:<a@example>\r\nRCPT TO:<b@example>\r\nDATA\r\n";

// Reads until nothing is left, as a driver has to.
std::string read_all(Transport& transport, std::size_t at_once = 5) {
  std::string plain;
  std::vector<char> buffer(at_once);
  while (const std::size_t octets = transport.read(buffer)) plain.append(buffer.data(), octets);
  return plain;
}

struct Pair {
  explicit Pair(ToySide server_side = {.server = true}, ToySide client_side = {})
      : client(std::move(client_side)), server(std::move(server_side)) {
    client.restart();
    server.restart();
  }

  void shake_hands() {
    server.receive(client.output());
    client.receive(server.output());
    ASSERT_TRUE(client.established());
    ASSERT_TRUE(server.established());
  }

  ToyTransport client;
  ToyTransport server;
};

// What the server of a conversation sends on the wire: its hello, a text, and that nothing follows.
std::string wire_of_server(std::string_view text) {
  Pair pair;
  std::string wire;
  pair.server.receive(pair.client.output());
  wire += pair.server.output();
  pair.server.write(text);
  wire += pair.server.output();
  pair.server.close();
  wire += pair.server.output();
  return wire;
}

TEST(Transport, AClientSpeaksFirstAndAServerDoesNot) {
  Pair pair;
  EXPECT_FALSE(pair.client.output().empty());
  EXPECT_TRUE(pair.server.output().empty());
  EXPECT_FALSE(pair.client.established());
}

TEST(Transport, TheHandshakeTakesOneMessageFromEachSide) {
  Pair pair;
  pair.server.receive(pair.client.output());
  EXPECT_TRUE(pair.server.established());
  EXPECT_FALSE(pair.client.established());
  EXPECT_EQ(read_all(pair.client), "");
  pair.client.receive(pair.server.output());
  EXPECT_TRUE(pair.client.established());
  EXPECT_FALSE(pair.client.resumed());
}

// Cut once at each octet, which is within each record's head and content too.
TEST(Transport, PlainTextDoesNotDependOnHowTheWireIsCut) {
  const std::string wire = wire_of_server(kText);
  for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
    ToyTransport client{ToySide{}};
    client.restart();
    std::string plain;
    for (const std::string_view piece :
         {std::string_view(wire).substr(0, cut), std::string_view(wire).substr(cut)}) {
      client.receive(piece);
      plain += read_all(client);
    }
    EXPECT_EQ(plain, kText) << cut;
    EXPECT_TRUE(client.ended()) << cut;
    EXPECT_FALSE(client.failed()) << client.failure();
  }
}

TEST(Transport, PlainTextDoesNotDependOnTheSizeOfTheBuffer) {
  const std::string wire = wire_of_server(kText);
  for (std::size_t room = 1; room <= kText.size() + 1; ++room) {
    ToyTransport client{ToySide{}};
    client.restart();
    client.receive(wire);
    EXPECT_EQ(read_all(client, room), kText) << room;
  }
}

TEST(Transport, ATruncatedStreamDiffersFromOneThatEnded) {
  const std::string wire = wire_of_server(kText);
  for (std::size_t octets = 0; octets <= wire.size(); ++octets) {
    ToyTransport client{ToySide{}};
    client.restart();
    client.receive(std::string_view(wire).substr(0, octets));
    read_all(client);
    client.end_of_stream();
    EXPECT_EQ(client.failure(), octets < wire.size() ? "tls-truncated" : "") << octets;
  }
}

TEST(Transport, AFailureHasAName) {
  Pair pair({.server = true, .name = "somebody else"});
  pair.server.receive(pair.client.output());
  pair.client.receive(pair.server.output());
  EXPECT_TRUE(pair.client.failed());
  EXPECT_FALSE(pair.client.established());
  EXPECT_EQ(pair.client.failure(), "tls-certificate");
  pair.server.receive(pair.client.output());  // it is told why
  EXPECT_EQ(read_all(pair.server), "");
  EXPECT_EQ(pair.server.failure(), "tls-alert");
}

TEST(Transport, PlainTextBeforeAFailureIsReadFirst) {
  Pair pair;
  pair.shake_hands();
  pair.server.write(kText);
  pair.client.receive(std::string(pair.server.output()) + "D\xFF\xFF and no end of it");
  EXPECT_EQ(read_all(pair.client), kText);
  EXPECT_EQ(pair.client.failure(), "tls-record-too-long");
}

// Whatever lengths a peer claims, in the handshake and behind it.
TEST(Transport, HeldMemoryIsBounded) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    Pair pair;
    if (round % 2 == 0) pair.shake_hands();
    for (int i = 0; i < 100; ++i) {
      std::string noise(1 + random() % 300, '\0');
      for (char& octet : noise) octet = static_cast<char>(random());
      if (random() % 2 == 0) noise[0] = "HDCA"[random() % 4];
      if (noise.size() > 1 && random() % 2 == 0) noise[1] = 0;
      pair.client.receive(noise);
      read_all(pair.client);
      ASSERT_LE(pair.client.held(), 2 * ToyTransport::kContentMax);
      static_cast<void>(pair.client.output());
    }
  }
}

TEST(Transport, OutputStaysValidWhileItIsSent) {
  Pair pair;
  pair.shake_hands();
  pair.client.write(kText);
  const std::string_view first = pair.client.output();
  const std::string copy(first);
  pair.client.write(std::string(1000, 'x'));
  pair.client.receive("D");
  pair.client.close();
  EXPECT_EQ(first, copy);
  EXPECT_FALSE(pair.client.output().empty());
}

TEST(Transport, ARestartForgetsTheConnectionBefore) {
  Pair pair;
  pair.shake_hands();
  pair.client.write("lost");
  pair.client.restart();
  pair.server.restart();
  EXPECT_FALSE(pair.client.established());
  pair.shake_hands();
  pair.client.write(kText);
  pair.server.receive(pair.client.output());
  EXPECT_EQ(read_all(pair.server), kText);
}

TEST(Transport, ReportsResumption) {
  Pair pair({.server = true, .resumes = true});
  pair.shake_hands();
  EXPECT_TRUE(pair.client.resumed());
  EXPECT_TRUE(pair.server.resumed());
}

}  // namespace
}  // namespace backtalk::net
