// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The IMAP servers of one thread, with one set of counts.
#pragma once

#include <utility>

#include "serve/imap_server.hpp"
#include "serve/service.hpp"
#include "serve/shared.hpp"

namespace backtalk::serve {

class ImapService final : public Service {
 public:
  /// `shared` has a store. What it refers to must outlive this.
  ImapService(bool starttls, Shared shared) : starttls_(starttls), shared_(std::move(shared)) {}

  [[nodiscard]] std::unique_ptr<session::ServerSession> make_session() override;
  [[nodiscard]] std::vector<NamedCount> counts() const override;

 private:
  bool starttls_;
  const Shared shared_;
  ImapCounts counts_;
};

}  // namespace backtalk::serve
