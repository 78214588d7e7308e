// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "sasl/salted_passwords.hpp"

namespace backtalk::sasl {

std::string SaltedPasswords::find(const session::Credentials& of, const ServerFirst& first) const {
  const std::lock_guard lock(lock_);
  const auto found = entries_.find(of.user);
  if (found == entries_.end()) return {};
  const Entry& entry = found->second;
  const bool fits =
      entry.password == of.password && entry.salt == first.salt && entry.iterations == first.iterations;
  return fits ? entry.salted : std::string{};
}

bool SaltedPasswords::is_changed(const session::Credentials& of, const ServerFirst& first) const {
  const std::lock_guard lock(lock_);
  const auto found = entries_.find(of.user);
  if (found == entries_.end() || found->second.password != of.password) return false;
  return found->second.salt != first.salt || found->second.iterations != first.iterations;
}

void SaltedPasswords::keep(const session::Credentials& of, const ServerFirst& first,
                           std::string_view salted) {
  const std::lock_guard lock(lock_);
  entries_.insert_or_assign(of.user, Entry{.password = of.password,
                                           .salt = std::string(first.salt),
                                           .iterations = first.iterations,
                                           .salted = std::string(salted)});
}

}  // namespace backtalk::sasl
