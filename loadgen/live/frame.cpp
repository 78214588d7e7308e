// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "live/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>

#include "live/bars.hpp"
#include "report/summary.hpp"
#include "text/plural.hpp"

namespace backtalk::live {
namespace {

// From this width on lines have a label and say more; from this height on there are blank lines.
constexpr std::size_t kWide = 72;
constexpr std::size_t kBarsMax = 12;
constexpr std::size_t kBarsMin = 3;
constexpr std::size_t kLabel = 14;

using Lines = std::vector<Line>;

struct Canvas {
  std::size_t width;
  std::size_t rows;
  Look look;
  bool wide;
};

struct Word {
  std::string text;
  Style style = Style::plain;
};

// A count in at most 12 columns.
std::string show_count(std::uint64_t count) {
  constexpr std::uint64_t kLongest = 999'999'999'999;
  return count <= kLongest ? fmt::format("{}", count) : fmt::format("{:.4g}", static_cast<double>(count));
}

std::string show_per_s(double per_s) {
  constexpr double kWhole = 100;
  constexpr double kLongest = 1e12;
  return per_s >= kWhole && per_s < kLongest ? fmt::format("{:.0f}", per_s) : fmt::format("{:.3g}", per_s);
}

// "4.2 s", "12 min 34 s", "3 h 12 min"
std::string show_span(std::uint64_t ns) {
  constexpr std::uint64_t kSecondNs = 1'000'000'000;
  constexpr std::uint64_t kMinute = 60;
  constexpr std::uint64_t kTenths = 100;  // seconds that have them
  const std::uint64_t seconds = ns / kSecondNs;
  if (seconds < kTenths) return fmt::format("{:.1f} s", static_cast<double>(ns) / 1e9);
  const std::uint64_t minutes = seconds / kMinute;
  if (minutes < kMinute) return fmt::format("{} min {} s", minutes, seconds % kMinute);
  return fmt::format("{} h {} min", minutes / kMinute, minutes % kMinute);
}

// "200 us", of a limit of bars.
std::string show_limit(std::uint64_t ns) {
  constexpr std::array<std::pair<std::uint64_t, std::string_view>, 3> kUnits{
      {{1'000'000'000, "s"}, {1'000'000, "ms"}, {1'000, "us"}}};
  for (const auto& [unit, name] : kUnits) {
    if (ns >= unit) return fmt::format("{} {}", ns / unit, name);
  }
  return fmt::format("{} ns", ns);
}

// Words with spaces between them, on as many lines as they need, and `most` at most, the last of
// which is cut. Lines after the first are indented.
Lines wrap(const Canvas& canvas, std::string_view label, Style of_label, std::span<const Word> words,
           std::size_t most) {
  const std::size_t indent = canvas.wide ? kLabel : 0;
  Lines lines;
  lines.emplace_back(canvas.width);
  lines.back().add(label, of_label);
  if (!label.empty()) lines.back().pad_to(std::max(indent, lines.back().columns() + 1));
  bool first = true;
  for (const Word& word : words) {
    const std::size_t needs = printable(word.text).size() + (first ? 0 : 1);
    if (needs > lines.back().room() && !first && lines.size() < most) {
      lines.emplace_back(canvas.width);
      lines.back().pad_to(indent);
      first = true;
    }
    if (!first) lines.back().add(" ");
    lines.back().add(word.text, word.style);
    first = false;
  }
  return lines;
}

std::vector<Word> words_of(std::string_view text, Style style = Style::plain) {
  std::vector<Word> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back({.text = std::string(text.substr(0, end)), .style = style});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// The first of the texts that fits, or the last. Phrases are not broken.
std::string fitting(std::size_t room, std::initializer_list<std::string> texts) {
  for (const std::string& text : texts) {
    if (text.size() <= room) return text;
  }
  return *(texts.end() - 1);
}

std::string_view word_of(Phase phase) {
  switch (phase) {
    case Phase::opening: return "opening sessions";
    case Phase::warming_up: return "warming up";
    case Phase::measuring: return "measuring";
    case Phase::draining: return "waiting for the last answers";
    case Phase::stopping: return "stopping; press Ctrl-C again to quit at once";
  }
  return "";
}

double share_of(std::uint64_t part, std::uint64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : -1;
}

// How much of the measured part is over by the clock, and by the count; below 0: that does not end
// it.
double share_of_time(const Figures& figures) {
  return share_of(figures.measured_ns, figures.duration_ns);
}

double share_of_count(const Figures& figures) {
  return share_of(figures.counted.started, figures.transactions_max);
}

// By what ends it, which is what is further along; below 0: nobody knows.
double progress_of(const Figures& figures) {
  if (figures.phase != Phase::measuring) return -1;
  return std::max(share_of_time(figures), share_of_count(figures));
}

std::string time_of(const Figures& figures, const Canvas& canvas) {
  if (figures.phase == Phase::opening)
    return fmt::format("{} of {} connections open", show_count(figures.connections),
                       show_count(figures.sessions_asked));
  if (figures.phase == Phase::draining || figures.phase == Phase::stopping)
    return fmt::format("{} in flight", show_count(figures.in_flight));
  if (figures.phase == Phase::warming_up)
    return fmt::format("{} left", show_span(figures.left_ns.value_or(0)));
  if (!figures.left_ns || share_of_count(figures) > share_of_time(figures))
    return fmt::format("{} of {} {} begun", show_count(figures.counted.started),
                       show_count(figures.transactions_max), text::plural(figures.transaction));
  const std::string left = show_span(*figures.left_ns) + " left";
  return canvas.wide ? fmt::format("{} of {}, {}", show_span(figures.measured_ns),
                                   show_span(figures.duration_ns), left)
                     : left;
}

Lines head(const Figures& figures, const Canvas& canvas) {
  Lines lines;
  if (canvas.wide) {
    lines.emplace_back(canvas.width);
    if (!figures.step.empty()) lines.back().add(figures.step + ": ", Style::strong);
    lines.back().add(figures.url, Style::strong);
  }
  Line& line = lines.emplace_back(canvas.width);
  if (!canvas.wide && !figures.step.empty()) line.add(figures.step + ": ", Style::strong);
  line.add(word_of(figures.phase), figures.phase == Phase::stopping ? Style::doubtful : Style::strong);
  const double progress = progress_of(figures);
  const std::string time = time_of(figures, canvas);
  if (canvas.wide && progress >= 0) {
    line.pad_to(kLabel);
    constexpr std::size_t kGap = 4;  // two brackets, two spaces
    constexpr std::size_t kBarMin = 10;
    if (line.room() >= time.size() + kGap + kBarMin) {
      const std::size_t room = line.room() - time.size() - kGap;
      line.add("[").add_bar(progress, room, canvas.look, Style::good);
      line.pad_to(kLabel + 1 + room).add("]  ").add(time);
      return lines;
    }
    line.add(time);
    return lines;
  }
  // What is still in flight stands with the counts, too.
  const bool ends = figures.phase == Phase::draining || figures.phase == Phase::stopping;
  if (ends && !canvas.wide) return lines;
  line.add(", ").add(time);
  return lines;
}

Lines rates(const Figures& figures, const Canvas& canvas) {
  const std::string unit = text::plural(figures.transaction) + "/s";
  const std::string now = figures.last_second ? show_count(figures.last_second->completed) : "-";
  const std::string asked = figures.rate_asked ? fmt::format(", asked {}{}", show_per_s(*figures.rate_asked),
                                                             figures.rate_is_of_sessions ? " sessions" : "")
                                               : "";
  const std::string overall = figures.counted_ns > 0
                                  ? show_per_s(static_cast<double>(figures.counted.completed) * 1e9 /
                                               static_cast<double>(figures.counted_ns))
                                  : "-";
  Line line(canvas.width);
  if (canvas.wide) {
    line.add(unit, Style::faint).pad_to(std::max(kLabel, line.columns() + 1));
    line.add(fitting(line.room(), {fmt::format("{} in the last second{}; {} overall", now, asked, overall),
                                   fmt::format("{} now{}", now, asked)}));
  } else {
    line.add(
        fitting(line.room(), {fmt::format("{} {}{}", now, unit, asked), fmt::format("{}/s{}", now, asked)}));
  }
  return {line};
}

Lines counts(const Figures& figures, const Canvas& canvas) {
  const stats::IntervalCounts& all = figures.counted;
  const Style of_failed = all.failed > 0 ? Style::bad : Style::plain;
  const std::string failed = fmt::format("failed {}", show_count(all.failed));
  Line line(canvas.width);
  if (canvas.wide) {
    line.add(text::plural(figures.transaction), Style::faint).pad_to(std::max(kLabel, line.columns() + 1));
    line.add(fmt::format("completed {}  ", show_count(all.completed)));
    line.add(failed, of_failed);
    line.add(fmt::format("  unfinished {}  in flight {}", show_count(all.unfinished),
                         show_count(figures.in_flight)));
    return {line};
  }
  const std::string in_flight = fmt::format(", in flight {}", show_count(figures.in_flight));
  const std::string completed = fmt::format("completed {}, ", show_count(all.completed));
  if (completed.size() + failed.size() + in_flight.size() <= line.room()) line.add(completed);
  line.add(failed, of_failed).add(in_flight);
  return {line};
}

Lines latencies(const Figures& figures, const Canvas& canvas) {
  const auto show = [](std::uint64_t ns) { return report::show_ns(static_cast<double>(ns)); };
  // Of a second in which nothing completed there is none.
  const bool known = figures.last_second && figures.last_second->completed > 0;
  const std::string p50 = known ? show(figures.last_second->p50_ns) : "-";
  const std::string p99 = known ? show(figures.last_second->p99_ns) : "-";
  Line last(canvas.width);
  Line overall(canvas.width);
  if (canvas.wide) {
    last.add("latency", Style::faint).pad_to(kLabel);
    last.add(fmt::format("last second  p50 {:>9}   p99 {:>9}", p50, p99));
    overall.pad_to(kLabel);
    overall.add(
        fmt::format("overall      p50 {:>9}   p99 {:>9}   max {:>9}", figures.p50, figures.p99, figures.max));
  } else {
    last.add(fmt::format("now p50 {:>9}  p99 {:>9}", p50, p99));
    overall.add(fmt::format("all p50 {:>9}  p99 {:>9}", figures.p50, figures.p99));
  }
  return {last, overall};
}

Lines bars(const Figures& figures, const Canvas& canvas, std::size_t rows) {
  Lines lines;
  if (figures.latency.empty() || rows == 0) return lines;
  const std::vector<Bar> all = join(figures.latency, rows);
  std::uint64_t sum = 0;
  std::uint64_t most = 0;
  for (const Bar& bar : all) {
    sum += bar.count;
    most = std::max(most, bar.count);
  }
  constexpr std::size_t kLimit = 8;   // "< 500 us"
  constexpr std::size_t kShare = 10;  // "  0.0012 %"
  for (const Bar& bar : all) {
    Line& line = lines.emplace_back(canvas.width);
    line.pad_to(canvas.wide ? kLabel : 0);
    line.add(fmt::format("{:>{}} ", "< " + show_limit(bar.below_ns), kLimit), Style::faint);
    const std::size_t begin = line.columns();
    const std::size_t room = line.room() - kShare;
    line.add_bar(most > 0 ? static_cast<double>(bar.count) / static_cast<double>(most) : 0, room,
                 canvas.look);
    line.pad_to(begin + room);
    const double share = sum > 0 ? static_cast<double>(bar.count) / static_cast<double>(sum) : 0;
    line.add(bar.count > 0 ? fmt::format("{:>{}}", report::show_share(share), kShare) : "");
  }
  return lines;
}

Lines errors(const Figures& figures, const Canvas& canvas, std::size_t most) {
  std::vector<Word> words;
  // The most frequent first: the others may be cut off.
  std::vector<const NamedError*> sorted;
  sorted.reserve(figures.errors.size());
  for (const NamedError& one : figures.errors) sorted.push_back(&one);
  std::ranges::sort(sorted, [](const NamedError* one, const NamedError* other) {
    return one->count != other->count ? one->count > other->count : one->name < other->name;
  });
  words.reserve(sorted.size() + 1);
  for (const NamedError* const one : sorted)
    words.push_back(
        {.text = fmt::format("{} {},", show_count(one->count), printable(one->name)), .style = Style::bad});
  if (figures.other_errors > 0)
    words.push_back(
        {.text = fmt::format("{} others,", show_count(figures.other_errors)), .style = Style::bad});
  if (words.empty()) words.push_back({.text = "none", .style = Style::plain});
  if (words.back().text.back() == ',') words.back().text.pop_back();
  return wrap(canvas, "errors", Style::faint, words, most);
}

Lines verdict(const Figures& figures, const Canvas& canvas, std::size_t most) {
  const VerdictSoFar& so_far = figures.verdict;
  std::vector<Word> words;
  switch (so_far.standing) {
    case Standing::unknown: words.push_back({.text = "nothing to judge yet", .style = Style::plain}); break;
    case Standing::holds: words.push_back({.text = "valid", .style = Style::good}); break;
    case Standing::in_doubt:
    case Standing::fails: {
      const Style style = so_far.standing == Standing::fails ? Style::bad : Style::doubtful;
      for (const std::string& sentence : so_far.sentences) {
        auto more = words_of(sentence + (&sentence == &so_far.sentences.back() ? "" : ";"), style);
        words.insert(words.end(), more.begin(), more.end());
      }
    }
  }
  return wrap(canvas, "so far", Style::faint, words, most);
}

std::string show_use(std::string_view what, const InUse& use, bool wide) {
  if (use.limit == 0) return fmt::format("{} {}", what, show_count(use.used));
  return fmt::format("{} {}{}{}", what, show_count(use.used), wide ? " of " : "/", show_count(use.limit));
}

Lines uses(const Figures& figures, const Canvas& canvas, std::size_t most) {
  const bool wide = canvas.wide;
  std::vector<std::string> phrases{show_use(wide ? "descriptors" : "files", figures.descriptors, wide)};
  if (figures.ports) phrases.push_back(show_use("ports", *figures.ports, wide));
  if (figures.waits && figures.ports)
    phrases.push_back(fmt::format("{} in TIME_WAIT", show_count(*figures.waits)));
  phrases.push_back(
      show_use("connections", {.used = figures.connections, .limit = figures.sessions_asked}, wide));
  if (figures.busy) phrases.push_back(fmt::format("generator {} busy", report::show_share(*figures.busy)));
  std::vector<Word> words;
  std::size_t columns = 0;
  for (std::string& phrase : phrases) {
    // On a single line what does not fit is left out: half of it would mislead.
    columns += phrase.size() + 2;
    if (most == 1 && !words.empty() && columns > canvas.width + 1) break;
    if (!words.empty()) words.back().text += ',';
    words.push_back({.text = std::move(phrase), .style = Style::plain});
  }
  return wrap(canvas, wide ? "in use" : "", Style::faint, words, most);
}

void append(std::vector<std::string>& out, const Lines& lines, bool colours) {
  for (const Line& line : lines) out.push_back(line.text(colours));
}

}  // namespace

std::vector<std::string> draw(const Figures& figures, Size size, Look look) {
  const Canvas canvas{
      .width = size.columns - 1, .rows = size.rows - 1, .look = look, .wide = size.columns >= kWide};
  // On the smallest terminal each part has one line; where there are more, parts that need them
  // have up to three.
  constexpr std::size_t kRoomy = 20;
  constexpr std::size_t kMostLines = 3;
  const std::size_t most = canvas.rows >= kRoomy ? kMostLines : 1;
  Lines first = head(figures, canvas);
  for (const auto& part : {rates(figures, canvas), counts(figures, canvas), latencies(figures, canvas)})
    first.insert(first.end(), part.begin(), part.end());
  const Lines wrong = errors(figures, canvas, most);
  const Lines judged = verdict(figures, canvas, most);
  const Lines used = uses(figures, canvas, most);
  const std::size_t taken = first.size() + wrong.size() + judged.size() + used.size();
  const std::size_t left = canvas.rows - std::min(canvas.rows, taken);
  constexpr std::size_t kGaps = 2;
  const bool gaps = left >= kBarsMin + kGaps + 1;
  const Lines drawn = bars(figures, canvas, std::min(gaps ? left - kGaps : left, kBarsMax));
  std::vector<std::string> out;
  append(out, first, look.colours);
  if (gaps) out.emplace_back();
  append(out, drawn, look.colours);
  if (gaps && !drawn.empty()) out.emplace_back();
  append(out, wrong, look.colours);
  append(out, judged, look.colours);
  append(out, used, look.colours);
  return out;
}

}  // namespace backtalk::live
