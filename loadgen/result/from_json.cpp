// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "result/characters.hpp"
#include "result/json.hpp"
#include "result/json_fields.hpp"
#include "result/workload_json.hpp"
#include "session/session.hpp"
#include "stats/hdr_v2.hpp"

namespace backtalk::result {
namespace {

namespace json = boost::json;

stats::TransactionTally transactions(const Field& field) {
  const stats::TransactionTally out{.started = field["started"].count(),
                                    .completed = field["completed"].count(),
                                    .failed = field["failed"].count(),
                                    .unfinished = field["unfinished"].count(),
                                    .in_doubt = field["in_doubt"].count()};
  const bool add_up = out.completed <= out.started && out.failed <= out.started - out.completed &&
                      out.unfinished == out.started - out.completed - out.failed;
  if (!add_up) field.reject("completed, failed and unfinished do not add up to started");
  if (add_up && out.in_doubt > out.failed + out.unfinished) field.reject("more are in doubt than failed");
  return out;
}

// `encoded` holds the counts. `figures` holds the exact bounds, which the encoding does not
// contain.
stats::Histogram histogram(const Field& encoded, const Field& figures) {
  const auto read = stats::decode_v2_compressed(encoded.text());
  if (!read) {
    encoded.reject(read.error);
    return {};
  }
  stats::Histogram out = *read.histogram;
  if (out.count() != figures["count"].count())
    encoded.reject("it does not hold as many values as are counted");
  if (!out.restore(figures["min"].count(), figures["max"].count(), figures["clamped"].count()))
    figures.reject("min, max or clamped are not those of the histogram");
  return out;
}

std::vector<ClassLatency> classes(const Field& field, const Field& encoded) {
  std::vector<ClassLatency> out;
  if (field.value() == nullptr) return out;  // younger than the others
  field.each_key([&](const std::string& name, const Field& figures) {
    if (out.size() == kJsonClassesMax) return field.reject("no protocol has as many classes");
    out.push_back({.name = name, .latency = histogram(encoded[name], figures)});
  });
  return out;
}

Command command(const std::string& name, const Field& field, const Field& histograms,
                const std::vector<std::string>& refusals) {
  Command out{.name = name,
              .sent = field["sent"].count(),
              .ok = field["ok"].count(),
              .refused = field["refused"].count(),
              .statuses = {},
              .latency = histogram(histograms["commands"][name], field["latency_ns"]),
              .classes = classes(field["by_class"], histograms["by_class"][name])};
  field["codes"].each_key([&](const std::string& status, const Field& count) {
    const bool ok = std::ranges::find(refusals, status) == refusals.end();
    out.statuses.push_back({.name = status, .ok = ok, .count = count.count()});
  });
  const std::uint64_t answered = out.latency.count();
  if (out.ok > answered || out.refused != answered - out.ok)
    field.reject("ok and refused do not add up to the replies that were timed");
  std::uint64_t left = answered;
  for (const ClassLatency& one : out.classes) {
    if (one.latency.count() > left) field.reject("the classes have more replies than were timed");
    left -= std::min(left, one.latency.count());
  }
  return out;
}

std::vector<Command> commands(const Field& file) {
  std::vector<Command> out;
  const std::vector<std::string> refusals = file["counters"]["refusals"].texts();
  file["commands"].each_key([&](const std::string& name, const Field& field) {
    if (out.size() == kJsonCommandsMax) return field.reject("no protocol has as many commands");
    out.push_back(command(name, field, file["histogram"], refusals));
  });
  return out;
}

// The passes' transactions are all that there were.
std::vector<MixPass> mix(const Field& field, const stats::TransactionTally& all) {
  std::vector<MixPass> out;
  if (field.value() == nullptr) return out;  // younger than the others
  stats::TransactionTally left = all;
  const auto take = [&field](std::uint64_t& from, std::uint64_t count) {
    if (count > from) field.reject("the passes have more transactions than the run");
    from -= std::min(from, count);
  };
  field.each(kJsonPassesMax, [&](const Field& one) {
    MixPass pass{.name = one["name"].text(),
                 .weight = one["weight"].count(),
                 .counted = transactions(one),
                 .latency = histogram(one["histogram"], one["latency_ns"])};
    if (pass.weight == 0 || pass.weight > kJsonWeightMax) one["weight"].reject("a weight is from 1 to 1000");
    if (pass.latency.count() != pass.counted.completed)
      one["latency_ns"].reject("not every completed transaction was timed");
    take(left.completed, pass.counted.completed);
    take(left.failed, pass.counted.failed);
    take(left.unfinished, pass.counted.unfinished);
    out.push_back(std::move(pass));
  });
  if (!out.empty() && left.completed + left.failed + left.unfinished > 0)
    field.reject("the passes have fewer transactions than the run");
  return out;
}

std::vector<NamedCount> errors(const Field& field) {
  std::vector<NamedCount> out;
  field.each_key([&out](const std::string& name, const Field& count) {
    out.push_back({.name = name, .count = count.count()});
  });
  return out;
}

// Younger than the other keys. It is shown as it is.
std::optional<std::string> expected_of(const Field& field) {
  if (field.value() == nullptr || field.is_null()) return std::nullopt;
  std::string text = field.text();
  if (!std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; }))
    field.reject("printable characters of ASCII are expected");
  return text;
}

std::vector<Example> examples(const Field& field) {
  std::vector<Example> out;
  field.each(stats::Examples::kMax, [&out](const Field& one) {
    const auto text = octets_of(one["text"].text());
    if (!text || text->size() > session::kServerWordsMax)
      return one["text"].reject("512 characters from U+0000 to U+00FF are expected at most");
    const Field text_offset = one["text_offset"];  // younger than the others
    out.push_back({.name = one["name"].text(),
                   .command = one["command"].unless_null(&Field::text),
                   .status = one["status"].unless_null(&Field::text),
                   .text = *text,
                   .offset = one["offset"].count(),
                   .script_line = one["script_line"].unless_null(&Field::count),
                   .text_offset = (text_offset.value() == nullptr ? one["offset"] : text_offset).count(),
                   .expected = expected_of(one["expected"])});
  });
  return out;
}

Connections connections(const Field& field, const Field& counters) {
  return {.opened = field["opened"].count(),
          .failed = field["failed"].count(),
          .handshakes = {.full = field["handshakes"]["full"].count(),
                         .resumed = field["handshakes"]["resumed"].count(),
                         .failed = field["handshakes"]["failed"].count()},
          .restarts = {.count = field["restarts"]["count"].count(),
                       .connections = field["restarts"]["connections"].count(),
                       .longest_ns = field["restarts"]["longest_s"].seconds()},
          .ready_at_start = field["ready_at_start"].count(),
          .ready_ever = field["ready_ever"].count(),
          .ready_at_end = counters["ready_at_end"].count(),
          .lost = counters["lost_sessions"].flag(),
          .connected_ns = field["connected_s"].seconds()};
}

Client client(const Field& field, const Field& counters) {
  return {.cpu_ns = field["cpu_s"].seconds(),
          .run_delay_ns = field["run_delay_s"].seconds(),
          .core_turns = counters["core_turns"].count(),
          .busy_max = counters["busy_max"].number(),
          .delayed_max = counters["delayed_max"].number(),
          .batched_waits = counters["batched_waits"].count()};
}

Load load(const Field& counters, const Field& transactions) {
  const Field unsolicited = counters["unsolicited"];  // younger than the others
  const Load out{.load_ns = counters["load_ns"].count(),
                 .silent_ns = counters["silent_ns"].count(),
                 .found_all_busy = transactions["found_all_busy"].count(),
                 .second_half_ns = counters["second_half_ns"].count(),
                 .due_by_middle = counters["due_by_middle"].count(),
                 .answered_by_middle = counters["answered_by_middle"].count(),
                 .answered_by_end = counters["answered_by_end"].count(),
                 .unsolicited = unsolicited.value() == nullptr ? 0 : unsolicited.count()};
  const std::uint64_t started = transactions["started"].count();
  if (out.due_by_middle > started || out.answered_by_end > started ||
      out.answered_by_middle > out.answered_by_end)
    counters.reject("what was due and answered by the middle and the end contradicts the transactions");
  return out;
}

std::vector<Second> seconds(const Field& field) {
  constexpr std::size_t kSecondsMax = 604'800;  // the longest duration, a week
  std::vector<Second> out;
  field.each(kSecondsMax, [&out](const Field& one) {
    const Second second{.t_s = one["t_s"].count(),
                        .completed = one["completed"].count(),
                        .failed = one["failed"].count(),
                        .p50_ns = one["p50_ns"].unless_null(&Field::count),
                        .p99_ns = one["p99_ns"].unless_null(&Field::count)};
    if (!out.empty() && second.t_s <= out.back().t_s) one["t_s"].reject("the seconds are not in order");
    out.push_back(second);
  });
  return out;
}

std::optional<Tls> tls(const Field& field) {
  if (field.is_null()) return std::nullopt;
  return Tls{.version = field["version"].text(),
             .cipher = field["cipher"].text(),
             .verified = field["verified"].flag()};
}

RunResult read(const Field& file) {
  const Field counters = file["counters"];
  const Field histograms = file["histogram"];
  RunResult out;
  out.url = file["target"]["url"].text();
  out.protocol = file["target"]["protocol"].text();
  out.tls = tls(file["target"]["tls"]);
  out.transaction = counters["transaction"].text();
  out.workload = read_workload(file["workload"], counters);
  out.elapsed_ns = file["elapsed_s"].seconds();
  out.interrupted = file["interrupted"].flag();
  out.measured = transactions(file["transactions"]);
  out.warmup = transactions(file["warmup"]);
  out.latency = histogram(histograms["latency"], file["latency_ns"]);
  out.service = histogram(histograms["service"], file["service_ns"]);
  out.connect = histogram(histograms["connect"], file["connections"]["connect_ns"]);
  out.handshake = histogram(histograms["tls"], file["connections"]["tls_ns"]);
  out.send_lag = histogram(histograms["send_lag"], file["client"]["send_lag_ns"]);
  out.commands = commands(file);
  out.mix = mix(file["mix"], out.measured);
  out.errors = errors(file["errors"]);
  out.examples = examples(file["examples"]);
  out.notes = counters["notes"].texts();
  out.connections = connections(file["connections"], counters);
  out.bytes_sent = file["bytes"]["sent"].count();
  out.bytes_received = file["bytes"]["received"].count();
  out.wire_sent = file["bytes"]["wire_sent"].count();
  out.wire_received = file["bytes"]["wire_received"].count();
  out.client = client(file["client"], counters);
  out.load = load(counters, file["transactions"]);
  out.seconds = seconds(file["intervals"]);
  if (out.latency.count() != out.measured.completed || out.service.count() != out.measured.completed)
    file["latency_ns"].reject("not every completed transaction was timed");
  return out;
}

}  // namespace

std::variant<RunResult, std::string> from_json(std::string_view text) {
  if (text.size() > kJsonOctetsMax) return fmt::format("more than {} MiB", kJsonOctetsMax >> 20);
  json::error_code failure;
  const json::value value = json::parse(text, failure);
  if (failure) return fmt::format("not JSON: {}", failure.message());
  Problem problem;
  const Field file(&value, "", problem);
  const json::value* const schema = file["schema"].value();
  if (schema == nullptr || *schema != "backtalk.load/1")
    return "not a result of backtalk load: its `schema` is not `backtalk.load/1`";
  if (file["counters"].value() == nullptr)
    return "saved by a version of backtalk that did not save `counters`, so it can neither be merged nor "
           "reported";
  RunResult result = read(file);
  if (problem.first()) return *problem.first();
  return result;
}

}  // namespace backtalk::result
