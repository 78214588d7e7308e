// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/secrets.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "session/base64.hpp"
#include "session/quoted_secret.hpp"
#include "talk/words.hpp"

namespace backtalk::talk {
namespace {

using session::Stretch;

// Servers may repeat what they heard in capitals, or without.
std::string in_lower_case(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), text::lower);
  return lowered;
}

// The part of a response that is secret: the password of PLAIN (RFC 4616 2), the token of XOAUTH2
// and OAUTHBEARER (RFC 7628 3.1), the digest of CRAM-MD5 (RFC 2195 2); otherwise all of it.
std::string_view secret_part(std::string_view response) {
  constexpr std::string_view kBearer = "auth=bearer ";  // the scheme in any case (RFC 9110 11.1)
  if (const std::size_t at = in_lower_case(response).find(kBearer); at != std::string_view::npos) {
    response.remove_prefix(at + kBearer.size());
    return response.substr(0, response.find('\x01'));
  }
  if (const std::size_t nul = response.rfind('\0'); nul != std::string_view::npos)
    return response.substr(nul + 1);
  return response.substr(response.rfind(' ') + 1);  // npos + 1 is 0
}

// Servers may take a response without its padding.
std::optional<std::string> decoded(std::string_view line) {
  constexpr std::string_view kPadding = "==";
  for (std::size_t octets = 0; octets <= kPadding.size(); ++octets) {
    auto response = session::from_base64(std::string(line).append(kPadding.substr(0, octets)));
    if (response) return response;
  }
  return std::nullopt;
}

void keep(std::vector<std::string>& among, std::string_view text) {
  std::string lowered = in_lower_case(text);
  if (!text.empty() && std::ranges::find(among, lowered) == among.end()) among.push_back(std::move(lowered));
}

}  // namespace

void Secrets::add(std::string_view secret) {
  keep(secrets_, secret);
  const std::string encoded = session::to_base64(secret);
  keep(secrets_, encoded);
  keep(sent_, encoded);
}

void Secrets::add_response(std::string_view line) {
  line = without_blanks(line);
  if (line.empty() || line == "*" || line == "=") return;  // cancelled, or empty
  const auto response = decoded(line);
  if (!response) {
    add(line);
    return;
  }
  keep(secrets_, line);
  keep(sent_, line);
  keep(secrets_, *response);
  add(secret_part(*response));
}

bool Secrets::is_response(std::string_view line) {
  line = without_blanks(line);
  return !line.empty() && session::from_base64(line).has_value();
}

std::string Secrets::hidden(std::string_view text) const {
  std::vector<Stretch> found;
  const std::string lowered = secrets_.empty() ? std::string() : in_lower_case(text);
  const auto search = [&found, &lowered](const std::vector<std::string>& among, auto find) {
    for (const std::string& one : among) {
      for (Stretch at = find(lowered, one, 0); at.exists(); at = find(lowered, one, at.at + at.octets))
        found.push_back(at);
    }
  };
  search(secrets_, session::find_secret);
  search(secrets_, session::find_beginning);
  search(sent_, session::find_sent);
  std::ranges::sort(found, {}, &Stretch::at);
  std::string shown;
  std::size_t end = 0;  // of what is shown or hidden already
  for (const Stretch& one : found) {
    if (one.at >= end) shown.append(text.substr(end, one.at - end));
    if (one.at > end || shown.empty()) shown.append(kHidden);
    end = std::max(end, one.at + one.octets);
  }
  shown.append(text.substr(end));
  return shown;
}

}  // namespace backtalk::talk
