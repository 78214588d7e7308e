// SPDX-License-Identifier: Apache-2.0 OR MIT
// Rows for a parser with a fuzz adapter, on the same inputs as all other parsers.
#include "adapter/adapter_rows.hpp"

#include <memory>
#include <utility>

#include "backtalk/fuzz/report_items.hpp"
#include "rows.hpp"

namespace backtalk::bench {
namespace {

using fuzz::Report;

class ThroughAdapter final : public Contender {
 public:
  ThroughAdapter(const fuzz::Target& target, std::unique_ptr<fuzz::Adapter> adapter)
      : target_(target), adapter_(std::move(adapter)) {
    adapter_->begin({});
    counting_.count_only();
  }

  std::size_t time(benchmark::State& state, const Input& input, std::size_t piece) override {
    std::size_t turn = 0;
    const std::size_t turns = input.streams.size();
    instructions_.start();
    for ([[maybe_unused]] auto _ : state) {
      const std::string& stream = input.streams[turn];
      turn = turn + 1 == turns ? 0 : turn + 1;
      read_through(stream, piece_octets(piece, stream.size()), counting_);
    }
    instructions_.stop(state, input.units);
    return counting_.refused() ? 0 : input.units;
  }
  std::size_t read(std::string_view stream, std::size_t piece) override {
    read_through(stream, piece, counting_);
    return counting_.counted();
  }
  std::size_t record(std::string_view, std::size_t, EventLog&) override { return 0; }

  // Compares with the reference that the adapter names, in the form of report that both use.
  std::string compare(const Input& input, std::size_t piece) override {
    if (target_.reference == nullptr) return "not compared: the adapter names no reference";
    for (const std::string& stream : input.streams) {
      Report expected;
      Report got;
      target_.reference(stream, {}, expected);
      read_through(stream, piece_octets(piece, stream.size()), got);
      const auto agreement = target_.differences.empty() ? target_.agreement : fuzz::Agreement::verdict;
      if (!fuzz::agree(expected, got, agreement)) return "differs from the reference";
    }
    return "same";
  }

 private:
  void read_through(std::string_view stream, std::size_t piece, Report& report) {
    report.clear();
    if (!adapter_->reset()) adapter_->begin({});
    for (std::size_t at = 0; at < stream.size(); at += piece)
      adapter_->feed(stream.substr(at, piece), report);
    adapter_->finish(report);
  }

  const fuzz::Target& target_;
  std::unique_ptr<fuzz::Adapter> adapter_;
  Report counting_;
};

// A parser of replies refuses commands, or finds nothing in them, and the other way round.
bool reads(const fuzz::Target& target, const MakeAdapter& make, const Input& input) {
  if (input.protocol != target.protocol || input.worst) return false;
  Report report;
  const auto adapter = make();
  adapter->begin({});
  adapter->feed(input.streams.front(), report);
  return !report.refused() && !report.events().empty();
}

}  // namespace

void add_adapter_rows(const ContenderInfo& info, const fuzz::Target& target, const MakeAdapter& make) {
  add_rows(
      info, [&target, make](const Input& input) { return reads(target, make, input); },
      [&target, make](const Input&) { return std::make_unique<ThroughAdapter>(target, make()); });
}

}  // namespace backtalk::bench
