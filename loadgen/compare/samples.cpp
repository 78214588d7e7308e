// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <iterator>
#include <utility>

#include "compare/evidence.hpp"
#include "compare/signed_rank.hpp"
#include "compare/wording.hpp"
#include "text/columns.hpp"

namespace backtalk::compare {
namespace {

namespace json = boost::json;

// The text of a key; null if there is none.
const json::string* text_of(const json::object& of, std::string_view key) {
  const json::value* const value = of.if_contains(key);
  return value == nullptr ? nullptr : value->if_string();
}

std::optional<std::vector<double>> numbers_of(const json::object& of, std::string_view key) {
  const json::value* const value = of.if_contains(key);
  const json::array* const list = value == nullptr ? nullptr : value->if_array();
  if (list == nullptr) return std::nullopt;
  std::vector<double> out;
  for (const json::value& one : *list) {
    json::error_code failure;
    const auto number = one.to_number<double>(failure);
    if (failure || !(number > 0) || !std::isfinite(number)) return std::nullopt;
    out.push_back(number);
  }
  return out;
}

std::variant<SampleRow, std::string> read_row(const json::value& value, std::size_t number) {
  const json::object* const of = value.if_object();
  const json::string* const name = of == nullptr ? nullptr : text_of(*of, "name");
  if (name == nullptr) return fmt::format("row {} has no `name`", number);
  SampleRow out{.name = std::string(*name), .unit = {}, .a = {}, .b = {}};
  if (const json::string* const unit = text_of(*of, "unit")) out.unit = *unit;
  auto a = numbers_of(*of, "a");
  auto b = numbers_of(*of, "b");
  if (!a || !b) return fmt::format("row `{}`: `a` and `b` are lists of numbers above 0", out.name);
  if (a->size() != b->size() || a->empty() || a->size() > kPairsMax)
    return fmt::format("row `{}`: `a` and `b` have as many values as there were rounds, from 1 to {}",
                       out.name, kPairsMax);
  out.a = *std::move(a);
  out.b = *std::move(b);
  return out;
}

Pairs pairs_of(const SampleRow& row) {
  Pairs out;
  for (std::size_t i = 0; i < row.a.size(); ++i) out.differences.push_back(std::log(row.b[i] / row.a[i]));
  return out;
}

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::string figure(double value) {
  return value < 1000 ? fmt::format("{:.4g}", value) : fmt::format("{:.0f}", value);
}

}  // namespace

std::variant<Samples, std::string> read_samples(std::string_view text) {
  json::error_code failure;
  const json::value value = json::parse(text, failure);
  if (failure) return fmt::format("not JSON: {}", failure.message());
  const json::object* const file = value.if_object();
  const json::string* const schema = file == nullptr ? nullptr : text_of(*file, "schema");
  if (schema == nullptr || *schema != "backtalk.samples/1")
    return "not samples: their `schema` is `backtalk.samples/1`";
  const json::string* const a = text_of(*file, "a");
  const json::string* const b = text_of(*file, "b");
  if (a == nullptr || b == nullptr) return "`a` and `b` are the names of the sides";
  const json::value* const listed = file->if_contains("rows");
  const json::array* const rows = listed == nullptr ? nullptr : listed->if_array();
  if (rows == nullptr || rows->empty() || rows->size() > kSampleRowsMax)
    return fmt::format("`rows` is a list of 1 to {} rows", kSampleRowsMax);
  Samples out{.a = std::string(*a), .b = std::string(*b), .rows = {}};
  for (const json::value& one : *rows) {
    auto row = read_row(one, out.rows.size() + 1);
    if (auto* problem = std::get_if<std::string>(&row)) return std::move(*problem);
    out.rows.push_back(std::get<SampleRow>(std::move(row)));
  }
  return out;
}

void judge(Samples& samples) {
  std::vector<Series> series;
  for (const SampleRow& row : samples.rows) series.push_back({.metric = row.name, .evidence = pairs_of(row)});
  const Terms terms{.alpha = samples.alpha, .same_within = samples.same_within};
  auto findings = find_differences(series, terms);
  add_resolutions(findings, series, terms);
  for (std::size_t i = 0; i < findings.size(); ++i) samples.rows[i].finding = findings[i];
}

std::string tabulate(const Samples& samples) {
  using text::Column;
  constexpr std::array kColumns{Column{10, false}, Column{10, true},  Column{10, true}, Column{},
                                Column{9, true},   Column{19, false}, Column{}};
  std::vector<text::Row> rows{{"median", samples.a, samples.b, "unit",
                               fmt::format("{}/{}", samples.b, samples.a),
                               fmt::format("{:g} % interval", (1 - samples.alpha) * 100), "verdict"}};
  for (const SampleRow& row : samples.rows)
    rows.push_back({row.name, figure(median_of(row.a)), figure(median_of(row.b)), row.unit,
                    show_change(row.finding.ratio), show_interval(row.finding),
                    show_verdict(row.finding, samples.b, samples.same_within, "rounds")});
  std::string out;
  text::lay_out(rows, kColumns, out);
  return out;
}

std::string to_json(const Samples& samples) {
  json::array rows;
  for (const SampleRow& row : samples.rows) {
    const Finding& found = row.finding;
    const bool bounded = std::isfinite(found.high);
    rows.push_back(
        {{"name", row.name},
         {"unit", row.unit},
         {"rounds", row.a.size()},
         {"a_median", median_of(row.a)},
         {"b_median", median_of(row.b)},
         {"ratio", found.ratio},
         {"low", bounded ? json::value(found.low) : json::value(nullptr)},
         {"high", bounded ? json::value(found.high) : json::value(nullptr)},
         {"p", found.p},
         {"verdict", word_of(found.word)},
         {"resolution", found.resolution ? json::value(*found.resolution) : json::value(nullptr)}});
  }
  return json::serialize(json::object{{"schema", "backtalk.samples-judged/1"},
                                      {"a", samples.a},
                                      {"b", samples.b},
                                      {"level", 1 - samples.alpha},
                                      {"rows", std::move(rows)}});
}

}  // namespace backtalk::compare
