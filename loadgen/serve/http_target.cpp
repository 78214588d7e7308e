// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/http_target.hpp"

#include <array>

#include "serve/faults.hpp"
#include "serve/http_server.hpp"

namespace backtalk::serve {
namespace {

struct Prefix {
  std::string_view path;
  HttpTarget::Kind kind;
};
constexpr std::array kPrefixes{
    Prefix{"/chunked/", HttpTarget::Kind::chunks}, Prefix{"/close/", HttpTarget::Kind::until_close},
    Prefix{"/status/", HttpTarget::Kind::status}, Prefix{"/", HttpTarget::Kind::length}};

// absolute-form = scheme "://" authority path: what follows the authority.
std::string_view path_of(std::string_view target) {
  constexpr std::string_view kAuthority = "://";
  if (!target.starts_with('/')) {
    const std::size_t authority = target.find(kAuthority);
    if (authority == std::string_view::npos) return {};
    target.remove_prefix(authority + kAuthority.size());
    const std::size_t path = target.find('/');
    target = path == std::string_view::npos ? "/" : target.substr(path);
  }
  return target.substr(0, target.find('?'));
}

}  // namespace

HttpTarget read_http_target(std::string_view target) noexcept {
  const std::string_view path = path_of(target);
  if (path == "/") return {HttpTarget::Kind::length, HttpServer::kBodyDefault};
  for (const Prefix& prefix : kPrefixes) {
    if (!path.starts_with(prefix.path)) continue;
    std::uint64_t number = 0;
    if (!read_count(path.substr(prefix.path.size()), number)) return {};
    const bool is_status = prefix.kind == HttpTarget::Kind::status;
    if (is_status ? number < 200 || number > 599 : number > HttpServer::kBodyMax) return {};
    return {prefix.kind, number};
  }
  return {};
}

}  // namespace backtalk::serve
