// SPDX-License-Identifier: Apache-2.0 OR MIT
// A contender: one parser, driven as its users would drive it, on one input.
#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event_log.hpp"
#include "input.hpp"
#include "instruction_counter.hpp"

namespace backtalk::bench {

// Facts about a row's parser that a reader needs to judge the comparison.
struct ContenderInfo {
  enum class Kind : unsigned char {
    own,      // Backtalk's
    peer,     // another project's
    limit,    // a lower bound instead of a parser: the cost of looking at the octets at all
    adapter,  // one with a fuzz adapter, or Backtalk's driven through one
  };
  std::string name;
  Kind kind = Kind::peer;
  std::string version;
  std::string build;                    // compiler and flags
  std::string simd;                     // level, or "none"
  std::vector<std::string> leaves_out;  // topics of an EventLog that it does not report
  std::string remarks;                  // what it does not check, or does in addition
};

class Contender {
 public:
  virtual ~Contender() = default;

  // Reads the input's streams in turn, one per iteration. Returns how many units it found in the
  // last one. (A previous check made sure that it finds all of them in each stream.)
  virtual std::size_t time(benchmark::State& state, const Input& input, std::size_t piece) = 0;
  // Reads one stream.
  virtual std::size_t read(std::string_view stream, std::size_t piece) = 0;
  // Reads one stream and logs what is in it.
  virtual std::size_t record(std::string_view stream, std::size_t piece, EventLog& log) = 0;
  // For contenders without a log: "same", or how it differs. Empty: compare the logs.
  [[nodiscard]] virtual std::string compare(const Input&, std::size_t) { return {}; }

 protected:
  InstructionCounter instructions_;
};

// `Reader` has
//
//     explicit Reader(const Input& input);
//     template <class Log> std::size_t read(std::string_view stream, std::size_t piece, Log& log);
//
// which reads a stream that arrives in pieces of at most `piece` octets and returns how many units
// it contained. `Log` is EventLog or NoLog.
template <class Reader>
class Driven final : public Contender {
 public:
  explicit Driven(const Input& input) : reader_(input) {}

  std::size_t time(benchmark::State& state, const Input& input, std::size_t piece) override {
    NoLog no_log;
    std::size_t turn = 0;
    std::size_t found = input.units;
    const std::size_t turns = input.streams.size();
    instructions_.start();
    for ([[maybe_unused]] auto _ : state) {
      const std::string& stream = input.streams[turn];
      turn = turn + 1 == turns ? 0 : turn + 1;
      found = reader_.read(stream, piece_octets(piece, stream.size()), no_log);
    }
    instructions_.stop(state, input.units);
    return found;
  }
  std::size_t read(std::string_view stream, std::size_t piece) override {
    NoLog no_log;
    return reader_.read(stream, piece, no_log);
  }
  std::size_t record(std::string_view stream, std::size_t piece, EventLog& log) override {
    return reader_.read(stream, piece, log);
  }

 private:
  Reader reader_;
};

using MakeContender = std::function<std::unique_ptr<Contender>(const Input&)>;

// Adds a row for each input that `reads` accepts, and for each size of its pieces.
void add_rows(const ContenderInfo& info, const std::function<bool(const Input&)>& reads,
              const MakeContender& make);

template <class Reader>
void add_rows(const ContenderInfo& info, const std::function<bool(const Input&)>& reads) {
  add_rows(info, reads, [](const Input& input) { return std::make_unique<Driven<Reader>>(input); });
}

// The slowest inputs that the search found for Backtalk's parsers. Logs of them are not compared.
[[nodiscard]] std::function<bool(const Input&)> worst_of(std::string protocol, Side side);

// Inputs of one protocol and side; if `names` is not empty, only those.
[[nodiscard]] std::function<bool(const Input&)> inputs_of(std::string protocol, Side side,
                                                          std::vector<std::string> names = {});

}  // namespace backtalk::bench
