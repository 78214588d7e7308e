// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/endpoint.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include "urls.hpp"

namespace backtalk::net {
namespace {

// Numeric addresses need no name server.
Endpoint at(std::string_view url) {
  auto found = resolve(read(url));
  if (const auto* problem = std::get_if<std::string>(&found)) {
    ADD_FAILURE() << *problem;
    return {};
  }
  return std::get<Endpoint>(found);
}

std::string problem_with(std::string_view url) {
  const auto found = resolve(read(url));
  const auto* problem = std::get_if<std::string>(&found);
  return problem == nullptr ? "" : *problem;
}

TEST(Endpoint, IsShownAsItIsWritten) {
  for (const std::string text : {"127.0.0.1", "10.1.2.3"})
    EXPECT_EQ(at("smtp://" + text + ":25").text(), text);
  for (const std::string text : {"::1", "2001:db8::1", "::1%lo"})
    EXPECT_EQ(at("smtp://[" + text + "]:25").text(), text);
  EXPECT_EQ(at("smtp+unix:/run/sink").text(), "/run/sink");
  EXPECT_EQ(Endpoint().text(), "");
}

TEST(Endpoint, IsEqualToAnotherOfTheSameAddressAndPort) {
  EXPECT_EQ(at("smtp://127.0.0.1:25"), at("imap://127.0.0.1:25"));
  EXPECT_NE(at("smtp://127.0.0.1:25"), at("smtp://127.0.0.1:26"));
  EXPECT_NE(at("smtp://127.0.0.1:25"), at("smtp://127.0.0.2:25"));
  EXPECT_NE(at("smtp://127.0.0.1:25"), at("smtp://[::1]:25"));
}

// Whatever the machine has for it: each once, and the first is what `resolve` returns.
TEST(Endpoint, AllAddressesOfANameAreFound) {
  const auto found = resolve_all(read("smtp://localhost:25"));
  ASSERT_TRUE(std::holds_alternative<std::vector<Endpoint>>(found));
  const auto& all = std::get<std::vector<Endpoint>>(found);
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.front(), at("smtp://localhost:25"));
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_TRUE(all[i].is_near());
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(all[i], all[j]);
  }
}

TEST(Endpoint, LoopbackHasASource) {
  EXPECT_TRUE(at("smtp://127.0.0.1:25").has_source());
  EXPECT_TRUE(at("smtp+unix:/tmp/none").has_source());
}

TEST(Endpoint, LoopbackPrivateAddressesAndUnixSocketsAreNear) {
  for (const std::string_view host :
       {"127.0.0.1", "127.255.255.254", "10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255",
        "192.168.0.1", "192.168.255.255", "[::1]", "[fc00::1]", "[fdff:ffff::1]", "[::ffff:127.0.0.1]",
        "[::ffff:10.1.2.3]", "[::ffff:192.168.1.1]"}) {
    EXPECT_TRUE(at("smtp://" + std::string(host) + ":25").is_near()) << host;
  }
  EXPECT_TRUE(at("smtp+unix:/run/sink").is_near());
}

TEST(Endpoint, OtherAddressesAreNotNear) {
  for (const std::string_view host : {"0.0.0.0",
                                      "8.8.8.8",
                                      "9.255.255.255",
                                      "11.0.0.0",
                                      "126.255.255.255",
                                      "128.0.0.1",
                                      "172.15.255.255",
                                      "172.32.0.0",
                                      "192.167.255.255",
                                      "192.169.0.0",
                                      "100.64.0.1",
                                      "224.0.0.1",
                                      "255.255.255.255",
                                      "[::]",
                                      "[::2]",
                                      "[2001:db8::1]",
                                      "[fbff::1]",
                                      "[fe00::1]",
                                      "[ff02::1]",
                                      "[::ffff:8.8.8.8]",
                                      "[::ffff:0.0.0.0]",
                                      "[::127.0.0.1]",
                                      "[64:ff9b::10.0.0.1]",
                                      "[2002:a00:1::1]"}) {
    EXPECT_FALSE(at("smtp://" + std::string(host) + ":25").is_near()) << host;
  }
}

// The metadata services of clouds, which hand out credentials.
TEST(Endpoint, LinkLocalAddressesAreNotNear) {
  for (const std::string_view host :
       {"169.254.169.254", "169.254.0.1", "169.254.255.255", "[fe80::1]", "[fe80::a9fe:a9fe]", "[febf::1]",
        "[fe80::1%lo]", "[::ffff:169.254.169.254]"}) {
    EXPECT_FALSE(at("smtp://" + std::string(host) + ":25").is_near()) << host;
  }
}

// RFC 6874 has "%25" before the zone; "%" alone is what everybody types.
TEST(Endpoint, AZoneIsReadInBothNotations) {
  for (const std::string_view text : {"smtp://[::1%lo]:25", "smtp://[::1%25lo]:25"}) {
    EXPECT_EQ(read(text).host, "::1%lo");
    EXPECT_EQ(read(text).text(), "smtp://[::1%25lo]:25");
    const Endpoint endpoint = at(text);
    EXPECT_TRUE(endpoint.is_near());
    EXPECT_EQ(endpoint.port(), 25);
    EXPECT_NE(reinterpret_cast<const sockaddr_in6*>(endpoint.get())->sin6_scope_id, 0U);
  }
}

TEST(Endpoint, AnUnknownZoneIsAnError) {
  EXPECT_NE(problem_with("smtp://[::1%none]:25").find("no network interface `none`"), std::string::npos);
  EXPECT_NE(problem_with("smtp://[::1%]:25").find("no network interface ``"), std::string::npos);
  EXPECT_NE(problem_with("smtp://[127.0.0.1%lo]:25").find("IPv6"), std::string::npos);
  EXPECT_NE(problem_with("smtp://127.0.0.1%lo:25").find("IPv6"), std::string::npos);
}

}  // namespace
}  // namespace backtalk::net
