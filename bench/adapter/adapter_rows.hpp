// SPDX-License-Identifier: Apache-2.0 OR MIT
// Rows for a parser with a fuzz adapter.
#pragma once

#include <functional>
#include <memory>

#include "backtalk/fuzz/adapter.hpp"
#include "contender.hpp"

namespace backtalk::bench {

using MakeAdapter = std::function<std::unique_ptr<fuzz::Adapter>()>;

// Adds rows on every input of the protocol that the adapter does not refuse. `target` must outlive
// them.
void add_adapter_rows(const ContenderInfo& info, const fuzz::Target& target, const MakeAdapter& make);

// Adds Backtalk's parsers of that protocol's server side, driven through an adapter as well.
void add_own_adapter_rows(std::string_view protocol);

}  // namespace backtalk::bench
