// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The HTTP servers of one thread, with one set of counts.
#pragma once

#include "serve/faults.hpp"
#include "serve/http_server.hpp"
#include "serve/service.hpp"

namespace backtalk::serve {

class HttpService final : public Service {
 public:
  /// `faults` must outlive it.
  explicit HttpService(const Faults& faults) : faults_(faults) {}

  [[nodiscard]] std::unique_ptr<session::ServerSession> make_session() override;
  [[nodiscard]] std::vector<NamedCount> counts() const override;

 private:
  const Faults& faults_;
  HttpCounts counts_;
};

}  // namespace backtalk::serve
