// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/objectives.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "report/summary.hpp"
#include "text/duration.hpp"
#include "text/nearest.hpp"

namespace backtalk::report {
namespace {

constexpr std::size_t kRulesMax = 64;
constexpr double kAll = 100;

struct Named {
  std::string_view name;
  Rule::Metric metric;
};
constexpr std::array kRuleMetrics{
    Named{"mean", Rule::Metric::mean},      Named{"max", Rule::Metric::max},
    Named{"per_s", Rule::Metric::per_s},    Named{"completed", Rule::Metric::completed},
    Named{"failed", Rule::Metric::failed},  Named{"unfinished", Rule::Metric::unfinished},
    Named{"refused", Rule::Metric::refused}};

std::string_view bare(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

std::optional<double> read_number(std::string_view text) {
  double number = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = failure == std::errc{} && stop == text.data() + text.size();
  return whole && std::isfinite(number) && number >= 0 ? std::optional(number) : std::nullopt;
}

bool is_time(Rule::Metric metric) {
  return metric == Rule::Metric::percentile || metric == Rule::Metric::mean || metric == Rule::Metric::max;
}

bool is_share(Rule::Metric metric) {
  return metric == Rule::Metric::failed || metric == Rule::Metric::unfinished ||
         metric == Rule::Metric::refused;
}

// "p95"
std::optional<double> read_percentile(std::string_view word) {
  if (!word.starts_with('p')) return std::nullopt;
  const auto percentile = read_number(word.substr(1));
  return percentile && *percentile > 0 && *percentile < kAll ? percentile : std::nullopt;
}

bool read_metric(std::string_view word, Rule& rule) {
  if (const auto percentile = read_percentile(word)) {
    rule.metric = Rule::Metric::percentile;
    rule.percentile = *percentile;
    return true;
  }
  const auto* const found = std::ranges::find(kRuleMetrics, word, &Named::name);
  if (found == kRuleMetrics.end()) return false;
  rule.metric = found->metric;
  return true;
}

// A command's name has capitals only: "RETR", "UID FETCH".
bool read_command(std::string_view words, Rule& rule) {
  rule.command = words;
  return std::ranges::all_of(words, [](char c) { return (c >= 'A' && c <= 'Z') || c == ' '; });
}

bool read_limit(std::string_view value, Rule& rule) {
  if (is_time(rule.metric)) {
    // Without a unit some would mean seconds and some milliseconds.
    if (value.empty() || (value.back() != 's' && value.back() != 'm' && value.back() != 'h')) return false;
    const auto ns = text::read_duration(value);
    rule.limit = static_cast<double>(ns.value_or(0));
    return ns.has_value();
  }
  rule.per_cent = value.ends_with('%');
  if (rule.per_cent) value.remove_suffix(1);
  const auto number = read_number(bare(value));
  rule.limit = number.value_or(0);
  return number && (!rule.per_cent || is_share(rule.metric));
}

// Latencies and refusals are those of a command, if one is named; all else is of transactions.
bool fits_together(const Rule& rule) {
  if (rule.metric == Rule::Metric::refused) return !rule.command.empty();
  return rule.command.empty() || is_time(rule.metric);
}

std::variant<Rule, std::string> read_rule(std::string_view text) {
  Rule rule;
  rule.text = text;
  const std::size_t sign = text.find_first_of("<>");
  const std::string_view what = bare(text.substr(0, std::min(sign, text.size())));
  if (what.starts_with("delivery")) return fmt::format("--slo `{}`: delivery times are not measured", text);
  const std::size_t last = what.find_last_of(' ');
  const std::string_view word = last == std::string_view::npos ? what : what.substr(last + 1);
  const std::string_view command =
      last == std::string_view::npos ? std::string_view{} : bare(what.substr(0, last));
  const bool good = sign != std::string_view::npos && read_metric(word, rule) &&
                    read_command(command, rule) && read_limit(bare(text.substr(sign + 1)), rule) &&
                    fits_together(rule);
  if (!good)
    return fmt::format(
        "--slo `{}`: write `p95<5s`, `RETR p99<20ms` (pN, mean, max), `RETR refused<1%`, `failed<1%`, "
        "`unfinished<5`, `completed>1000` or `per_s>100`",
        text);
  rule.below = text[sign] == '<';
  return rule;
}

const stats::Histogram* latency_of(const Rule& rule, const result::RunResult& result) {
  if (rule.command.empty()) return &result.latency;
  const result::Command* const command = result.command(rule.command);
  return command == nullptr ? nullptr : &command->latency;
}

double share_of(double count, double whole) {
  return whole > 0 ? kAll * count / whole : 0;
}

// How many were to have a time, and what those are called that have none.
struct Asked {
  std::uint64_t count = 0;
  std::string_view without = "did not complete";
};

Asked asked_of(const Rule& rule, const result::RunResult& result) {
  const stats::TransactionTally& all = result.measured;
  if (rule.command.empty()) return {.count = all.completed + all.failed + all.unfinished};
  const result::Command* const command = result.command(rule.command);
  return {.count = command == nullptr ? 0 : command->sent, .without = "were not answered"};
}

// nullopt: it was not measured, or would be the time of something that has none. What failed or
// was not answered counts as slower than all else: were it left out, a server that answers nine of
// ten at once would meet a rule about 95 %.
std::optional<double> time_of(const Rule& rule, const result::RunResult& result) {
  const stats::Histogram* const latency = latency_of(rule, result);
  if (latency == nullptr || latency->empty()) return std::nullopt;
  if (rule.metric == Rule::Metric::mean) return latency->mean();
  const std::uint64_t asked = std::max(asked_of(rule, result).count, latency->count());
  const double wanted = rule.metric == Rule::Metric::max ? kAll : rule.percentile;
  const double of_answered = wanted * static_cast<double>(asked) / static_cast<double>(latency->count());
  constexpr double kRounding = 1e-9;
  if (of_answered > kAll + kRounding) return std::nullopt;
  return static_cast<double>(latency->value_at_percentile(of_answered));
}

// The fewest samples of which at least two lie beyond the percentile with a confidence of 99 %,
// rounded up to three digits: 64 for p90, 662 for p99, 6640 for p99.9. With fewer, it is little
// more than the slowest or quickest one.
std::uint64_t samples_for(double percentile) {
  const double beyond = std::min(percentile, kAll - percentile) / kAll;
  constexpr double kDoubt = 0.01;
  const auto too_few = [beyond](std::uint64_t samples) {
    const auto n = static_cast<double>(samples);
    const double none = std::exp(n * std::log1p(-beyond));
    return none * (1 + n * beyond / (1 - beyond)) > kDoubt;
  };
  std::uint64_t low = 1;
  std::uint64_t high = std::uint64_t{1} << 62U;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (too_few(middle))
      low = middle + 1;
    else
      high = middle;
  }
  std::uint64_t step = 1;
  while (low / step >= 1000) step *= 10;
  return (low + step - 1) / step * step;
}

std::optional<double> refused_of(const Rule& rule, const result::RunResult& result) {
  const result::Command* const command = result.command(rule.command);
  if (command == nullptr || command->ok + command->refused == 0) return std::nullopt;
  const auto refused = static_cast<double>(command->refused);
  return rule.per_cent ? share_of(refused, refused + static_cast<double>(command->ok)) : refused;
}

std::optional<double> measure(const Rule& rule, const result::RunResult& result) {
  const auto counted = [&](std::uint64_t count) {
    const auto number = static_cast<double>(count);
    return rule.per_cent ? share_of(number, static_cast<double>(result.measured.started)) : number;
  };
  switch (rule.metric) {
    case Rule::Metric::percentile:
    case Rule::Metric::mean:
    case Rule::Metric::max: return time_of(rule, result);
    case Rule::Metric::refused: return refused_of(rule, result);
    case Rule::Metric::per_s: return result.per_s();
    case Rule::Metric::completed: return counted(result.measured.completed);
    case Rule::Metric::failed: return counted(result.measured.failed);
    case Rule::Metric::unfinished: return counted(result.measured.unfinished);
  }
  return std::nullopt;
}

std::string show(const Rule& rule, double measured) {
  if (is_time(rule.metric)) return show_ns(measured);
  return fmt::format("{:.4g}{}", measured, rule.per_cent ? " %" : "");
}

}  // namespace

std::variant<std::vector<Rule>, std::string> read_rules(std::string_view text) {
  std::vector<Rule> rules;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    auto rule = read_rule(bare(text.substr(0, end)));
    if (auto* problem = std::get_if<std::string>(&rule)) return std::move(*problem);
    rules.push_back(std::get<Rule>(std::move(rule)));
    if (rules.size() > kRulesMax) return fmt::format("--slo: at most {} rules", kRulesMax);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return rules;
}

std::optional<std::string> check_commands(const std::vector<Rule>& rules,
                                          std::span<const std::string_view> commands) {
  for (const Rule& rule : rules) {
    if (rule.command.empty() || std::ranges::find(commands, rule.command) != commands.end()) continue;
    const std::vector<std::string> known(commands.begin(), commands.end());
    return fmt::format("--slo `{}`: {} is no command of this protocol{}", rule.text, rule.command,
                       text::did_you_mean(rule.command, known));
  }
  return std::nullopt;
}

result::Objective check(const Rule& rule, const result::RunResult& result) {
  const auto measured = measure(rule, result);
  result::Objective out{
      .rule = rule.text, .met = false, .measured = measured, .shown = "nothing was measured"};
  const Asked asked = asked_of(rule, result);
  const stats::Histogram* const latency = is_time(rule.metric) ? latency_of(rule, result) : nullptr;
  const std::uint64_t timed = latency == nullptr ? 0 : latency->count();
  if (!measured) {
    if (timed > 0)
      out.shown = fmt::format(
          "{:.3g} % {}", share_of(static_cast<double>(asked.count - timed), static_cast<double>(asked.count)),
          asked.without);
    return out;
  }
  out.met = rule.below ? *measured < rule.limit : *measured > rule.limit;
  out.shown = show(rule, *measured);
  if (rule.metric == Rule::Metric::percentile) {
    const std::uint64_t needed = samples_for(rule.percentile);
    const std::uint64_t samples = std::max(asked.count, timed);
    if (samples < needed) {
      out.met = false;
      out.shown += fmt::format(" of {}, but p{} needs {}", samples, rule.percentile, needed);
    }
  }
  return out;
}

std::vector<result::Objective> objectives_of(const result::RunResult& result) {
  std::vector<result::Objective> out;
  const auto rules = read_rules(result.workload.slo);
  if (const auto* const all = std::get_if<std::vector<Rule>>(&rules)) {
    for (const Rule& rule : *all) out.push_back(check(rule, result));
  }
  return out;
}

}  // namespace backtalk::report
