// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <fmt/format.h>

#include <iterator>
#include <string>
#include <string_view>

#include "report/summary.hpp"
#include "series/rate_search.hpp"
#include "text/plural.hpp"

namespace backtalk::series {
namespace {

// "p99<20ms: 35.1 ms", "rate-not-reached"
std::string why(const SearchStep& step) {
  std::string out;
  for (const result::Objective& one : step.verdict.objectives)
    out.append(out.empty() ? "" : ", ").append(one.rule).append(": ").append(one.shown);
  for (const result::Reason& reason : step.verdict.reasons)
    out.append(out.empty() ? "" : ", ").append(reason.code);
  return out;
}

std::string_view outcome(const SearchStep& step) {
  if (step.cut_short) return "cut short";
  if (!step.judged) return "not judged";
  if (step.asked.confirms) return step.kept ? "confirmed" : "unconfirmed";
  return step.kept ? "kept" : "not kept";
}

void add_trail(const RateSearch& of, std::string& out) {
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "\n{:>11}  {:>11}  {:>8}\n", "requested/s", "completed/s", "for");
  for (const SearchStep& step : of.steps) {
    fmt::format_to(to, "{:>11}  {:>11.1f}  {:>8}  {:<11}  {}\n", report::show_rate(step.asked.rate),
                   step.per_s, report::show_ns(static_cast<double>(step.ran_ns)), outcome(step),
                   step.cut_short ? "" : why(step));
  }
}

}  // namespace

std::string summarize(const RateSearch& search) {
  std::string out;
  const auto to = std::back_inserter(out);
  const std::string things = text::plural(search.transaction);
  if (search.rate) {
    fmt::format_to(to, "{} {}/s is the highest rate that keeps {} at {}\n", report::show_rate(*search.rate),
                   things, search.goal, search.url);
  } else {
    fmt::format_to(to, "no rate was found at {}: {}\n", search.url, search.why_none().value_or(""));
  }
  add_trail(search, out);
  out += '\n';
  if (search.limit) {
    const SearchStep& limit = search.steps[*search.limit];
    fmt::format_to(to, "{}/s {}: {}\n", report::show_rate(limit.asked.rate),
                   limit.judged ? "was too much" : "could not be judged", why(limit));
  }
  if (const auto doubt = search.doubt()) fmt::format_to(to, "INVALID: {}\n", *doubt);
  return out;
}

}  // namespace backtalk::series
