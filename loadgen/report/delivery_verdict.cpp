// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/delivery_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/summary.hpp"

namespace backtalk::report {

using result::Reason;
using result::RunResult;

namespace {

std::string messages(std::uint64_t count) {
  return count == 1 ? "1 message" : fmt::format("{} messages", count);
}

// "; the first was message 17"
std::string first_of(const result::Deliveries& all, stats::DeliveryFault fault) {
  const auto found = std::ranges::find(all.examples, fault, &stats::DeliveryExample::fault);
  return found == all.examples.end() ? std::string()
                                     : fmt::format("; the first was message {}", found->number);
}

}  // namespace

std::optional<Reason> delivery_lost(const RunResult& result) {
  if (!result.deliveries || result.deliveries->lost == 0) return std::nullopt;
  const result::Deliveries& all = *result.deliveries;
  return Reason{
      .code = "delivery-lost",
      .sentence = fmt::format("{} of {} that the server accepted {} not in the mailbox within {} "
                              "(--patience){}: look for them in the "
                              "server's queue and log",
                              all.lost, messages(all.accepted), all.lost == 1 ? "was" : "were",
                              show_ns(static_cast<double>(all.patience_ns)),
                              first_of(all, stats::DeliveryFault::lost)),
      .fails = true,
      .evidence = {{"lost", static_cast<double>(all.lost)}, {"accepted", static_cast<double>(all.accepted)}}};
}

std::optional<Reason> delivery_twice(const RunResult& result) {
  if (!result.deliveries || result.deliveries->twice == 0) return std::nullopt;
  const result::Deliveries& all = *result.deliveries;
  return Reason{
      .code = "delivery-twice",
      .sentence =
          fmt::format("{} came into the mailbox again, although {} sent once{}", messages(all.twice),
                      all.twice == 1 ? "it was" : "they were", first_of(all, stats::DeliveryFault::twice)),
      .fails = true,
      .evidence = {{"twice", static_cast<double>(all.twice)}, {"seen", static_cast<double>(all.seen)}}};
}

std::optional<Reason> delivery_elsewhere(const RunResult& result) {
  if (!result.deliveries || result.deliveries->elsewhere == 0) return std::nullopt;
  const result::Deliveries& all = *result.deliveries;
  return Reason{.code = "delivery-elsewhere",
                .sentence = fmt::format("{} came into the mailbox of another user than the one {} sent to{}",
                                        messages(all.elsewhere), all.elsewhere == 1 ? "it was" : "they were",
                                        first_of(all, stats::DeliveryFault::elsewhere)),
                .fails = true,
                .evidence = {{"elsewhere", static_cast<double>(all.elsewhere)},
                             {"accepted", static_cast<double>(all.accepted)}}};
}

namespace {

// Messages of which nobody knows whether they are there, although nobody has ended the run.
std::optional<Reason> unknown(const RunResult& result, const std::string& counts, std::uint64_t errors) {
  const result::Deliveries& all = *result.deliveries;
  if (all.waiting == 0 || result.interrupted) return std::nullopt;
  return Reason{
      .code = "watch-broken",
      .sentence =
          fmt::format("nobody knows whether {} arrived: the mailboxes could not be looked through any more "
                      "when the patience was over{}",
                      messages(all.waiting), counts.empty() ? "" : fmt::format(" ({})", counts)),
      .fails = true,
      .evidence = {{"failed", static_cast<double>(errors)}, {"waiting", static_cast<double>(all.waiting)}}};
}

}  // namespace

std::optional<Reason> watch_broken(const RunResult& result) {
  if (!result.deliveries) return std::nullopt;
  std::string counts;
  std::uint64_t all = 0;
  for (const result::NamedCount& one : result.deliveries->errors) {
    counts += fmt::format("{}{} x {}", counts.empty() ? "" : ", ", one.count, one.name);
    all += one.count;
  }
  if (auto reason = unknown(result, counts, all)) return reason;
  if (all == 0) return std::nullopt;
  return Reason{
      .code = "watch-broken",
      .sentence = fmt::format(
          "the sessions that watched the mailboxes failed meanwhile ({}): messages may have been there "
          "before they were seen",
          counts),
      .fails = false,
      .evidence = {{"failed", static_cast<double>(all)}}};
}

std::optional<std::string> arrived_unaccepted(const RunResult& result) {
  if (!result.deliveries || result.deliveries->not_accepted == 0) return std::nullopt;
  return fmt::format(
      "{} arrived, although the server had not accepted {}: it refused {}, or its reply never came",
      messages(result.deliveries->not_accepted), result.deliveries->not_accepted == 1 ? "it" : "them",
      result.deliveries->not_accepted == 1 ? "it" : "them");
}

std::optional<std::string> arrived_late(const RunResult& result) {
  if (!result.deliveries || result.deliveries->late == 0) return std::nullopt;
  return fmt::format("{} took longer than {} (--patience), and were seen because the run still looked",
                     messages(result.deliveries->late),
                     show_ns(static_cast<double>(result.deliveries->patience_ns)));
}

std::optional<std::string> not_tracked(const RunResult& result) {
  if (!result.deliveries || result.deliveries->not_tracked == 0) return std::nullopt;
  return fmt::format("the last {} were not looked for in the mailboxes: a run keeps track of 16,777,216",
                     messages(result.deliveries->not_tracked));
}

}  // namespace backtalk::report
