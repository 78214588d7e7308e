// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `ranks` of a result. Internal to this folder.
#pragma once

#include <boost/json.hpp>
#include <optional>

#include "result/json_fields.hpp"
#include "result/ranks.hpp"
#include "stats/tally.hpp"

namespace backtalk::result {

[[nodiscard]] boost::json::value write_ranks(const std::optional<Ranks>& ranks);

/// nullopt for null, and for a file of an earlier version, which does not have it. What the ranks
/// have counted has to add up to `all`.
[[nodiscard]] std::optional<Ranks> read_ranks(const Field& field, const stats::TransactionTally& all);

}  // namespace backtalk::result
