// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/ignored_options.hpp"

#include <fmt/format.h>

#include <array>

namespace backtalk::workload {
namespace {

using session::SmtpPlan;

// `option` has no effect where `ignored` is true; `why` goes on from its name.
struct Rule {
  std::string_view option;
  bool (*ignored)(const LoadOptions& options);
  std::string_view why;
};

bool closed_loop(const LoadOptions& options) {
  return !options.rate;
}

bool open_loop(const LoadOptions& options) {
  return options.rate.has_value();
}

bool sends_no_message(const LoadOptions& options) {
  return options.exercise != SmtpPlan::Exercise::message;
}

bool sends_a_file(const LoadOptions& options) {
  return !options.message_file.empty();
}

// A server without CHUNKING is sent groups even if BDAT was asked for.
bool sends_no_groups(const LoadOptions& options) {
  return sends_no_message(options) || options.pipeline < 2;
}

constexpr std::string_view kNoMessage = "has no effect with --exercise noop or rset, which send no message";

constexpr std::array kRules{
    Rule{"--arrival", &closed_loop, "has no effect without --rate"},
    Rule{"--batch-wait", &open_loop,
         "has no effect with --rate: in open loop each reply is timed as it comes"},
    Rule{"--from", &sends_no_message, kNoMessage},
    Rule{"--to", &sends_no_message, kNoMessage},
    Rule{"--size", &sends_no_message, kNoMessage},
    Rule{"--message", &sends_no_message, kNoMessage},
    Rule{"--data", &sends_no_message, kNoMessage},
    Rule{"--size", &sends_a_file, "has no effect with --message: the file has its own size"},
    Rule{"--next", &sends_no_groups, "has no effect: it needs --pipeline 2 or more and --exercise message"},
};

}  // namespace

std::optional<std::string> find_ignored(const LoadOptions& options,
                                        const std::function<bool(std::string_view)>& given) {
  for (const Rule& rule : kRules) {
    if (given(rule.option) && rule.ignored(options)) return fmt::format("{} {}", rule.option, rule.why);
  }
  return std::nullopt;
}

}  // namespace backtalk::workload
