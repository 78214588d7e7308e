// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/latency_json.hpp"

#include <algorithm>
#include <utility>

#include "result/json.hpp"
#include "stats/batch_interval.hpp"
#include "stats/hdr_v2.hpp"
#include "stats/percentile.hpp"

namespace backtalk::result {

namespace json = boost::json;

json::object latency(const stats::Histogram& histogram, const stats::Histogram& censored) {
  json::object out{{"count", histogram.count()}, {"mean", histogram.mean()}, {"min", histogram.min()}};
  for (const Figure& one : kFigures) {
    const bool enough = histogram.count() + censored.count() >= stats::samples_to_report(one.percentile);
    const auto value =
        enough ? stats::censored_percentile(histogram, censored, one.percentile) : std::nullopt;
    out[one.key] = value ? json::value(value->value) : json::value(nullptr);
  }
  out["max"] = histogram.max();
  out["clamped"] = histogram.clamped();
  return out;
}

json::array bounds(const stats::Histogram& latency, const stats::Histogram& ages) {
  json::array out;
  for (const Figure& one : kFigures) {
    const bool enough = latency.count() + ages.count() >= stats::samples_to_report(one.percentile);
    const auto value = stats::censored_percentile(latency, ages, one.percentile);
    if (enough && value && value->at_least) out.push_back(json::value(one.key));
  }
  return out;
}

json::object batches(const stats::BatchSeries& series) {
  json::array latency;
  for (const stats::Histogram& one : series.latency)
    latency.push_back(json::value(stats::encode_v2_compressed(one)));
  return {{"width_ns", series.width_ns}, {"latency", std::move(latency)}};
}

stats::Histogram histogram(const Field& encoded, const Field& figures) {
  const auto read = stats::decode_v2_compressed(encoded.text(), kJsonInflatedMax);
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

stats::BatchSeries batches(const Field& field, std::uint64_t all) {
  if (field.value() == nullptr) return {};  // younger than the others
  stats::BatchSeries out{.width_ns = field["width_ns"].count()};
  field["latency"].each(2 * stats::kBatchesKept, [&](const Field& one) {
    auto read = stats::decode_v2_compressed(one.text());
    if (!read) return one.reject(read.error);
    if (read.histogram->count() > all) one.reject("the batches have more latencies than the run");
    all -= std::min(all, read.histogram->count());
    out.latency.push_back(std::move(*read.histogram));
  });
  return out;
}

}  // namespace backtalk::result
