// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The script servers of one thread, with one set of counts.
#pragma once

#include <memory>
#include <utility>

#include "serve/script_server.hpp"
#include "serve/service.hpp"

namespace backtalk::serve {

class ScriptService final : public Service {
 public:
  /// `faults` must outlive it.
  ScriptService(std::shared_ptr<const ScriptPlan> plan, const Faults& faults)
      : plan_(std::move(plan)), faults_(faults) {}

  [[nodiscard]] std::unique_ptr<session::ServerSession> make_session() override;
  [[nodiscard]] std::vector<NamedCount> counts() const override;

 private:
  const std::shared_ptr<const ScriptPlan> plan_;
  const Faults& faults_;
  ScriptCounts counts_;
};

}  // namespace backtalk::serve
