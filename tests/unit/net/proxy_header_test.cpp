// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/proxy_header.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "net/url.hpp"

namespace backtalk::net {
namespace {

using namespace std::string_literals;

Endpoint endpoint(std::string_view url) {
  return std::get<Endpoint>(resolve(std::get<Url>(read_url(url))));
}

std::string header(ProxyVersion version, std::string_view source, std::string_view destination) {
  std::array<char, kProxyHeaderOctetsMax> out;
  return std::string(write_proxy_header(version, endpoint(source), endpoint(destination), out));
}

// proxy-protocol.txt, section 2.1.
TEST(ProxyHeader, Version1IsALine) {
  EXPECT_EQ(header(ProxyVersion::v1, "http://192.168.0.1:56324", "http://192.168.0.11:443"),
            "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n");
  EXPECT_EQ(header(ProxyVersion::v1, "smtp://[2001:db8::1]:1", "smtp://[::1]:65535"),
            "PROXY TCP6 2001:db8::1 ::1 1 65535\r\n");
}

TEST(ProxyHeader, Version1FitsIntoItsRoom) {
  constexpr std::string_view kLong = "smtp://[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535";
  const std::string text = header(ProxyVersion::v1, kLong, kLong);
  EXPECT_EQ(text.size(), 104U) << "the longest there is with both addresses known";
  EXPECT_LE(text.size(), kProxyHeaderOctetsMax);
  EXPECT_TRUE(text.ends_with("\r\n"));
}

// Section 2.2.
TEST(ProxyHeader, Version2IsBinary) {
  EXPECT_EQ(header(ProxyVersion::v2, "http://192.168.0.1:56324", "http://192.168.0.11:443"),
            "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C\xC0\xA8\0\x01\xC0\xA8\0\x0B\xDC\x04\x01\xBB"s);
  const std::string ipv6 = header(ProxyVersion::v2, "smtp://[2001:db8::1]:1", "smtp://[::1]:2");
  EXPECT_EQ(ipv6.size(), 16U + 36U);
  EXPECT_EQ(ipv6.substr(12, 4), "\x21\x21\0\x24"s);
  EXPECT_EQ(ipv6.substr(48), "\0\x01\0\x02"s);
}

TEST(ProxyHeader, UnknownAddressesAreSaidToBeUnknown) {
  EXPECT_EQ(header(ProxyVersion::v1, "smtp+unix:/run/a", "smtp+unix:/run/b"), "PROXY UNKNOWN\r\n");
  EXPECT_EQ(header(ProxyVersion::v2, "smtp+unix:/run/a", "smtp+unix:/run/b"),
            "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"s);
  EXPECT_EQ(header(ProxyVersion::v1, "smtp://127.0.0.1:1", "smtp://[::1]:1"), "PROXY UNKNOWN\r\n");
}

TEST(ProxyHeader, WithoutAVersionThereIsNone) {
  EXPECT_EQ(header(ProxyVersion::none, "smtp://127.0.0.1:1", "smtp://127.0.0.1:1"), "");
}

}  // namespace
}  // namespace backtalk::net
