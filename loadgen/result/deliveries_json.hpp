// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `delivery` of a result. Internal to this folder.
#pragma once

#include <boost/json.hpp>
#include <optional>

#include "result/deliveries.hpp"
#include "result/json_fields.hpp"

namespace backtalk::result {

/// The names of what can befall a message, as verdicts have them too.
inline constexpr std::string_view kDeliveryLost = "delivery-lost";
inline constexpr std::string_view kDeliveryTwice = "delivery-twice";
inline constexpr std::string_view kDeliveryElsewhere = "delivery-elsewhere";

[[nodiscard]] boost::json::value write_deliveries(const std::optional<Deliveries>& deliveries);

/// nullopt for null, and for a file of an earlier version, which does not have it.
[[nodiscard]] std::optional<Deliveries> read_deliveries(const Field& field);

}  // namespace backtalk::result
