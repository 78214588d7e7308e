// SPDX-License-Identifier: Apache-2.0 OR MIT
// Rows for a parser that comes with a fuzz adapter.
#pragma once

#include <functional>
#include <memory>

#include "backtalk/fuzz/adapter.hpp"
#include "contender.hpp"

namespace backtalk::bench {

using MakeAdapter = std::function<std::unique_ptr<fuzz::Adapter>()>;

// On every input of its protocol that the adapter does not refuse. `target` must outlive the rows.
void add_adapter_rows(const Maker& maker, const fuzz::Target& target, const MakeAdapter& make);

// Backtalk's own parser of that protocol's server side, through an adapter like anybody's.
void add_own_adapter_rows(std::string_view protocol);

}  // namespace backtalk::bench
