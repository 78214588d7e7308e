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
#include "stats/percentile.hpp"
#include "text/blanks.hpp"
#include "text/duration.hpp"
#include "text/nearest.hpp"
#include "text/plural.hpp"

namespace backtalk::report {
namespace {

using text::without_blanks;

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

// A command's name has letters only: "RETR", "uid fetch". Protocols do not tell their cases apart.
bool read_command(std::string_view words, Rule& rule) {
  rule.command.clear();
  for (const char c : words) {
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if ((upper < 'A' || upper > 'Z') && upper != ' ') return false;
    rule.command += upper;
  }
  return true;
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
  const auto number = read_number(without_blanks(value));
  rule.limit = number.value_or(0);
  return number && (!rule.per_cent || is_share(rule.metric));
}

// Latencies and refusals are those of a command, if one is named; all else is of transactions.
bool fits_together(const Rule& rule) {
  if (rule.delivery || rule.connect) return is_time(rule.metric);
  if (rule.metric == Rule::Metric::refused) return !rule.command.empty();
  return rule.command.empty() || is_time(rule.metric);
}

std::variant<Rule, std::string> read_rule(std::string_view text) {
  Rule rule;
  rule.text = text;
  const std::size_t sign = text.find_first_of("<>");
  const std::string_view what = without_blanks(text.substr(0, std::min(sign, text.size())));
  const std::size_t last = what.find_last_of(' ');
  const std::string_view word = last == std::string_view::npos ? what : what.substr(last + 1);
  std::string_view command =
      last == std::string_view::npos ? std::string_view{} : without_blanks(what.substr(0, last));
  rule.delivery = command == "delivery";
  rule.connect = command == "connect";
  if (rule.delivery || rule.connect) command = {};
  const bool good = sign != std::string_view::npos && read_metric(word, rule) &&
                    read_command(command, rule) && read_limit(without_blanks(text.substr(sign + 1)), rule) &&
                    fits_together(rule);
  // The opposite sense is that of --fail-if.
  if (good && is_time(rule.metric) && text[sign] == '>')
    return fmt::format(
        "--slo `{}`: a rule says what has to hold, and a time may only have an upper limit: write `{}<{}`",
        text, what, without_blanks(text.substr(sign + 1)));
  if (!good && sign != std::string_view::npos && read_metric(word, rule) && is_time(rule.metric) &&
      read_command(command, rule) && read_number(without_blanks(text.substr(sign + 1))))
    return fmt::format("--slo `{}`: a time needs its unit: write `{}<{}ms`", text, what,
                       without_blanks(text.substr(sign + 1)));
  if (!good)
    return fmt::format(
        "--slo `{}`: write `p95<5s`, `RETR p99<20ms` (pN, mean, max), `delivery p95<60s`, `RETR refused<1%`, "
        "`failed<1%`, `unfinished<5`, `completed>1000` or `per_s>100`",
        text);
  rule.below = text[sign] == '<';
  return rule;
}

const stats::Histogram* latency_of(const Rule& rule, const result::RunResult& result) {
  if (rule.delivery) return &result.delivery;
  if (rule.connect) return &result.connect;
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
  std::string what = {};  // "answers"
};

Asked asked_of(const Rule& rule, const result::RunResult& result) {
  const stats::TransactionTally& all = result.measured;
  if (rule.delivery && result.deliveries)
    return {.count = result.deliveries->accepted, .without = "did not arrive", .what = "messages"};
  // Of those that never arrived a session that fetches knows nothing.
  if (rule.delivery) return {.count = result.delivery.count(), .what = "messages"};
  if (rule.connect)
    return {.count = result.connections.opened + result.connections.failed,
            .without = "could not be opened",
            .what = "connections"};
  if (rule.command.empty())
    return {.count = all.completed + all.failed + all.unfinished, .what = text::plural(result.transaction)};
  const result::Command* const command = result.command(rule.command);
  return {.count = command == nullptr ? 0 : command->sent, .without = "were not answered", .what = "answers"};
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
  const auto value = stats::value_below_slower(*latency, asked - latency->count(), wanted);
  return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

std::optional<double> refused_of(const Rule& rule, const result::RunResult& result) {
  const result::Command* const command = result.command(rule.command);
  if (command == nullptr) return std::nullopt;
  const std::uint64_t answered = command->ok + command->refused + command->unexpected;
  if (answered == 0) return std::nullopt;
  const auto refused = static_cast<double>(command->refused);
  return rule.per_cent ? share_of(refused, static_cast<double>(answered)) : refused;
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
    auto rule = read_rule(without_blanks(text.substr(0, end)));
    if (auto* problem = std::get_if<std::string>(&rule)) return std::move(*problem);
    rules.push_back(std::get<Rule>(std::move(rule)));
    if (rules.size() > kRulesMax) return fmt::format("--slo: at most {} rules", kRulesMax);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return rules;
}

std::optional<std::string> check_commands(const std::vector<Rule>& rules,
                                          std::span<const std::string_view> commands, bool watches) {
  for (const Rule& rule : rules) {
    if (rule.delivery && !watches && std::ranges::find(commands, "RETR") == commands.end())
      return fmt::format(
          "--slo `{}`: messages are timed with --watch, or by sessions of POP3, which fetch them", rule.text);
    if (rule.command.empty() || std::ranges::find(commands, rule.command) != commands.end()) continue;
    const std::vector<std::string> known(commands.begin(), commands.end());
    return fmt::format("--slo `{}`: {} is no command of this protocol{}", rule.text, rule.command,
                       text::did_you_mean(rule.command, known));
  }
  return std::nullopt;
}

std::uint64_t samples_for(const std::vector<Rule>& rules) {
  std::uint64_t most = 0;
  for (const Rule& rule : rules) {
    if (rule.metric == Rule::Metric::percentile) most = std::max(most, stats::samples_for(rule.percentile));
  }
  return most;
}

result::Objective check(const Rule& rule, const result::RunResult& result) {
  const auto measured = measure(rule, result);
  result::Objective out{
      .rule = rule.text, .met = false, .measured = measured, .shown = "nothing was measured"};
  const Asked asked = asked_of(rule, result);
  const stats::Histogram* const latency = is_time(rule.metric) ? latency_of(rule, result) : nullptr;
  const std::uint64_t timed = latency == nullptr ? 0 : latency->count();
  if (!measured) {
    out.judged = latency != nullptr && asked.count > timed;
    if (!out.judged) out.needed = 1;
    if (out.judged)
      out.shown = fmt::format(
          "{:.3g} % {}", share_of(static_cast<double>(asked.count - timed), static_cast<double>(asked.count)),
          asked.without);
    return out;
  }
  out.met = rule.below ? *measured < rule.limit : *measured > rule.limit;
  out.shown = show(rule, *measured);
  if (rule.metric == Rule::Metric::percentile) {
    const std::uint64_t needed = stats::samples_for(rule.percentile);
    const std::uint64_t samples = std::max(asked.count, timed);
    if (samples < needed) {
      out.met = out.judged = false;
      out.samples = samples;
      out.needed = needed;
      out.shown = fmt::format("{} {}, {} needed", samples, asked.what, needed);
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
