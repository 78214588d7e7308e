// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The POP3 servers of one thread, with one set of counts.
#pragma once

#include <utility>

#include "serve/pop3_server.hpp"
#include "serve/service.hpp"
#include "serve/shared.hpp"

namespace backtalk::serve {

class Pop3Service final : public Service {
 public:
  /// `shared` has a store. What it refers to must outlive this.
  Pop3Service(bool stls, Shared shared) : stls_(stls), shared_(std::move(shared)) {}

  [[nodiscard]] std::unique_ptr<session::ServerSession> make_session() override;
  [[nodiscard]] std::vector<NamedCount> counts() const override;

 private:
  bool stls_;
  const Shared shared_;
  Pop3Counts counts_;
};

}  // namespace backtalk::serve
