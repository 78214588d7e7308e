// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/source_addresses.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <set>
#include <utility>

#include "urls.hpp"

namespace backtalk::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SourceAddresses sources(const std::vector<std::string>& texts) {
  auto read = SourceAddresses::read(texts);
  if (const auto* problem = std::get_if<std::string>(&read)) {
    ADD_FAILURE() << *problem;
    return {};
  }
  return std::get<SourceAddresses>(std::move(read));
}

std::vector<std::string> texts_of(const SourceAddresses& sources) {
  std::vector<std::string> texts;
  for (const Endpoint& one : sources.all()) texts.push_back(one.text());
  return texts;
}

std::string refusal_of(const std::string& text) {
  const std::vector<std::string> texts{text};
  const auto read = SourceAddresses::read(texts);
  const auto* const problem = std::get_if<std::string>(&read);
  return problem == nullptr ? "" : *problem;
}

TEST(SourceAddresses, APartIsABlockAndOnlyThatIsToBeOfThisMachine) {
  // 192.0.2.0/24 is of no machine.
  const std::vector<std::string> texts{"127.0.1.0/30", "192.0.2.1", "127.0.0.9"};
  EXPECT_EQ(std::get<std::uint64_t>(SourceAddresses::count_all(texts)), 4U);
  const auto part = SourceAddresses::read_part(texts, 1, 1);
  ASSERT_TRUE(std::holds_alternative<SourceAddresses>(part));
  EXPECT_THAT(texts_of(std::get<SourceAddresses>(part)), ElementsAre("127.0.1.2"));
  EXPECT_THAT(std::get<std::string>(SourceAddresses::read_part(texts, 1, 2)),
              HasSubstr("no address 192.0.2.1"));
}

TEST(SourceAddresses, AnAddressStandsForItselfAndANetworkForItsHosts) {
  EXPECT_TRUE(sources({}).empty());
  EXPECT_THAT(texts_of(sources({"127.0.0.2", "127.0.0.9", "127.0.0.2"})),
              ElementsAre("127.0.0.2", "127.0.0.9"));
  EXPECT_THAT(texts_of(sources({"127.0.1.5/30"})), ElementsAre("127.0.1.5", "127.0.1.6"));
  EXPECT_THAT(texts_of(sources({"127.0.1.4/31"})), ElementsAre("127.0.1.4", "127.0.1.5"));
  EXPECT_THAT(texts_of(sources({"127.0.1.4/32"})), ElementsAre("127.0.1.4"));
  EXPECT_EQ(sources({"127.0.1.0/28"}).all().size(), 14U);
}

TEST(SourceAddresses, ALargeNetworkHasAllOfItsHosts) {
  const auto texts = texts_of(sources({"127.9.4.0/22"}));
  ASSERT_EQ(texts.size(), 1022U);
  EXPECT_EQ(texts.front(), "127.9.4.1");
  EXPECT_EQ(texts[254], "127.9.4.255");
  EXPECT_EQ(texts[255], "127.9.5.0");
  EXPECT_EQ(texts.back(), "127.9.7.254");
}

TEST(SourceAddresses, ThoseOfAFamilyTakeTurns) {
  const SourceAddresses some = sources({"127.0.0.2", "127.0.0.3"});
  EXPECT_TRUE(some.has(AF_INET));
  EXPECT_FALSE(some.has(AF_INET6));
  EXPECT_EQ(some.at_turn(AF_INET, 0, 1), 0U);
  EXPECT_EQ(some.at_turn(AF_INET, 1, 1), 1U);
  EXPECT_EQ(some.at_turn(AF_INET, 1'000'000'000'002, 1), 0U);
}

TEST(SourceAddresses, ThoseOfAFamilyTakeTurnsWithEachEndpoint) {
  for (std::uint64_t count = 1; count <= 6; ++count) {
    std::vector<std::string> texts;
    for (std::uint64_t i = 1; i <= count; ++i) texts.push_back("127.0.0." + std::to_string(i));
    const SourceAddresses some = sources(texts);
    for (std::uint64_t endpoints = 1; endpoints <= 6; ++endpoints) {
      std::set<std::uint32_t> first;
      std::set<std::pair<std::uint64_t, std::uint32_t>> pairs;
      for (std::uint64_t opening = 0; opening < endpoints * count; ++opening) {
        const std::uint32_t from = some.at_turn(AF_INET, opening, endpoints);
        if (opening < count) first.insert(from);
        pairs.emplace(opening % endpoints, from);
      }
      EXPECT_EQ(first.size(), count) << "none has a second turn before all had one, of " << endpoints;
      EXPECT_EQ(pairs.size(), endpoints * count) << "each source once with each of " << endpoints;
    }
  }
}

TEST(SourceAddresses, MappedIntoIpv6TheyAreThoseOfIpv4) {
  const SourceAddresses some = sources({"::ffff:127.0.0.2", "127.0.0.2"});
  EXPECT_THAT(texts_of(some), ElementsAre("127.0.0.2"));
  EXPECT_TRUE(some.has(AF_INET));
  EXPECT_THAT(texts_of(sources({"::ffff:127.0.1.4/126"})), ElementsAre("127.0.1.5", "127.0.1.6"));
  EXPECT_THAT(refusal_of("::ffff:127.0.1.4/28"), HasSubstr("/118 or longer"));
}

TEST(SourceAddresses, TheAddressThatStandsForAnyIsRefused) {
  for (const std::string text : {"0.0.0.0", "0.0.0.0/32", "::", "[::]", "::/128", "::ffff:0.0.0.0"})
    EXPECT_THAT(refusal_of(text), HasSubstr("stands for any address: name one of this machine")) << text;
}

TEST(SourceAddresses, WhatCannotBeOneIsRefused) {
  EXPECT_THAT(refusal_of("home"), HasSubstr("--source `home`: expected an IPv4 or IPv6 address"));
  EXPECT_THAT(refusal_of("192.0.2.1"), HasSubstr("this machine has no address 192.0.2.1"));
  EXPECT_THAT(refusal_of("127.0.0.0/21"), HasSubstr("at most 1024 addresses: /22 or longer"));
  EXPECT_THAT(refusal_of("::1/64"), HasSubstr("/118 or longer"));
  for (const std::string bits : {"", "33", "x", "-1", "30 ", "99999999999"})
    EXPECT_THAT(refusal_of("127.0.0.0/" + bits), HasSubstr("length of the prefix is 0 to 32")) << bits;
  EXPECT_THAT(refusal_of("127.0.0.2"), IsEmpty());
}

// With a port already, two connections could not have the same, whoever they are to.
TEST(SourceAddresses, BindingChoosesNoPort) {
  const SourceAddresses some = sources({"127.0.0.2"});
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_GE(descriptor, 0);
  EXPECT_EQ(bind_source(descriptor, some.all().front()), 0);
  Endpoint bound;
  bound.octets = sizeof bound.address;
  ASSERT_EQ(getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound.address), &bound.octets), 0);
  EXPECT_EQ(bound.text(), "127.0.0.2");
  EXPECT_EQ(bound.port(), 0);
  ::close(descriptor);
}

TEST(SourceAddresses, ANetworkThatIsNotThereCannotBeBound) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_GE(descriptor, 0);
  EXPECT_EQ(bind_source(descriptor, std::get<Endpoint>(resolve(read("smtp://192.0.2.1:0")))), EADDRNOTAVAIL);
  ::close(descriptor);
}

}  // namespace
}  // namespace backtalk::net
