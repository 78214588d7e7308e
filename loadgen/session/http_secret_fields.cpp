// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/http_secret_fields.hpp"

#include <algorithm>
#include <array>

#include "backtalk/http/field.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kCookie = "cookie";
constexpr std::array<std::string_view, 3> kCredentialFields{"authorization", "proxy-authorization", kCookie};

bool is_named(std::string_view name, std::string_view wanted) {
  constexpr std::string_view kBlanksOfNames = " \t\r\n";
  name.remove_prefix(std::min(name.find_first_not_of(kBlanksOfNames), name.size()));
  const http::Field field{name.substr(0, name.find_last_not_of(kBlanksOfNames) + 1), {}};
  return http::find_field({&field, 1}, wanted).has_value();
}

}  // namespace

bool is_credential_field(std::string_view name) {
  return std::ranges::any_of(kCredentialFields, [name](std::string_view one) { return is_named(name, one); });
}

bool has_auth_scheme(std::string_view name) {
  return is_credential_field(name) && !is_named(name, kCookie);
}

}  // namespace backtalk::session
