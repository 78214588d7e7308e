// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "result/characters.hpp"
#include "result/deliveries_json.hpp"
#include "result/json.hpp"
#include "result/json_fields.hpp"
#include "result/latency_json.hpp"
#include "result/ranks_json.hpp"
#include "result/series_json.hpp"
#include "result/workload_json.hpp"
#include "session/session.hpp"
#include "stats/hdr_v2.hpp"

namespace backtalk::result {
namespace {

namespace json = boost::json;

constexpr double kMillionths = 1e6;

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

// Of the run, a pass of it or a stage: what timed out has failed.
template <class Part>
void read_censored(const Field& field, const Field& encoded, const stats::TransactionTally& counted,
                   Part& out) {
  if (field.value() == nullptr) return;  // younger than the others
  out.censored = histogram(encoded, field["ages_ns"]);
  out.timed_out = field["timed_out"].count();
  const std::uint64_t all = out.censored.count();
  if (out.timed_out > all || out.timed_out > counted.failed || all - out.timed_out > counted.unfinished)
    field.reject("more timed out or were unfinished than there were");
}

void read_service_censored(const Field& field, const Field& encoded, RunResult& out) {
  if (field.value() == nullptr) return;  // younger than the others
  out.service_censored = histogram(encoded, field["ages_ns"]);
  out.service_timed_out = field["timed_out"].count();
  const std::uint64_t unfinished = out.service_censored.count() - out.service_timed_out;
  if (out.service_timed_out > out.service_censored.count() || out.service_timed_out > out.timed_out ||
      unfinished > out.censored_unfinished())
    field.reject("more timed out or were unfinished than there were");
}

stats::Histogram gaps(const Field& encoded) {
  if (encoded.value() == nullptr) return {};  // younger than the others
  auto read = stats::decode_v2_compressed(encoded.text());
  if (!read) encoded.reject(read.error);
  return read ? std::move(*read.histogram) : stats::Histogram();
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
  const Field unexpected = field["unexpected"];  // younger than the others
  Command out{.name = name,
              .sent = field["sent"].count(),
              .ok = field["ok"].count(),
              .refused = field["refused"].count(),
              .unexpected = unexpected.value() == nullptr ? 0 : unexpected.count(),
              .statuses = {},
              .latency = histogram(histograms["commands"][name], field["latency_ns"]),
              .classes = classes(field["by_class"], histograms["by_class"][name]),
              .censored = {}};
  field["codes"].each_key([&](const std::string& status, const Field& count) {
    const bool ok = std::ranges::find(refusals, status) == refusals.end();
    out.statuses.push_back({.name = status, .ok = ok, .count = count.count()});
  });
  const std::uint64_t answered = out.latency.count();
  const Field censored = field["censored"];
  if (censored.value() != nullptr) {  // younger than the others
    out.censored = histogram(histograms["command_ages"][name], censored["ages_ns"]);
    out.timed_out = censored["timed_out"].count();
    const std::uint64_t waited = out.censored.count();
    if (out.timed_out > waited || waited > out.sent || answered > out.sent - waited)
      censored.reject("more timed out or were unfinished than were not answered");
  }
  if (out.ok > answered || out.refused > answered - out.ok ||
      out.unexpected != answered - out.ok - out.refused)
    field.reject("ok, refused and unexpected do not add up to the replies that were timed");
  std::uint64_t left = answered;
  for (const ClassLatency& one : out.classes) {
    if (one.latency.count() > left) field.reject("the classes have more replies than were timed");
    left -= std::min(left, one.latency.count());
  }
  return out;
}

std::vector<Command> commands(const Field& file) {
  std::vector<Command> out;
  std::size_t classes_left = kJsonAllClassesMax;
  const std::vector<std::string> refusals = file["counters"]["refusals"].texts();
  file["commands"].each_key([&](const std::string& name, const Field& field) {
    if (out.size() == kJsonCommandsMax) return field.reject("no protocol has as many commands");
    const json::value* const by_class = field["by_class"].value();
    const std::size_t classes =
        by_class != nullptr && by_class->is_object() ? by_class->get_object().size() : 0;
    if (classes > classes_left) return field.reject("no protocol has as many classes in all");
    classes_left -= classes;
    out.push_back(command(name, field, file["histogram"], refusals));
  });
  return out;
}

// What the parts of a run, such as its passes, leave of its transactions: nothing in the end.
class Remainder {
 public:
  using Count = std::uint64_t stats::TransactionTally::*;

  Remainder(const Field& field, std::string_view parts, const stats::TransactionTally& all,
            std::vector<Count> counts)
      : field_(field), parts_(parts), left_(all), counts_(std::move(counts)) {}

  void take(const stats::TransactionTally& part) {
    for (const Count count : counts_) {
      if (part.*count > left_.*count) field_.reject(compared("more"));
      left_.*count -= std::min(left_.*count, part.*count);
    }
  }
  void expect_none() const {
    if (std::ranges::any_of(counts_, [this](Count count) { return left_.*count > 0; }))
      field_.reject(compared("fewer"));
  }

 private:
  [[nodiscard]] std::string compared(std::string_view how) const {
    return fmt::format("the {} have {} transactions than the run", parts_, how);
  }

  const Field& field_;
  std::string_view parts_;
  stats::TransactionTally left_;
  std::vector<Count> counts_;
};

// The passes' transactions are all that there were.
std::vector<MixPass> mix(const Field& field, const stats::TransactionTally& all) {
  std::vector<MixPass> out;
  if (field.value() == nullptr) return out;  // younger than the others
  using Tally = stats::TransactionTally;
  Remainder left(field, "passes", all,
                 {&Tally::completed, &Tally::failed, &Tally::unfinished, &Tally::in_doubt});
  field.each(kJsonPassesMax, [&](const Field& one) {
    MixPass pass{.name = one["name"].text(),
                 .weight = one["weight"].count(),
                 .counted = transactions(one),
                 .latency = histogram(one["histogram"], one["latency_ns"]),
                 .censored = {}};
    read_censored(one["censored"], one["ages"], pass.counted, pass);
    if (pass.weight == 0 || pass.weight > kJsonWeightMax) one["weight"].reject("a weight is from 1 to 10000");
    if (pass.latency.count() != pass.counted.completed)
      one["latency_ns"].reject("not every completed transaction was timed");
    left.take(pass.counted);
    out.push_back(std::move(pass));
  });
  if (!out.empty()) left.expect_none();
  return out;
}

std::optional<Sessions> sessions(const Field& field) {
  if (field.value() == nullptr || field.is_null()) return std::nullopt;  // younger than the others
  Sessions out{.started = field["started"].count(),
               .completed = field["completed"].count(),
               .failed = field["failed"].count(),
               .unfinished = field["unfinished"].count(),
               .found_all_busy = field["found_all_busy"].count(),
               .latency = histogram(field["histogram"], field["latency_ns"]),
               .censored = histogram(field["ages"], field["ages_ns"])};
  const bool add_up = out.completed <= out.started && out.failed <= out.started - out.completed &&
                      out.unfinished == out.started - out.completed - out.failed;
  if (!add_up) field.reject("completed, failed and unfinished do not add up to started");
  if (out.found_all_busy > out.started) field.reject("more sessions had to wait than fell due");
  if (out.latency.count() != out.completed) field.reject("not every completed session was timed");
  if (add_up && out.censored.count() > out.failed + out.unfinished)
    field.reject("more timed out or were unfinished than there were");
  return out;
}

std::vector<NamedCount> errors(const Field& field) {
  std::vector<NamedCount> out;
  field.each_key([&out](const std::string& name, const Field& count) {
    out.push_back({.name = name, .count = count.count()});
  });
  return out;
}

// Whatever failed has a name.
void expect_sum(const Field& field, const std::vector<NamedCount>& errors, std::uint64_t failed) {
  bool too_many = false;
  for (const NamedCount& error : errors) {
    too_many = too_many || error.count > failed;
    failed -= std::min(failed, error.count);
  }
  if (too_many || failed > 0) field.reject("they do not add up to failed");
}

std::optional<stats::Confidence> interval(const Field& field) {
  if (field.is_null()) return std::nullopt;
  std::vector<std::uint64_t> ends;
  field.each(2, [&ends](const Field& one) { ends.push_back(one.count()); });
  if (ends.size() == 2 && ends[0] <= ends[1]) return stats::Confidence{.low = ends[0], .high = ends[1]};
  field.reject("the two ends of an interval are expected");
  return std::nullopt;
}

void read_halves(const Field& field, Stage& out) {
  std::size_t half = 0;
  field.each(out.due.size(), [&](const Field& one) {
    out.due.at(half) = one["due"].count();
    out.answered.at(half++) = one["answered"].count();
  });
  if (half != out.due.size() || out.due[0] > out.counted.started ||
      out.due[1] != out.counted.started - out.due[0])
    field.reject("what was due in the two halves does not add up to what was started");
}

Stage stage(const Field& field) {
  Stage out{.duration_ns = field["duration_s"].seconds(),
            .from_per_s = field["from_per_s"].number(kMillionths),
            .to_per_s = field["to_per_s"].number(kMillionths),
            .counted = transactions(field),
            .latency = histogram(field["histogram"]["latency"], field["latency_ns"]),
            .errors = errors(field["errors"]),
            .p50_interval = interval(field["latency_ns"]["intervals"]["p50"]),
            .p99_interval = interval(field["latency_ns"]["intervals"]["p99"]),
            .server_cpu_ns = field["server_cpu_s"].unless_null(&Field::seconds)};
  // Rates of a stage are per second of it.
  if (out.duration_ns == 0) field["duration_s"].reject("a stage lasts for some time");
  read_halves(field["halves"], out);
  if (out.latency.count() != out.counted.completed)
    field["latency_ns"].reject("not every completed transaction was timed");
  read_censored(field["censored"], field["histogram"]["censored"], out.counted, out);
  expect_sum(field["errors"], out.errors, out.counted.failed);
  return out;
}

// The stages' transactions are all that there were.
std::vector<Stage> stages(const Field& field, const stats::TransactionTally& all) {
  std::vector<Stage> out;
  if (field.value() == nullptr) return out;  // younger than the others
  using Tally = stats::TransactionTally;
  Remainder left(field, "stages", all,
                 {&Tally::completed, &Tally::failed, &Tally::unfinished, &Tally::in_doubt});
  field.each(stats::kStagesMax, [&](const Field& one) { left.take(out.emplace_back(stage(one)).counted); });
  if (!out.empty()) left.expect_none();
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

// Each connection is one to some address.
std::vector<AddressCounts> addresses(const Field& field, std::uint64_t opened, std::uint64_t failed) {
  std::vector<AddressCounts> out;
  if (field.value() == nullptr) return out;  // younger than the others
  const auto take = [&field](std::uint64_t& left, std::uint64_t count) {
    if (count > left) field.reject("the addresses have more connections than the run");
    left -= std::min(left, count);
  };
  field.each(kJsonAddressesMax, [&](const Field& one) {
    AddressCounts counts{.name = one["address"].text(),
                         .opened = one["opened"].count(),
                         .failed = one["failed"].count(),
                         .transactions = one["transactions"].count(),
                         .errors = errors(one["errors"])};
    take(opened, counts.opened);
    take(failed, counts.failed);
    expect_sum(one["errors"], counts.errors, counts.failed);
    out.push_back(std::move(counts));
  });
  if (!out.empty() && (opened > 0 || failed > 0))
    field.reject("the addresses have fewer connections than the run");
  return out;
}

// Transactions that found no connection belong to none of them.
std::vector<TargetCounts> targets(const Field& field, const stats::TransactionTally& all) {
  std::vector<TargetCounts> out;
  if (field.value() == nullptr) return out;  // younger than the others
  using Tally = stats::TransactionTally;
  Remainder left(field, "targets", all, {&Tally::completed, &Tally::failed, &Tally::unfinished});
  field.each(kJsonTargetsMax, [&](const Field& one) {
    TargetCounts target{.url = one["url"].text(),
                        .weight = one["weight"].count(),
                        .opened = one["connections"]["opened"].count(),
                        .failed = one["connections"]["failed"].count(),
                        .counted = transactions(one["transactions"]),
                        .latency = histogram(one["histogram"], one["latency_ns"]),
                        .errors = errors(one["errors"])};
    const Field had = one["connections"];
    if (had["ready_ever"].value() != nullptr) {  // these are younger than the others
      target.ready_ever = had["ready_ever"].count();
      target.restarts = had["restarts"].count();
      target.lost = had["lost"].flag();
    } else {
      target.ready_ever = std::min<std::uint64_t>(target.opened, target.counted.started);
    }
    if (target.latency.count() != target.counted.completed)
      one["latency_ns"].reject("not every completed transaction was timed");
    left.take(target.counted);
    out.push_back(std::move(target));
  });
  return out;
}

Connections connections(const Field& field, const Field& counters) {
  return {.opened = field["opened"].count(),
          .failed = field["failed"].count(),
          .addresses = addresses(field["addresses"], field["opened"].count(), field["failed"].count()),
          .sources = addresses(field["sources"], field["opened"].count(), field["failed"].count()),
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
  const Field in_flight = counters["in_flight_us"];   // likewise
  const Load out{
      .load_ns = counters["load_ns"].count(),
      .silent_ns = counters["silent_ns"].count(),
      .found_all_busy = transactions["found_all_busy"].count(),
      .second_half_ns = counters["second_half_ns"].count(),
      .due_by_middle = counters["due_by_middle"].count(),
      .answered_by_middle = counters["answered_by_middle"].count(),
      .answered_by_end = counters["answered_by_end"].count(),
      .in_flight_us = in_flight.value() == nullptr ? 0 : in_flight.count(),
      .beside_latency_us = in_flight.value() == nullptr ? 0 : counters["beside_latency_us"].count(),
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

std::vector<Span> spans(const Field& field, std::uint64_t elapsed_ns) {
  if (field.value() == nullptr) return {};  // younger than the others
  constexpr std::uint64_t kEndMaxUs = std::uint64_t{1} << 53;
  std::vector<Span> out;
  std::uint64_t end_us = 0;
  std::uint64_t together_ns = 0;
  field.each(kJsonSpansMax, [&](const Field& one) {
    const Span span{.begin_unix_us = one["begin_unix_us"].count(), .length_ns = one["length_s"].seconds()};
    if (span.begin_unix_us < end_us || span.begin_unix_us > kEndMaxUs)
      one["begin_unix_us"].reject("the spans are not in order, or not of this age");
    end_us = span.begin_unix_us + span.length_ns / 1000;
    together_ns += span.length_ns;
    out.push_back(span);
  });
  if (!out.empty() && together_ns != elapsed_ns) field.reject("their lengths do not add up to `elapsed_s`");
  return out;
}

std::optional<Tls> tls(const Field& field) {
  if (field.is_null()) return std::nullopt;
  return Tls{.version = field["version"].text(),
             .cipher = field["cipher"].text(),
             .verified = field["verified"].flag()};
}

Verification verification(const Field& field) {
  if (field.value() == nullptr || field.is_null()) return {};  // younger than the others
  return {.checked = field["checked"].count(), .not_checkable = field["not_checkable"].count()};
}

std::optional<Floor> floor(const Field& field) {
  if (field.value() == nullptr || field.is_null()) return std::nullopt;  // younger than the others
  return Floor{.p50_ns = field["p50_ns"].count(),
               .p99_ns = field["p99_ns"].count(),
               .age_s = field["age_s"].count(),
               .file = field["file"].text()};
}

std::optional<Probe> probe(const Field& field) {
  if (field.value() == nullptr || field.is_null()) return std::nullopt;  // younger than the others
  Probe out{.command = field["command"].text(),
            .rate = field["rate_per_s"].number(),
            .counted = transactions(field),
            .latency = histogram(field["histogram"], field["latency_ns"])};
  read_censored(field["censored"], field["ages"], out.counted, out);
  return out;
}

std::optional<Server> server(const Field& field) {
  if (field.value() == nullptr || field.is_null()) return std::nullopt;  // younger than the others
  return Server{.pid = field["pid"].count(),
                .cpu_ns = field["cpu_s"].seconds(),
                .rss_max_octets = field["rss_max_bytes"].count(),
                // Younger than the others.
                .gone = field["gone"].value() != nullptr && field["gone"].flag()};
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
  out.spans = spans(file["spans"], out.elapsed_ns);
  out.interrupted = file["interrupted"].flag();
  out.measured = transactions(file["transactions"]);
  out.warmup = transactions(file["warmup"]);
  out.latency = histogram(histograms["latency"], file["latency_ns"]);
  read_censored(file["censored"], histograms["censored"], out.measured, out);
  out.batches = batches(histograms["batches"], out.latency.count() + out.censored.count());
  out.service = histogram(histograms["service"], file["service_ns"]);
  read_service_censored(file["service_censored"], histograms["service_ages"], out);
  out.connect = histogram(histograms["connect"], file["connections"]["connect_ns"]);
  out.handshake = histogram(histograms["tls"], file["connections"]["tls_ns"]);
  out.send_lag = histogram(histograms["send_lag"], file["client"]["send_lag_ns"]);
  out.gaps = gaps(histograms["gaps"]);
  if (file["delivery_ns"].value() != nullptr)  // younger than the others
    out.delivery = histogram(histograms["delivery"], file["delivery_ns"]);
  out.deliveries = read_deliveries(file["delivery"]);
  out.commands = commands(file);
  out.mix = mix(file["mix"], out.measured);
  out.targets = targets(file["targets"], out.measured);
  out.stages = stages(file["stages"], out.measured);
  out.sessions = sessions(file["sessions"]);
  if (out.sessions.has_value() != out.workload.session_rate.has_value())
    file["sessions"].reject("they are there if there is a session_rate_per_s, and only then");
  out.errors = errors(file["errors"]);
  out.examples = examples(file["examples"]);
  out.notes = counters["notes"].texts();
  out.connections = connections(file["connections"], counters);
  out.bytes_sent = file["bytes"]["sent"].count();
  out.bytes_received = file["bytes"]["received"].count();
  out.wire_sent = file["bytes"]["wire_sent"].count();
  out.wire_received = file["bytes"]["wire_received"].count();
  out.client = client(file["client"], counters);
  out.server = server(file["server"]);
  out.verification = verification(file["verify"]);
  out.load = load(counters, file["transactions"]);
  out.floor = floor(file["floor"]);
  out.probe = probe(file["probe"]);
  out.ranks = read_ranks(file["ranks"], out.measured);
  out.seconds = seconds(file["intervals"]);
  out.series = read_series(file["series"], out);
  if (out.latency.count() != out.measured.completed || out.service.count() != out.measured.completed)
    file["latency_ns"].reject("not every completed transaction was timed");
  return out;
}

}  // namespace

std::variant<RunResult, std::string> from_json(std::string_view text) {
  if (text.size() > kJsonOctetsMax)
    return fmt::format("too long for a result of backtalk load: it has {} octets, and {} MiB are the limit",
                       text.size(), kJsonOctetsMax >> 20);
  json::error_code failure;
  json::parse_options limits;
  limits.max_depth = kJsonDepthMax;
  const json::value value = json::parse(text, failure, {}, limits);
  if (failure == json::error::too_deep)
    return fmt::format("not a result of backtalk load: more than {} objects and arrays within each other",
                       kJsonDepthMax);
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
