// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Which servers agree about a case.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "differ/corpus.hpp"
#include "differ/outcome.hpp"

namespace backtalk::differ {

/// Servers with one framing.
struct Group {
  std::string framing;
  std::vector<std::size_t> servers;  ///< by their index
};

struct Compared {
  std::vector<Outcome> outcomes;  ///< by server
  std::vector<Group> groups;      ///< by their first servers

  [[nodiscard]] bool agree() const { return groups.size() <= 1; }
  [[nodiscard]] const std::string& framing_of(std::size_t server) const;
};

[[nodiscard]] Compared compare(const Corpus& corpus, std::vector<Outcome> outcomes);

struct Comparison {
  std::string corpus_name;
  std::vector<std::string> servers;  ///< their URLs
  std::vector<Compared> cases;       ///< as those of the corpus

  [[nodiscard]] std::size_t differing() const;
};

}  // namespace backtalk::differ
