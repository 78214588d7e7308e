// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Results of `backtalk load` as a page of HTML.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::html {

/// A limit of --fail-if.
struct Limit {
  std::string text;                    ///< "p99>10ms"
  std::optional<std::string> crossed;  ///< a sentence; nullopt: it was kept
};

/// A result, and what it does not contain.
struct Loaded {
  const result::RunResult& result;
  const result::Verdict& verdict;  ///< of report::judge
  std::vector<Limit> limits = {};
  std::string file = {};  ///< that it was read from; empty: it is of this run
  /// That ran it: "AMD EPYC 7763, 2 cores, Linux 6.1.0"; empty: not known.
  std::string machine = {};
};

/// One self-contained file: its charts are drawn without a script, and nothing is loaded from
/// elsewhere. Of several results it shows one after the other, behind a table of all. `program`
/// wrote the page: "backtalk 0.9.0".
///
/// Much of a result was said by servers, or was read from a file that somebody else wrote: it is
/// text in the page, whatever it contains. Size: each result takes less than 400 kB as a rule, and
/// less than 2 MB whatever it is: tables end after 100 rows, texts after 2000 octets, and charts
/// have 300 points.
[[nodiscard]] std::string load_page(std::span<const Loaded> all, const std::string& program);

}  // namespace backtalk::html
