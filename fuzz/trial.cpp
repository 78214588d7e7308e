#include "trial.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "backtalk/fuzz/report_items.hpp"

namespace backtalk::fuzz {
namespace {

void feed_copy(Adapter& adapter, std::string_view piece, Report& report) {
  const auto copy = std::make_unique<char[]>(piece.size());
  std::ranges::copy(piece, copy.get());
  adapter.feed({copy.get(), piece.size()}, report);
}

// One line of the stream a line, its offset before it.
void print_transcript(std::string_view stream) {
  constexpr std::size_t kLinesMax = 60;
  std::size_t at = 0;
  for (std::size_t lines = 0; at < stream.size(); ++lines) {
    if (lines == kLinesMax) {
      std::fprintf(stderr, "  ... %zu bytes more\n", stream.size() - at);
      return;
    }
    const std::size_t end = std::min(stream.find('\n', at), stream.size() - 1) + 1;
    std::fprintf(stderr, "  %6zu  %s\n", at, quoted(stream.substr(at, end - at)).c_str());
    at = end;
  }
}

void print_indented(const char* title, const Report& report) {
  std::fprintf(stderr, "%s\n", title);
  const std::string all = describe(report);
  std::string_view text = all;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::fprintf(stderr, "  %.*s\n", static_cast<int>(end), text.data());
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string settings_as_trailer(const Plan& plan) {
  std::string text = "#! variant=";
  text += std::to_string(plan.settings.variant);
  if (plan.settings.small_limits) text += " limits=small";
  std::string names;
  for (const tolerate::Named& named : tolerate::all()) {
    if (!plan.settings.tolerances.has(named.set)) continue;
    if (!names.empty()) names += ',';
    names += named.name;
  }
  if (!names.empty()) text += " tolerate=" + names;
  std::string cuts;
  for (const std::size_t at : plan.cuts) cuts.append(cuts.empty() ? "" : ",").append(std::to_string(at));
  return text + " cuts=" + cuts + (plan.thorough ? " thorough=1" : "");
}

}  // namespace

void read_pieces(Adapter& adapter, std::string_view stream, std::span<const std::size_t> cuts,
                 Report& report) {
  std::size_t from = 0;
  for (const std::size_t cut : cuts) {
    feed_copy(adapter, stream.substr(from, cut - from), report);
    from = cut;
  }
  feed_copy(adapter, stream.substr(from), report);
  adapter.finish(report);
}

// One block for all of them, since one each would take most of the time: a view that is kept shows all the
// same, by what the block holds then.
void read_bytes(Adapter& adapter, std::string_view stream, Report& report) {
  const auto block = std::make_unique<char[]>(1);
  for (const char byte : stream) {
    block[0] = byte;
    adapter.feed({block.get(), 1}, report);
    block[0] = '\xDD';
  }
  adapter.finish(report);
}

void tell(const Trial& trial, std::string_view oracle, const std::string& sentence, const Report& expected,
          const Report* got) {
  const std::string_view name = trial.target.name;
  std::fprintf(stderr, "\n%.*s: %s\noracle: %.*s\n", static_cast<int>(name.size()), name.data(),
               sentence.c_str(), static_cast<int>(oracle.size()), oracle.data());
  std::fprintf(stderr, "the stream, %zu bytes:\n", trial.plan.stream.size());
  print_transcript(trial.plan.stream);
  std::fprintf(stderr, "read as: %s\n", settings_as_trailer(trial.plan).c_str());
  print_indented(got == nullptr ? "what was read:" : "expected:", expected);
  if (got != nullptr) print_indented("but:", *got);
  std::fflush(stderr);
}

void complain(const Trial& trial, std::string_view oracle, const std::string& sentence,
              const Report& expected, const Report* got) {
  tell(trial, oracle, sentence, expected, got);
  std::abort();
}

}  // namespace backtalk::fuzz
