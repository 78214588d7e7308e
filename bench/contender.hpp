// SPDX-License-Identifier: Apache-2.0 OR MIT
// A contender: one parser, driven as its users would drive it, over one input.
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

// What a row has to say of its parser, so that the comparison can be judged.
struct Maker {
  enum class Kind : unsigned char {
    own,      // Backtalk's
    peer,     // somebody else's
    limit,    // no parser: what the machine needs for looking at the octets at all
    adapter,  // one that came with an adapter, or Backtalk's driven through one
  };
  std::string name;
  Kind kind = Kind::peer;
  std::string version;
  std::string build;                    // compiler and flags
  std::string simd;                     // level, or "none"
  std::vector<std::string> leaves_out;  // topics of an Account that it has nothing to say about
  std::string remarks;                  // what it does not check, or does besides
};

class Contender {
 public:
  virtual ~Contender() = default;

  // Reads the input's streams in turn, once an iteration. Returns how many units it found in the last one.
  // (That it finds them in all was checked before.)
  virtual std::size_t time(benchmark::State& state, const Input& input, std::size_t piece) = 0;
  // Reads one stream.
  virtual std::size_t read(std::string_view stream, std::size_t piece) = 0;
  // Reads one stream and says what is in it.
  virtual std::size_t tell(std::string_view stream, std::size_t piece, Account& account) = 0;
  // Where accounts are not its way: "same", or how it differs. Empty: compare the accounts.
  [[nodiscard]] virtual std::string compare(const Input&, std::size_t) { return {}; }

 protected:
  InstructionCounter instructions_;
};

// `Reader` has
//
//     explicit Reader(const Input& input);
//     template <class Ear> std::size_t read(std::string_view stream, std::size_t piece, Ear& ear);
//
// which reads a stream that arrives in pieces of at most `piece` octets and returns how many units were in
// it. `Ear` is an Account, or Silence.
template <class Reader>
class Driven final : public Contender {
 public:
  explicit Driven(const Input& input) : reader_(input) {}

  std::size_t time(benchmark::State& state, const Input& input, std::size_t piece) override {
    Silence silence;
    std::size_t turn = 0;
    std::size_t found = input.units;
    const std::size_t turns = input.streams.size();
    instructions_.start();
    for ([[maybe_unused]] auto _ : state) {
      const std::string& stream = input.streams[turn];
      turn = turn + 1 == turns ? 0 : turn + 1;
      found = reader_.read(stream, piece_octets(piece, stream.size()), silence);
    }
    instructions_.stop(state, input.units);
    return found;
  }
  std::size_t read(std::string_view stream, std::size_t piece) override {
    Silence silence;
    return reader_.read(stream, piece, silence);
  }
  std::size_t tell(std::string_view stream, std::size_t piece, Account& account) override {
    return reader_.read(stream, piece, account);
  }

 private:
  Reader reader_;
};

using MakeContender = std::function<std::unique_ptr<Contender>(const Input&)>;

// A row for each input that `reads` accepts and each of its pieces.
void add_rows(const Maker& maker, const std::function<bool(const Input&)>& reads, const MakeContender& make);

template <class Reader>
void add_rows(const Maker& maker, const std::function<bool(const Input&)>& reads) {
  add_rows(maker, reads, [](const Input& input) { return std::make_unique<Driven<Reader>>(input); });
}

// The slowest inputs that were found for Backtalk's parsers. What others make of them is not compared.
[[nodiscard]] std::function<bool(const Input&)> worst_of(std::string protocol, Side side);

// Inputs of one protocol and side; with names, only those.
[[nodiscard]] std::function<bool(const Input&)> inputs_of(std::string protocol, Side side,
                                                          std::vector<std::string> names = {});

}  // namespace backtalk::bench
