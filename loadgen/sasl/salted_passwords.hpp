// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The salted passwords of SCRAM, which take thousands of hashes each to compute. RFC 5802 section
/// 5.1 allows clients to keep them.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sasl/scram.hpp"
#include "session/login.hpp"

namespace backtalk::sasl {

/// Those of a run, the last one of each user: its memory is bounded by the users, whatever servers
/// say. Threads may share it.
class SaltedPasswords {
 public:
  /// As `keep` was given it; empty if the user, or the password, the salt or the iterations, are
  /// others.
  [[nodiscard]] std::string find(const session::Credentials& of, const ServerFirst& first) const;

  /// True if one is kept of the same user and password, but the server has now sent another salt,
  /// or another number of iterations.
  [[nodiscard]] bool is_changed(const session::Credentials& of, const ServerFirst& first) const;

  void keep(const session::Credentials& of, const ServerFirst& first, std::string_view salted);

 private:
  struct Entry {
    std::string password;
    std::string salt;
    std::uint64_t iterations = 0;
    std::string salted;
  };

  mutable std::mutex lock_;
  std::unordered_map<std::string, Entry> entries_;  // by user
};

}  // namespace backtalk::sasl
