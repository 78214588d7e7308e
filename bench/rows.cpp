// SPDX-License-Identifier: Apache-2.0 OR MIT
// Registers rows with Google Benchmark; each is compared with Backtalk's log before it is timed.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "contender.hpp"
#include "facts.hpp"
#include "rows.hpp"

namespace backtalk::bench {
namespace {

std::vector<std::unique_ptr<Row>>& registered() {
  static std::vector<std::unique_ptr<Row>> rows;
  return rows;
}

// Backtalk's log of each stream of an input, with which all others are compared.
const std::vector<EventLog>& expected_logs(const Input& input) {
  static std::map<const Input*, std::vector<EventLog>> known;
  const auto found = known.find(&input);
  if (found != known.end()) return found->second;
  std::vector<EventLog>& logs = known[&input];
  for (const auto& row : registered()) {
    if (row->input != &input || row->info->name != "backtalk") continue;
    const auto contender = row->make(input);
    for (const std::string& stream : input.streams) {
      contender->record(stream, kWhole, logs.emplace_back());
    }
    break;
  }
  return logs;
}

std::string compare_logs(const Row& row) {
  const Input& input = *row.input;
  const auto contender = row.make(input);
  if (std::string compared = contender->compare(input, row.piece); !compared.empty()) return compared;
  const std::vector<EventLog>& expected = expected_logs(input);
  if (expected.empty()) return "not compared: Backtalk has no row on this input";
  for (std::size_t i = 0; i < input.streams.size(); ++i) {
    const std::string& stream = input.streams[i];
    EventLog log;
    const std::size_t found = contender->record(stream, piece_octets(row.piece, stream.size()), log);
    if (found != input.units && !input.worst) {
      return "finds " + std::to_string(found) + " of " + std::to_string(input.units) + " units";
    }
    if (std::string parted = difference(expected[i], log, row.info->leaves_out); !parted.empty()) {
      return parted;
    }
  }
  return "same";
}

void run(benchmark::State& state, Row& row) {
  const Input& input = *row.input;
  if (row.events.empty()) {
    row.events = row.info->kind == ContenderInfo::Kind::limit ? "none" : compare_logs(row);
  }
  const auto contender = row.make(input);
  const std::size_t found = contender->time(state, input, row.piece);
  if (found != input.units && row.info->kind != ContenderInfo::Kind::limit && !input.worst) {
    state.SkipWithError("not every message was found");
    return;
  }
  const double octets = static_cast<double>(input.octets()) / static_cast<double>(input.streams.size());
  const auto read = static_cast<double>(state.iterations());
  state.counters["seconds_per_unit"] = benchmark::Counter(
      read * static_cast<double>(input.units), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["octets_per_second"] = benchmark::Counter(read * octets, benchmark::Counter::kIsRate);
  state.SetLabel(row_facts(*row.info, row.events));
}

}  // namespace

std::string Row::name() const {
  return input->protocol + "/" + input->name + "/" + piece_name(piece) + "/" + info->name;
}

const std::vector<std::unique_ptr<Row>>& all_rows() {
  return registered();
}

void add_rows(const ContenderInfo& info, const std::function<bool(const Input&)>& reads,
              const MakeContender& make) {
  const auto shared = std::make_shared<const ContenderInfo>(info);
  for (const Input& input : all_inputs()) {
    if (!reads(input)) continue;
    for (const std::size_t piece : input.pieces) {
      // The limits do not depend on how the octets arrive.
      if (info.kind == ContenderInfo::Kind::limit && piece != kWhole) continue;
      registered().push_back(std::make_unique<Row>(Row{&input, shared, piece, make, {}}));
    }
  }
}

std::function<bool(const Input&)> inputs_of(std::string protocol, Side side, std::vector<std::string> names) {
  return [protocol = std::move(protocol), side, names = std::move(names)](const Input& input) {
    return input.protocol == protocol && input.side == side && !input.worst &&
           (names.empty() || std::ranges::find(names, input.name) != names.end());
  };
}

std::function<bool(const Input&)> worst_of(std::string protocol, Side side) {
  return [protocol = std::move(protocol), side](const Input& input) {
    return input.worst && input.protocol == protocol && input.side == side;
  };
}

void keep_rows_of(const std::string& protocol) {
  std::erase_if(registered(), [&protocol](const auto& row) { return row->input->protocol != protocol; });
}

void register_rows() {
  for (const auto& row : registered()) {
    benchmark::RegisterBenchmark(row->name().c_str(), [&row](benchmark::State& state) { run(state, *row); });
  }
}

}  // namespace backtalk::bench
