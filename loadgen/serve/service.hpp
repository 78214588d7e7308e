// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the sessions of one server thread share: how they are created, and their counts.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "session/server_session.hpp"

namespace backtalk::serve {

struct NamedCount {
  std::string_view name;  ///< static storage
  std::uint64_t value = 0;
};

/// Belongs to one thread, and must outlive the sessions that it makes.
class Service {
 public:
  Service() = default;
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  virtual ~Service() = default;

  [[nodiscard]] virtual std::unique_ptr<session::ServerSession> make_session() = 0;

  /// In the order in which they are shown. One of them is "connections".
  [[nodiscard]] virtual std::vector<NamedCount> counts() const = 0;
};

}  // namespace backtalk::serve
