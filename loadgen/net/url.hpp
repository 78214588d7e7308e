// SPDX-License-Identifier: Apache-2.0 OR MIT
/// URLs that name a server: "smtp://127.0.0.1:2525", "smtp+unix:/run/sink", "smtp://[::1]:2525/",
/// "smtp://[fe80::1%25eth0]:25" (RFC 3986; RFC 6874 for the zone).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace backtalk::net {

struct Url {
  std::string scheme;       ///< in lower case, without "+unix"
  std::string host;         ///< without brackets; zone after a single "%"; empty for a Unix socket
  std::uint16_t port = 0;   ///< 0 unless the URL names one
  bool port_given = false;  ///< true if the URL names a port
  std::string path;         ///< the path of a Unix socket; otherwise what follows host and port
  bool unix_socket = false;

  /// The URL as text that `read_url` reads back.
  [[nodiscard]] std::string text() const;
};

/// Reads a URL. Returns a sentence for the user if the text is not one.
[[nodiscard]] std::variant<Url, std::string> read_url(std::string_view text);

/// For schemes whose URLs name a server and nothing on it: returns a sentence for the user if the
/// URL has a path other than "/".
[[nodiscard]] std::optional<std::string> refuse_path(const Url& url);

}  // namespace backtalk::net
