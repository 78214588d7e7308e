// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The mail sinks of one thread, with one set of counts.
#pragma once

#include "serve/faults.hpp"
#include "serve/service.hpp"
#include "serve/smtp_server.hpp"

namespace backtalk::serve {

class SmtpService final : public Service {
 public:
  /// `faults` must outlive it.
  SmtpService(bool lmtp, const Faults& faults) : lmtp_(lmtp), faults_(faults) {}

  [[nodiscard]] std::unique_ptr<session::ServerSession> make_session() override;
  [[nodiscard]] std::vector<NamedCount> counts() const override;

 private:
  bool lmtp_;
  const Faults& faults_;
  SmtpCounts counts_;
};

}  // namespace backtalk::serve
