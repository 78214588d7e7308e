// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/trial.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>

#include "backtalk/fuzz/report_items.hpp"
#include "engine/lent_memory.hpp"

namespace backtalk::fuzz {
namespace {

LentMemory& memory() {
  static LentMemory instance;
  return instance;
}

void feed_lent(Adapter& adapter, std::string_view piece, Report& report) {
  LentMemory& lender = memory();
  adapter.feed(lender.lend(piece), report);
  lender.take_back();
}

// Buffers text for standard error without an allocation, so that a program that is about to abort
// can use it.
class Note {
 public:
  Note() = default;
  ~Note() { flush(); }
  Note(const Note&) = delete;
  Note& operator=(const Note&) = delete;

  Note& put(std::string_view text) {
    for (const char c : text) put_byte(c);
    return *this;
  }
  Note& put(std::uint64_t number, int width = 0) {
    std::array<char, 32> text{};
    const int size =
        std::snprintf(text.data(), text.size(), "%*llu", width, static_cast<unsigned long long>(number));
    return put({text.data(), static_cast<std::size_t>(size)});
  }
  Note& put_quoted(std::string_view bytes) {
    put("\"");
    for (const char c : bytes) put_escaped(static_cast<unsigned char>(c));
    return put("\"");
  }

 private:
  void put_byte(char c) {
    if (size_ == block_.size()) flush();
    block_[size_++] = c;
  }
  void put_escaped(unsigned char byte) {
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (byte) {
      case '\r': put("\\r"); return;
      case '\n': put("\\n"); return;
      case '\t': put("\\t"); return;
      case '"': put("\\\""); return;
      case '\\': put("\\\\"); return;
      default: break;
    }
    if (byte >= 0x20 && byte < 0x7F) return put_byte(static_cast<char>(byte));
    put("\\x");
    put_byte(kHex[byte >> 4U]);
    put_byte(kHex[byte & 15U]);
  }
  void flush() {
    std::fwrite(block_.data(), 1, size_, stderr);
    size_ = 0;
  }

  std::array<char, 512> block_{};
  std::size_t size_ = 0;
};

// Prints the lines of the stream, each after its offset.
void put_transcript(Note& out, std::string_view stream) {
  constexpr std::size_t kLinesMax = 60;
  constexpr std::size_t kLineMax = 400;
  out.put("the stream, ").put(stream.size()).put(" bytes:\n");
  std::size_t at = 0;
  for (std::size_t lines = 0; at < stream.size(); ++lines) {
    if (lines == kLinesMax) {
      out.put("  ... ").put(stream.size() - at).put(" more bytes\n");
      return;
    }
    const std::size_t end = std::min({stream.find('\n', at), stream.size() - 1, at + kLineMax - 1}) + 1;
    out.put("  ").put(at, 6).put("  ").put_quoted(stream.substr(at, end - at)).put("\n");
    at = end;
  }
}

// Prints the settings as the trailer that reproduces them.
void put_settings(Note& out, const Plan& plan) {
  out.put("read as: #! variant=").put(plan.settings.variant);
  if (plan.settings.small_limits) out.put(" limits=small");
  std::string_view before = " tolerate=";
  for (const tolerate::Named& named : tolerate::all()) {
    if (!plan.settings.tolerances.has(named.set)) continue;
    out.put(before).put(named.name);
    before = ",";
  }
  out.put(" cuts=");
  before = "";
  for (const std::size_t at : plan.cuts) {
    out.put(before).put(at);
    before = ",";
  }
  if (plan.thorough.value_or(false)) out.put(" thorough=1");
  const bool unended = !plan.stream.empty() && !plan.stream.ends_with('\n');
  out.put(unended ? " unended=1\n" : "\n");
}

void print_indented(const char* title, const Report& report) {
  std::fprintf(stderr, "%s\n", title);
  std::istringstream lines(describe(report));
  for (std::string line; std::getline(lines, line);) std::fprintf(stderr, "  %s\n", line.c_str());
}

}  // namespace

void read_pieces(Adapter& adapter, std::string_view stream, std::span<const std::size_t> cuts,
                 Report& report) {
  std::size_t from = 0;
  for (const std::size_t cut : cuts) {
    if (report.refused()) break;
    feed_lent(adapter, stream.substr(from, cut - from), report);
    from = cut;
  }
  if (!report.refused()) feed_lent(adapter, stream.substr(from), report);
  adapter.finish(report);
}

void read_bytes(Adapter& adapter, std::string_view stream, Report& report) {
  for (std::size_t at = 0; at < stream.size() && !report.refused(); ++at) {
    feed_lent(adapter, stream.substr(at, 1), report);
  }
  adapter.finish(report);
}

bool make_ready(Trial& trial) {
  if (trial.adapter->reset()) return true;
  trial.adapter->begin(trial.plan.settings);
  return false;
}

void tell(const Trial& trial, std::string_view oracle, const std::string& sentence, const Report& expected,
          const Report* got) {
  {
    Note out;
    out.put("\n").put(trial.target.name).put(": ").put(sentence).put("\noracle: ").put(oracle).put("\n");
    put_transcript(out, trial.plan.stream);
    put_settings(out, trial.plan);
  }
  print_indented(got == nullptr ? "what was read:" : "expected:", expected);
  if (got != nullptr) print_indented("but:", *got);
  std::fflush(stderr);
}

void tell_crash(const Trial& trial, const char* what) {
  Note out;
  out.put("\n").put(trial.target.name).put(": a sanitizer stopped the parser while it read ").put(what);
  out.put("; its own report says where\noracle: crash\n");
  put_transcript(out, trial.plan.stream);
  put_settings(out, trial.plan);
}

void complain(const Trial& trial, std::string_view oracle, const std::string& sentence,
              const Report& expected, const Report* got) {
  tell(trial, oracle, sentence, expected, got);
  std::abort();
}

}  // namespace backtalk::fuzz
