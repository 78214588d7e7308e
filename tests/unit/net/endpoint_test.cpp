// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/endpoint.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>

namespace backtalk::net {
namespace {

Url read(std::string_view text) {
  auto url = read_url(text);
  if (const auto* problem = std::get_if<std::string>(&url)) {
    ADD_FAILURE() << *problem;
    return {};
  }
  return std::get<Url>(url);
}

// Addresses in figures are asked of nobody.
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

TEST(Endpoint, LoopbackPrivateAddressesAndUnixSocketsAreNear) {
  for (const std::string_view host :
       {"127.0.0.1", "127.255.255.254", "10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255",
        "192.168.0.1", "192.168.255.255", "[::1]", "[fc00::1]", "[fdff:ffff::1]", "[::ffff:127.0.0.1]",
        "[::ffff:10.1.2.3]", "[::ffff:192.168.1.1]"}) {
    EXPECT_TRUE(at("smtp://" + std::string(host) + ":25").is_near()) << host;
  }
  EXPECT_TRUE(at("smtp+unix:/run/sink").is_near());
}

TEST(Endpoint, NothingElseIs) {
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

TEST(Url, IsReadInParts) {
  const Url url = read("SMTP://mail.example:2525/");
  EXPECT_EQ(url.scheme, "smtp");
  EXPECT_EQ(url.host, "mail.example");
  EXPECT_EQ(url.port, 2525);
  EXPECT_TRUE(url.port_given);
  EXPECT_EQ(url.path, "/");
  EXPECT_FALSE(read("smtp://mail.example").port_given);
  EXPECT_EQ(read("lmtp+unix:/run/sink").path, "/run/sink");
}

TEST(Url, WhatIsWrongWithItIsSaid) {
  for (const std::string_view text :
       {"127.0.0.1", "smtp:127.0.0.1:25", "smtp://", "smtp://:25", "smtp://[::1:25", "smtp://[]:25",
        "smtp://[::1]25", "smtp://here:", "smtp://here:65536", "smtp://here:25x", "smtp+unix:"}) {
    const auto url = read_url(text);
    const auto* problem = std::get_if<std::string>(&url);
    ASSERT_NE(problem, nullptr) << text;
    EXPECT_NE(problem->find(text), std::string::npos) << *problem;
  }
}

// RFC 6874 has "%25" before the zone; "%" alone is what everybody types.
TEST(Url, AZoneIsReadInBothNotations) {
  for (const std::string_view text : {"smtp://[::1%lo]:25", "smtp://[::1%25lo]:25"}) {
    EXPECT_EQ(read(text).host, "::1%lo");
    EXPECT_EQ(read(text).text(), "smtp://[::1%25lo]:25");
    const Endpoint endpoint = at(text);
    EXPECT_TRUE(endpoint.is_near());
    EXPECT_EQ(endpoint.port(), 25);
    EXPECT_NE(reinterpret_cast<const sockaddr_in6*>(endpoint.get())->sin6_scope_id, 0U);
  }
}

TEST(Url, AZoneThatIsNoneIsSaid) {
  EXPECT_NE(problem_with("smtp://[::1%none]:25").find("no network interface `none`"), std::string::npos);
  EXPECT_NE(problem_with("smtp://[::1%]:25").find("no network interface ``"), std::string::npos);
  EXPECT_NE(problem_with("smtp://[127.0.0.1%lo]:25").find("IPv6"), std::string::npos);
  EXPECT_NE(problem_with("smtp://127.0.0.1%lo:25").find("IPv6"), std::string::npos);
}

TEST(Url, APathIsRefusedWhereASchemeHasNone) {
  EXPECT_EQ(refuse_path(read("smtp://here:25")), std::nullopt);
  EXPECT_EQ(refuse_path(read("smtp://here:25/")), std::nullopt);
  EXPECT_EQ(refuse_path(read("smtp+unix:/run/sink")), std::nullopt);
  const auto problem = refuse_path(read("smtp://here:25/inbox"));
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->find("`/inbox`"), std::string::npos) << *problem;
}

TEST(Url, IsWrittenAsItCanBeReadAgain) {
  for (const std::string_view text :
       {"smtp://127.0.0.1:25", "lmtp://[::1]:2424/", "smtp+unix:/run/sink", "http://here:80/a/b"}) {
    EXPECT_EQ(read(text).text(), text);
  }
}

}  // namespace
}  // namespace backtalk::net
