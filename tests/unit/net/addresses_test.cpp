// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/addresses.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "urls.hpp"

namespace backtalk::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> texts_of(std::string_view url, const std::vector<std::string>& given) {
  const auto found = addresses_of(read(url), given);
  if (const auto* problem = std::get_if<std::string>(&found)) return {*problem};
  std::vector<std::string> texts;
  for (const Endpoint& one : std::get<std::vector<Endpoint>>(found)) {
    EXPECT_EQ(one.port(), read(url).port);
    texts.push_back(one.text());
  }
  return texts;
}

TEST(Addresses, OfAHostThatIsAnAddressThereIsOne) {
  EXPECT_THAT(texts_of("smtp://127.0.0.1:25", {}), ElementsAre("127.0.0.1"));
  EXPECT_THAT(texts_of("smtp://[::1]:25", {}), ElementsAre("::1"));
  EXPECT_THAT(texts_of("smtp+unix:/run/sink", {}), ElementsAre("/run/sink"));
}

// No name server has this name (RFC 6761 6.4).
TEST(Addresses, ThoseThatAreGivenStandInPlaceOfTheHosts) {
  EXPECT_THAT(texts_of("smtp://mail.invalid:25", {"127.0.0.2", "[::1]", "::1%lo", "127.0.0.1"}),
              ElementsAre("127.0.0.2", "::1", "::1%lo", "127.0.0.1"));
  EXPECT_THAT(texts_of("smtp://127.0.0.1:25", {"127.0.0.2", "127.0.0.2", "[::1]", "0:0::1"}),
              ElementsAre("127.0.0.2", "::1"));
}

TEST(Addresses, MappedIntoIpv6TheyAreThoseOfIpv4) {
  EXPECT_THAT(texts_of("smtp://[::ffff:127.0.0.1]:25", {}), ElementsAre("127.0.0.1"));
  EXPECT_THAT(texts_of("smtp://mail.invalid:25", {"::ffff:127.0.0.2", "127.0.0.2", "[::FFFF:7f00:1]"}),
              ElementsAre("127.0.0.2", "127.0.0.1"));
  const auto read = read_address("::ffff:127.0.0.2", 25);
  EXPECT_EQ(std::get<Endpoint>(read).family(), AF_INET);
  EXPECT_EQ(std::get<Endpoint>(read), std::get<Endpoint>(read_address("127.0.0.2", 25)));
  EXPECT_FALSE(std::get<Endpoint>(read_address("::ffff:192.0.2.1", 25)).is_near());
}

TEST(Addresses, WhatIsNoAddressIsRefused) {
  for (const std::string text :
       {"", "localhost", "127.0.0.1:25", "[::1]:25", "127.0.0", "127.1", "[]", "::1%"})
    EXPECT_THAT(texts_of("smtp://127.0.0.1:25", {text}), ElementsAre(HasSubstr("`" + text))) << text;
  EXPECT_THAT(texts_of("smtp://mail.invalid:25", {"127.0.0.1:25"}),
              ElementsAre("--address `127.0.0.1:25`: expected an IPv4 or IPv6 address, without a port"));
  EXPECT_THAT(texts_of("smtp+unix:/run/sink", {"127.0.0.1"}),
              ElementsAre("--address has no effect with a Unix socket"));
}

}  // namespace
}  // namespace backtalk::net
