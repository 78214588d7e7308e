// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/workload_json.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "result/json.hpp"
#include "workload/load_option_table.hpp"

namespace backtalk::result {
namespace {

namespace json = boost::json;
using options::OptionSpec;

// Keys that follow from other options.
constexpr std::string_view kLoop = "loop";
constexpr std::string_view kEndsWithin = "ends_within_s";
constexpr std::string_view kPartlyOpen = "partly-open";

// The order in which results have always had their keys. Keys that are not listed come after these.
constexpr std::array<std::string_view, 17> kFirstKeys{
    "connections",    "threads",    "pipeline",       kLoop,           "rate_per_s", "arrival",
    "seed",           "duration_s", "transactions",   "warmup_s",      "timeout_s",  "ramp_s",
    "allow_failures", kEndsWithin,  "per_connection", "batch_wait_us", "quick_ack"};

// An option that has no effect has no value either, or no time.
options::Setting effective_setting(const OptionSpec& spec, const Workload& asked) {
  if (options::find_broken(spec, asked, options::Values{}) == nullptr) return setting_of(spec, asked);
  const bool is_time = std::holds_alternative<options::kind::Time>(spec.kind);
  return is_time ? options::Setting{std::uint64_t{0}} : options::Setting{};
}

json::value to_value(const options::Setting& setting) {
  if (std::holds_alternative<std::monostate>(setting)) return nullptr;
  return std::visit([](const auto& value) { return json::value_from(value); }, setting);
}

options::Setting to_setting(const Field& field) {
  if (field.value() == nullptr) return {};
  switch (field.value()->kind()) {
    case json::kind::null: break;
    case json::kind::bool_: return field.flag();
    case json::kind::double_: return field.number();
    case json::kind::int64:
    case json::kind::uint64: return field.count();
    case json::kind::string: return field.text();
    case json::kind::array: return field.texts();
    case json::kind::object: field.reject("no object is expected");
  }
  return {};
}

json::value ends_within(const Workload& asked) {
  return asked.ends_within_ns ? json::value(static_cast<double>(*asked.ends_within_ns) / 1e9)
                              : json::value(nullptr);
}

void read_options(const Field& field, Workload& asked) {
  std::vector<const OptionSpec*> lacking;
  workload::each_common_setting([&](const OptionSpec& spec) {
    const bool always_there = std::ranges::find(kFirstKeys, spec.key) != kFirstKeys.end();
    if (field[spec.key].value() == nullptr && !always_there) return;  // of an earlier version
    const options::Setting setting = to_setting(field[spec.key]);
    const auto problem = restore(spec, setting, asked);
    if (field[spec.key].value() == nullptr) {
      field[spec.key].reject("a value is expected");
    } else if (problem && std::holds_alternative<std::monostate>(setting)) {
      lacking.push_back(&spec);
    } else if (problem) {
      field[spec.key].reject(*problem);
    }
  });
  for (const OptionSpec* spec : lacking) {
    const bool has_effect = options::find_broken(*spec, asked, options::Values{}) == nullptr;
    if (has_effect) field[spec->key].reject("a value is expected");
  }
}

}  // namespace

std::vector<std::string_view> workload_keys() {
  std::vector<std::string_view> keys(kFirstKeys.begin(), kFirstKeys.end());
  workload::each_common_setting([&keys](const OptionSpec& spec) {
    if (std::ranges::find(keys, spec.key) == keys.end()) keys.push_back(spec.key);
  });
  return keys;
}

json::object write_workload(const Workload& asked) {
  json::object out;
  for (const std::string_view key : workload_keys()) out[key] = nullptr;
  const std::string_view loop = asked.session_rate ? kPartlyOpen : asked.rate ? "open" : "closed";
  out[kLoop] = json::value(loop);
  out[kEndsWithin] = ends_within(asked);
  workload::each_common_setting(
      [&](const OptionSpec& spec) { out[spec.key] = to_value(effective_setting(spec, asked)); });
  for (const Setting& one : asked.own) out[one.name] = to_value(one.value);
  return out;
}

Workload read_workload(const Field& field, const Field& counters) {
  Workload asked;
  read_options(field, asked);
  asked.ends_within_ns = field[kEndsWithin].unless_null(&Field::seconds);
  asked.batch_ns = counters["batch_wait_ns"].count();
  const std::string loop = field[kLoop].text();
  if (loop != "open") asked.rate.reset();
  if (loop != kPartlyOpen) asked.session_rate.reset();
  if (loop == "open" && !asked.rate) field["rate_per_s"].reject("a rate above 0 is expected");
  if (loop == kPartlyOpen && !asked.session_rate)
    field["session_rate_per_s"].reject("a rate above 0 is expected");
  if (loop != "open" && loop != "closed" && loop != kPartlyOpen)
    field[kLoop].reject("open, partly-open or closed is expected");
  const auto common = workload_keys();
  field.each_key([&](const std::string& key, const Field& one) {
    if (std::ranges::find(common, key) == common.end())
      asked.own.push_back({.name = key, .value = to_setting(one)});
  });
  return asked;
}

}  // namespace backtalk::result
