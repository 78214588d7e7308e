// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/url.hpp"

#include <fmt/format.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>

namespace backtalk::net {
namespace {

constexpr std::string_view kExpected = "expected host:port, or [::1]:port for IPv6";

// RFC 6874 2: in a URL the "%" before a zone is written "%25". Most people write a plain "%".
std::string read_bracketed(std::string_view text) {
  constexpr std::string_view kEncoded = "%25";
  const std::size_t percent = std::min(text.find('%'), text.size());
  const std::string_view zone = text.substr(percent);
  if (zone.size() > kEncoded.size() && zone.starts_with(kEncoded)) {
    return fmt::format("{}%{}", text.substr(0, percent), zone.substr(kEncoded.size()));
  }
  return std::string(text);
}

// What is wrong with a port; empty if all is well.
std::string read_port(std::string_view text, std::uint16_t& port) {
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, port);
  if (failure == std::errc::result_out_of_range && stop == end)
    return fmt::format("there is no port {}: the last is 65535", text);
  if (failure == std::errc{} && stop == end) return {};
  return text.empty() ? "no port follows the last colon" : fmt::format("the port `{}` is not a number", text);
}

// host [ ":" port ], with the host in brackets if it is an IPv6 address. Returns what is wrong;
// empty if all is well.
std::string read_authority(std::string_view text, Url& url) {
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::string(kExpected);
    url.host = read_bracketed(text.substr(1, end - 1));
    port = text.substr(end + 1);
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    url.host = text.substr(0, colon);
    port = text.substr(colon);
  }
  if (url.host.empty()) return std::string(kExpected);
  if (port.empty()) return {};
  if (!port.starts_with(':')) return std::string(kExpected);
  url.port_given = true;
  // ::1:25, without brackets
  if (port.find(':', 1) != std::string_view::npos) return std::string(kExpected);
  return read_port(port.substr(1), url.port);
}

}  // namespace

std::string Url::text() const {
  if (unix_socket) return fmt::format("{}+unix:{}", scheme, path);
  if (host.find(':') == std::string::npos) return fmt::format("{}://{}:{}{}", scheme, host, port, path);
  const std::size_t percent = std::min(host.find('%'), host.size());
  const std::string_view zone = std::string_view(host).substr(std::min(percent + 1, host.size()));
  return fmt::format("{}://[{}{}{}]:{}{}", scheme, host.substr(0, percent), zone.empty() ? "" : "%25", zone,
                     port, path);
}

std::variant<Url, std::string> read_url(std::string_view text) {
  constexpr std::string_view kUnix = "+unix";
  Url url;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return fmt::format("invalid URL `{}`: expected a scheme, as in smtp://127.0.0.1:2525", text);
  }
  url.scheme = text.substr(0, colon);
  std::ranges::transform(url.scheme, url.scheme.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  std::string_view rest = text.substr(colon + 1);
  if (url.scheme.ends_with(kUnix)) {
    url.scheme.resize(url.scheme.size() - kUnix.size());
    url.unix_socket = true;
    if (rest.starts_with("//")) rest.remove_prefix(2);
    url.path = rest;
    if (url.path.empty() || url.path.size() >= sizeof(sockaddr_un::sun_path)) {
      return fmt::format("`{}`: a Unix socket's path has 1 to {} bytes", text,
                         sizeof(sockaddr_un::sun_path) - 1);
    }
    return url;
  }
  if (!rest.starts_with("//")) {
    return fmt::format("invalid URL `{}`: expected SCHEME://HOST:PORT, such as smtp://127.0.0.1:2525", text);
  }
  rest.remove_prefix(2);
  const std::size_t slash = std::min(rest.find_first_of("/?#"), rest.size());
  url.path = rest.substr(slash);
  // A password that somebody has written before the host is for no terminal and no log.
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    const bool in_path = at > slash;
    if (!in_path || !read_authority(rest.substr(0, slash), url).empty())
      return fmt::format("invalid URL `{}://...@{}`: no user or password goes before the host", url.scheme,
                         rest.substr(at + 1));
  }
  if (const std::string problem = read_authority(rest.substr(0, slash), url); !problem.empty())
    return fmt::format("invalid URL `{}`: {}", text, problem);
  return url;
}

std::optional<std::string> refuse_path(const Url& url) {
  if (url.unix_socket || url.path.empty() || url.path == "/") return std::nullopt;
  return fmt::format("`{}`: {} URLs have no path here; leave out `{}`", url.text(), url.scheme, url.path);
}

}  // namespace backtalk::net
