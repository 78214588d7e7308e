// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Plays the cases of a corpus to servers over the network.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "differ/comparison.hpp"
#include "differ/corpus.hpp"
#include "differ/trial.hpp"
#include "net/endpoint.hpp"

namespace backtalk::differ {

struct Server {
  std::string url;
  std::vector<net::Endpoint> addresses;  ///< at least one; they are tried in turn
};

struct DifferPlan {
  std::string corpus_name;
  Corpus corpus;
  std::vector<Server> servers;
  Envelope envelope;
  std::uint64_t timeout_ns = 0;  ///< of a case on a server
  std::uint64_t pause_ns = 0;    ///< how long a piece is held back for an answer
};

/// Plays every case to every server, each over a connection of its own, one at a time on each
/// server. Returns a sentence if a server cannot be reached or does not come to the state in which
/// a case begins, or soon after `stop` is set.
[[nodiscard]] std::variant<Comparison, std::string> play(const DifferPlan& plan,
                                                         const std::atomic<bool>& stop);

}  // namespace backtalk::differ
