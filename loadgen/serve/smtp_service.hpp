// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The servers that take mail of one thread, with one set of counts.
#pragma once

#include <utility>

#include "serve/service.hpp"
#include "serve/shared.hpp"
#include "serve/smtp_server.hpp"

namespace backtalk::serve {

class SmtpService final : public Service {
 public:
  /// What `shared` refers to must outlive this.
  SmtpService(SmtpOffer offer, Shared shared) : offer_(offer), shared_(std::move(shared)) {}

  [[nodiscard]] std::unique_ptr<session::ServerSession> make_session() override;
  [[nodiscard]] std::vector<NamedCount> counts() const override;

 private:
  SmtpOffer offer_;
  const Shared shared_;
  SmtpCounts counts_;
};

}  // namespace backtalk::serve
