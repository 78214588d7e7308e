// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/local_ports.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "net/url.hpp"

namespace backtalk::net {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::uint64_t kPorts = 28232;

std::vector<Endpoint> endpoints(const std::vector<std::string>& urls) {
  std::vector<Endpoint> out;
  for (const std::string& url : urls)
    out.push_back(std::get<Endpoint>(resolve(std::get<Url>(read_url(url)))));
  return out;
}

SourceAddresses read_sources(const std::vector<std::string>& texts) {
  return std::get<SourceAddresses>(SourceAddresses::read(texts));
}

std::optional<std::string> check_alone(std::uint64_t connections, const std::vector<Endpoint>& servers,
                                       const SourceAddresses& sources, std::uint64_t ports) {
  const std::vector<PortNeed> need{
      {.connections = connections, .endpoints = servers, .sources = sources.all()}};
  return check_local_ports(need, ports);
}

TEST(LocalPorts, AreThoseOfTheRange) {
  EXPECT_EQ(count_local_ports("32768\t60999\n", "\n"), kPorts);
  EXPECT_EQ(count_local_ports("50000 50000", ""), 1U);
  EXPECT_EQ(count_local_ports("1024 65535", ""), 64512U);
  EXPECT_GT(local_ports().value_or(0), 0U) << "of this machine";
}

TEST(LocalPorts, ThatAreReservedAreNot) {
  EXPECT_EQ(count_local_ports("50000 50009", "80,50003,50005-50006,60000-60001\n"), 7U);
  EXPECT_EQ(count_local_ports("50000 50009", "40000-60000"), 0U);
  EXPECT_EQ(count_local_ports("50000 50009", "x,50003,-,50008-50002,"), 9U)
      << "what cannot be read is left out";
}

TEST(LocalPorts, OfNoRangeAreNotKnown) {
  for (const char* text : {"", "50000", "50009 50000", "a b", "50000 65536", "-1 5"})
    EXPECT_EQ(count_local_ports(text, ""), std::nullopt) << text;
}

TEST(LocalPorts, OneForEachConnection) {
  const auto server = endpoints({"smtp://127.0.0.1:2525"});
  EXPECT_EQ(check_alone(kPorts, server, {}, kPorts), std::nullopt);
  const auto said = check_alone(kPorts + 1, server, {}, kPorts);
  ASSERT_TRUE(said);
  EXPECT_EQ(*said,
            "28233 connections need as many local ports, and there are 28232 (sysctl "
            "net.ipv4.ip_local_port_range): connect from 2 addresses of this machine (--source), widen the "
            "range (`sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"`), or use `-c 28232` or less");
  EXPECT_THAT(*check_alone(70000, server, {}, kPorts), Not(HasSubstr("widen"))) << "that would not help";
  EXPECT_THAT(*check_alone(1, server, {}, 0), Not(HasSubstr("--source"))) << "nor would that";
}

TEST(LocalPorts, EachPairOfAddressesHasAllOfThem) {
  const auto server = endpoints({"smtp://127.0.0.1:2525", "smtp://127.0.0.2:2525"});
  EXPECT_EQ(check_alone(20, server, {}, 10), std::nullopt);
  EXPECT_THAT(*check_alone(21, server, {}, 10), HasSubstr("20 (10 for each of 2 pairs of addresses)"));
  const auto from = read_sources({"127.0.1.1", "127.0.1.2", "127.0.1.3"});
  EXPECT_EQ(check_alone(60, server, from, 10), std::nullopt);
  EXPECT_THAT(*check_alone(61, server, from, 10), HasSubstr("connect from 4 addresses"));
  const auto of_both = endpoints({"smtp://127.0.0.1:2525", "smtp://[::1]:2525"});
  EXPECT_EQ(check_alone(40, of_both, read_sources({"127.0.1.1", "127.0.1.2", "127.0.1.3", "::1"}), 10),
            std::nullopt)
      << "an address reaches those of its family";
}

TEST(LocalPorts, UnixSocketsNeedNone) {
  EXPECT_EQ(check_alone(100'000, endpoints({"smtp+unix:/run/none"}), {}, 10), std::nullopt);
}

std::optional<std::string> check_both(const std::vector<std::string>& one,
                                      const std::vector<std::string>& other,
                                      std::uint64_t connections_of_each) {
  const auto of_one = endpoints(one);
  const auto of_other = endpoints(other);
  const std::vector<PortNeed> needs{{.connections = connections_of_each, .endpoints = of_one},
                                    {.connections = connections_of_each, .endpoints = of_other}};
  return check_local_ports(needs, 10);
}

TEST(LocalPorts, ThoseOfOneAddressAndPortAreShared) {
  const std::vector<std::string> server{"smtp://127.0.0.1:2525"};
  EXPECT_EQ(check_both(server, server, 5), std::nullopt);
  const auto said = check_both(server, server, 8);
  ASSERT_TRUE(said);
  EXPECT_THAT(*said, HasSubstr("16 connections need as many local ports, and there are 10 "));
  EXPECT_THAT(*said, HasSubstr("or have 10 or fewer of them in all (-c)"));
  EXPECT_EQ(check_both(server, {"smtp://127.0.0.1:2526"}, 8), std::nullopt) << "a port may have two servers";
  EXPECT_EQ(check_both(server, {"smtp://127.0.0.2:2525"}, 8), std::nullopt);
  EXPECT_EQ(check_both({"smtp+unix:/run/none"}, {"smtp+unix:/run/none"}, 8), std::nullopt);
}

TEST(LocalPorts, ThoseOfSomeOfTheAddressesAreSharedToo) {
  const std::vector<std::string> both{"smtp://127.0.0.1:2525", "smtp://127.0.0.2:2525"};
  EXPECT_EQ(check_both(both, {"smtp://127.0.0.1:2525"}, 10), std::nullopt);
  const auto planned = endpoints(both);
  const auto first = endpoints({"smtp://127.0.0.1:2525"});
  const std::vector<PortNeed> needs{{.connections = 12, .endpoints = planned},
                                    {.connections = 9, .endpoints = first}};
  EXPECT_THAT(check_local_ports(needs, 10).value_or(""), HasSubstr("21 connections need"));
}

// Which address the system chooses is not known, and is not held against a load.
TEST(LocalPorts, ThoseOfOtherSourcesAreNotShared) {
  const auto server = endpoints({"smtp://127.0.0.1:2525"});
  const auto from = read_sources({"127.0.1.1"});
  const auto from_another = read_sources({"127.0.1.2"});
  const auto check = [&](const SourceAddresses& one, const SourceAddresses& other) {
    const std::vector<PortNeed> needs{{.connections = 8, .endpoints = server, .sources = one.all()},
                                      {.connections = 8, .endpoints = server, .sources = other.all()}};
    return check_local_ports(needs, 10);
  };
  EXPECT_EQ(check(from, from_another), std::nullopt);
  EXPECT_EQ(check(from, {}), std::nullopt);
  EXPECT_THAT(check(from, from).value_or(""), HasSubstr("16 connections need"));
}

}  // namespace
}  // namespace backtalk::net
