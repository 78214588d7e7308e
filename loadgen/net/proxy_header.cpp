// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/proxy_header.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <charconv>
#include <cstring>

namespace backtalk::net {
namespace {

// The octets of an address as they go over the wire; empty if it is none of the internet.
std::string_view address_octets(const Endpoint& endpoint) {
  if (endpoint.family() == AF_INET) {
    const auto& address = reinterpret_cast<const sockaddr_in*>(endpoint.get())->sin_addr;
    return {reinterpret_cast<const char*>(&address), sizeof address};
  }
  if (endpoint.family() == AF_INET6) {
    const auto& address = reinterpret_cast<const sockaddr_in6*>(endpoint.get())->sin6_addr;
    return {reinterpret_cast<const char*>(&address), sizeof address};
  }
  return {};
}

// Appends to the header. The caller knows that there is room.
class Header {
 public:
  explicit Header(std::span<char> out) : out_(out) {}

  Header& add(std::string_view text) {
    std::memcpy(out_.data() + octets_, text.data(), text.size());
    octets_ += text.size();
    return *this;
  }
  Header& add_octet(unsigned value) {
    out_[octets_++] = static_cast<char>(value);
    return *this;
  }
  Header& add_number(unsigned value) {
    char* const begin = out_.data() + octets_;
    octets_ += static_cast<std::size_t>(std::to_chars(begin, out_.data() + out_.size(), value).ptr - begin);
    return *this;
  }
  Header& add_address(const Endpoint& endpoint) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const char* const written =
        inet_ntop(endpoint.family(), address_octets(endpoint).data(), text.data(), text.size());
    return add(written == nullptr ? "" : written);
  }
  [[nodiscard]] std::string_view view() const { return {out_.data(), octets_}; }

 private:
  std::span<char> out_;
  std::size_t octets_ = 0;
};

// "PROXY" SP ( "TCP4" / "TCP6" ) SP source SP destination SP source-port SP destination-port CRLF
void write_v1(const Endpoint& source, const Endpoint& destination, Header& out) {
  out.add(source.family() == AF_INET ? "PROXY TCP4 " : "PROXY TCP6 ");
  out.add_address(source).add(" ").add_address(destination).add(" ");
  out.add_number(source.port()).add(" ").add_number(destination.port()).add("\r\n");
}

// The signature, version and command, family and transport, and the length of what follows: the
// addresses and the ports, in network byte order (section 2.2).
constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr unsigned kLocal = 0x20;
constexpr unsigned kProxy = 0x21;
constexpr unsigned kStreamIpv4 = 0x11;
constexpr unsigned kStreamIpv6 = 0x21;
constexpr std::size_t kPortOctets = 2;

void write_v2(const Endpoint& source, const Endpoint& destination, Header& out) {
  const std::string_view from = address_octets(source);
  const std::string_view to = address_octets(destination);
  out.add(kSignature).add_octet(kProxy);
  out.add_octet(source.family() == AF_INET ? kStreamIpv4 : kStreamIpv6);
  out.add_octet(0).add_octet(static_cast<unsigned>(from.size() + to.size() + 2 * kPortOctets));
  out.add(from).add(to);
  for (const unsigned port : {source.port(), destination.port()})
    out.add_octet(port >> 8).add_octet(port & 0xFF);
}

}  // namespace

std::string_view write_proxy_header(ProxyVersion version, const Endpoint& source, const Endpoint& destination,
                                    std::span<char, kProxyHeaderOctetsMax> out) {
  Header header(out);
  const bool known = !address_octets(source).empty() && source.family() == destination.family();
  switch (version) {
    case ProxyVersion::none: break;
    case ProxyVersion::v1:
      if (known) {
        write_v1(source, destination, header);
      } else {
        header.add("PROXY UNKNOWN\r\n");
      }
      break;
    case ProxyVersion::v2:
      if (known) {
        write_v2(source, destination, header);
      } else {
        header.add(kSignature).add_octet(kLocal).add_octet(0).add_octet(0).add_octet(0);
      }
      break;
  }
  return header.view();
}

}  // namespace backtalk::net
