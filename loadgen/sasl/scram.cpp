// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "sasl/scram.hpp"

#include <charconv>
#include <system_error>

namespace backtalk::sasl {
namespace {

// Takes "NAME=value" off the front, with the comma behind it.
std::optional<std::string_view> take_attribute(std::string_view& message, char name) {
  if (message.size() < 2 || message[0] != name || message[1] != '=') return std::nullopt;
  const std::size_t end = message.find(',');
  const std::string_view value = message.substr(2, end == std::string_view::npos ? end : end - 2);
  message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
  return value;
}

}  // namespace

// server-first-message = [reserved-mext ","] nonce "," salt "," iteration-count ["," extensions]
// A client that sees the reserved extension has to give up.
std::optional<ServerFirst> read_server_first(std::string_view message) {
  const auto nonce = take_attribute(message, 'r');
  if (!nonce) return std::nullopt;
  const auto salt = take_attribute(message, 's');
  if (!salt) return std::nullopt;
  const auto count = take_attribute(message, 'i');
  if (!count) return std::nullopt;
  ServerFirst first{.salt = *salt};
  const char* const end = count->data() + count->size();
  const auto [at, failure] = std::from_chars(count->data(), end, first.iterations);
  if (failure != std::errc{} || at != end) return std::nullopt;
  return first;
}

}  // namespace backtalk::sasl
