// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the user asked `backtalk compare` for.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/side_words.hpp"
#include "cli/spec_options.hpp"
#include "compare/compare_options.hpp"
#include "compare/comparison.hpp"
#include "compare/limit.hpp"
#include "compare/trial.hpp"
#include "load/job.hpp"
#include "load/plan_run.hpp"
#include "net/endpoint.hpp"
#include "options/option_spec.hpp"

namespace backtalk::cli {

/// What a side runs with.
struct AskedSide {
  std::string name;
  load::Job job;
  load::Terms terms;
  std::string url = {};  ///< with its port
  /// Starts its server for each round; empty: there is one already, at `endpoints`.
  std::string restart = {};
  std::vector<net::Endpoint> endpoints = {};
  /// Another build that runs the load, with these words; empty: this one.
  std::string program = {};
  std::vector<std::string> words = {};
  std::uint64_t session_ns = compare::kTrialSessionNs;

  /// Its server's process is known, or will be once it is started.
  [[nodiscard]] bool measures_server() const {
    return job.options.server_pid.has_value() || (!restart.empty() && program.empty());
  }
  /// Its mailboxes are watched.
  [[nodiscard]] bool watches() const;
};

struct AskedComparison {
  compare::CompareOptions options;
  compare::Plan plan;
  std::vector<AskedSide> sides;
  std::vector<compare::Limit> limits;
};

/// All options of the verb: its own, and those of `load` that say what a run does.
[[nodiscard]] std::vector<options::OptionGroup> compare_groups();

/// True if the option was given on one of the command lines.
[[nodiscard]] bool was_given(std::span<const SpecOptions* const> lines, std::string_view name);

/// A sentence about the first option that was given and is not one of `known`; `why` follows it.
[[nodiscard]] options::Problem find_ignored(const SpecOptions& given, std::span<const std::string_view> known,
                                            std::string_view why);

/// Why a comparison does not have that option of `load`; nullopt if it does, or nobody does.
[[nodiscard]] options::Problem why_not_of_compare(std::string_view option);

/// A sentence if there are too few names of sides or too many, or if some cannot be used.
[[nodiscard]] options::Problem check_names(std::span<const std::string> names);

/// Reads what is judged: the primary metric, the limits and how close is the same.
[[nodiscard]] options::Problem settle_terms(AskedComparison& asked);

/// Reads the sides that are servers, each from its words or from the URLs alone, and how often they
/// run. `common` are the words before the first `--`.
[[nodiscard]] options::Problem settle_servers(AskedComparison& asked, const SideWords& words,
                                              const SpecOptions& common);

}  // namespace backtalk::cli
