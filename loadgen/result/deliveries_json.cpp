// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/deliveries_json.hpp"

#include <utility>

#include "result/latency_json.hpp"
#include "stats/hdr_v2.hpp"

namespace backtalk::result {
namespace {

namespace json = boost::json;

constexpr std::size_t kErrorsMax = 256;

json::object latency_of(const Deliveries& all) {
  json::object out = latency(all.latency, all.ages);
  json::object intervals;
  for (const Figure& one : kFigures) {
    const auto interval = all.interval(one.percentile);
    intervals[one.key] = interval ? json::value{interval->low, interval->high} : json::value(nullptr);
  }
  out["intervals"] = std::move(intervals);
  return out;
}

std::string_view name_of(stats::DeliveryFault fault) {
  switch (fault) {
    case stats::DeliveryFault::lost: return kDeliveryLost;
    case stats::DeliveryFault::twice: return kDeliveryTwice;
    case stats::DeliveryFault::elsewhere: break;
  }
  return kDeliveryElsewhere;
}

json::array examples(const Deliveries& all) {
  json::array out;
  for (const stats::DeliveryExample& one : all.examples) {
    out.push_back({{"name", name_of(one.fault)}, {"number", one.number}, {"age_ns", one.age_ns}});
  }
  return out;
}

stats::DeliveryExample example(const Field& field) {
  const std::string name = field["name"].text();
  if (name != kDeliveryTwice && name != kDeliveryLost && name != kDeliveryElsewhere)
    field["name"].reject("delivery-lost or delivery-twice or delivery-elsewhere is expected");
  return {.fault = name == kDeliveryTwice  ? stats::DeliveryFault::twice
                   : name == kDeliveryLost ? stats::DeliveryFault::lost
                                           : stats::DeliveryFault::elsewhere,
          .number = field["number"].count(),
          .age_ns = field["age_ns"].count()};
}

}  // namespace

json::value write_deliveries(const std::optional<Deliveries>& deliveries) {
  if (!deliveries) return nullptr;
  const Deliveries& all = *deliveries;
  json::object errors;
  for (const NamedCount& one : all.errors) errors[one.name] = one.count;
  return {{"watch", all.watch},
          {"mailboxes", all.mailboxes},
          {"how", all.polled() ? "poll" : "idle"},
          {"patience_s", static_cast<double>(all.patience_ns) / 1e9},
          {"accepted", all.accepted},
          {"seen", all.seen},
          {"lost", all.lost},
          {"waiting", all.waiting},
          {"late", all.late},
          {"twice", all.twice},
          {"elsewhere", all.elsewhere},
          {"before_accepted", all.before_accepted},
          {"not_accepted", all.not_accepted},
          {"not_tracked", all.not_tracked},
          {"latency_ns", latency_of(all)},
          {"bounds", bounds(all.latency, all.ages)},
          {"ages_ns", latency(all.ages)},
          {"from_dot_ns", latency(all.from_dot)},
          {"looks_ns", latency(all.looks)},
          {"errors", std::move(errors)},
          {"examples", examples(all)},
          {"histogram",
           {{"latency", stats::encode_v2_compressed(all.latency)},
            {"ages", stats::encode_v2_compressed(all.ages)},
            {"from_dot", stats::encode_v2_compressed(all.from_dot)},
            {"looks", stats::encode_v2_compressed(all.looks)},
            {"batches", batches(all.batches)}}}};
}

std::optional<Deliveries> read_deliveries(const Field& field) {
  if (field.value() == nullptr || field.is_null()) return std::nullopt;  // younger than the others
  Deliveries out;
  out.watch = field["watch"].text();
  out.mailboxes = field["mailboxes"].count();
  out.patience_ns = field["patience_s"].seconds();
  out.accepted = field["accepted"].count();
  out.seen = field["seen"].count();
  out.lost = field["lost"].count();
  out.waiting = field["waiting"].count();
  out.twice = field["twice"].count();
  const auto younger = [&field](const char* key) {  // than the others
    return field[key].value() == nullptr ? 0 : field[key].count();
  };
  out.late = younger("late");
  out.elsewhere = younger("elsewhere");
  out.polls = field["how"].text() == "poll";
  out.before_accepted = field["before_accepted"].count();
  out.not_accepted = field["not_accepted"].count();
  out.not_tracked = field["not_tracked"].count();
  const Field encoded = field["histogram"];
  out.latency = histogram(encoded["latency"], field["latency_ns"]);
  out.ages = histogram(encoded["ages"], field["ages_ns"]);
  out.from_dot = histogram(encoded["from_dot"], field["from_dot_ns"]);
  out.looks = histogram(encoded["looks"], field["looks_ns"]);
  out.batches = batches(encoded["batches"], out.latency.count());
  field["errors"].each_key([&](const std::string& name, const Field& count) {
    if (out.errors.size() == kErrorsMax) return field["errors"].reject("no run has as many errors");
    out.errors.push_back({.name = name, .count = count.count()});
  });
  field["examples"].each(3 * stats::DeliveryTally::kExamplesMax,
                         [&out](const Field& one) { out.examples.push_back(example(one)); });
  const bool adds_up = out.seen <= out.accepted && out.lost <= out.accepted - out.seen &&
                       out.waiting == out.accepted - out.seen - out.lost;
  if (!adds_up) field.reject("seen, lost and waiting do not add up to accepted");
  if (out.latency.count() != out.seen || out.from_dot.count() != out.seen)
    field["latency_ns"].reject("not every message that was seen was timed");
  if (adds_up && out.ages.count() != out.lost + out.waiting)
    field["ages_ns"].reject("not every message that was not seen has an age");
  return out;
}

}  // namespace backtalk::result
