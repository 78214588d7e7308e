// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/saved_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "html/document.hpp"
#include "html/escape.hpp"
#include "html/figures.hpp"
#include "html/instants.hpp"
#include "html/saved_parts.hpp"
#include "html/table.hpp"
#include "report/summary.hpp"
#include "result/json.hpp"
#include "stats/percentile.hpp"

namespace backtalk::html {
namespace {

namespace json = boost::json;

struct Kind {
  std::string_view schema;
  std::string_view array;  // that it must have
  std::string_view verb;
  std::string (*body)(const SavedValue& file, std::string_view verb);
};
constexpr std::array kKinds{Kind{"backtalk.compare/1", "metrics", "compare", &comparison_body},
                            Kind{"backtalk.find-rate/1", "steps", "load --find-rate", &search_body},
                            Kind{"backtalk.sweep/1", "rows", "load, a sweep", &sweep_body},
                            Kind{"backtalk.repeat/1", "results", "load --repeat", &repeat_body},
                            Kind{"backtalk.joint/1", "steps", "load, side by side", &joint_body}};

struct KnownPercentile {
  std::string_view key;
  double percentile;
};
constexpr std::array kPercentiles{KnownPercentile{"p50_ns", 50}, KnownPercentile{"p90_ns", 90},
                                  KnownPercentile{"p99_ns", 99}, KnownPercentile{"p99_9_ns", 99.9}};

json::value read_json(std::string_view text, json::error_code& failure) {
  json::parse_options limits;
  limits.max_depth = 2 * result::kJsonDepthMax;
  return json::parse(text, failure, {}, limits);
}

}  // namespace

std::string name_of_metric(std::string_view key) {
  if (key == "per_s") return "throughput";
  if (key == "client_cpu_ns") return "client CPU per transaction";
  if (key == "server_cpu_ns") return "server's CPU each";
  if (key == "p99_9_ns") return "p99.9";
  if (key == "delivery_p50_ns") return "delivery p50";
  if (key == "delivery_p99_ns") return "delivery p99";
  return std::string(key.substr(0, key.find("_ns")));
}

std::string show_metric(std::string_view key, std::optional<double> value) {
  if (!value) {
    const auto found = std::ranges::find(kPercentiles, key, &KnownPercentile::key);
    return found == kPercentiles.end()
               ? "–"
               : fmt::format("needs {} samples", stats::samples_to_report(found->percentile));
  }
  return key == "per_s" ? show_number(*value) + "/s" : report::show_ns(*value);
}

std::string as_sentence(std::string_view text) {
  std::string out(text);
  if (out.empty()) return out;
  if (out.front() >= 'a' && out.front() <= 'z') out.front() = static_cast<char>(out.front() - 'a' + 'A');
  return out.ends_with('.') ? out : out + ".";
}

std::string saved_heading(const SavedValue& file, std::string_view verb, std::string_view title,
                          std::string_view below) {
  return fmt::format(
      "<header><p class=\"kind\">backtalk {}</p><h1>{}</h1><p class=\"load\">{}</p>"
      "<p class=\"when\">{}</p></header>\n",
      escaped(verb), escaped(title), escaped(below), when_measured(file).html());
}

std::string saved_verdict(std::string_view word, bool good, std::string_view sentence,
                          const SavedValue& reasons) {
  std::string out = fmt::format("<section class=\"verdict {}\"><h2>{}</h2><p>{}</p>\n",
                                good ? "good" : "doubtful", escaped(word), escaped(sentence));
  std::string list;
  std::size_t left = kRowsMax;
  for (const SavedValue& one : reasons.items()) {
    if (left-- == 0) break;
    list += fmt::format("<li><code>{}</code> {}</li>\n", escaped(one["code"].text()),
                        escaped(one["sentence"].text()));
  }
  return out + (list.empty() ? "" : "<ul>" + list + "</ul>\n") + "</section>\n";
}

std::string saved_notes(const SavedValue& notes) {
  std::string list;
  std::size_t left = kRowsMax;
  for (const std::string& one : notes.texts()) {
    if (left-- == 0) break;
    list += "<li>" + escaped(one) + "</li>\n";
  }
  return list.empty() ? "" : section("notes", "Notes", "<ul>" + list + "</ul>\n");
}

std::string schema_of(std::string_view text) {
  json::error_code failure;
  const json::value value = read_json(text, failure);
  return failure ? std::string() : SavedValue(&value)["schema"].text();
}

std::variant<Page, std::string> saved_page(std::string_view text, const std::string& program) {
  if (text.size() > kSavedOctetsMax)
    return fmt::format("it has {} octets, and {} MiB are the limit", text.size(), kSavedOctetsMax >> 20);
  json::error_code failure;
  const json::value value = read_json(text, failure);
  if (failure) return fmt::format("not JSON: {}", failure.message());
  const SavedValue file(&value);
  const std::string schema = file["schema"].text();
  const auto kind = std::ranges::find(kKinds, std::string_view(schema), &Kind::schema);
  if (kind == kKinds.end())
    return std::string(
        "its `schema` is none of backtalk.load/1, backtalk.compare/1, backtalk.find-rate/1, "
        "backtalk.sweep/1, backtalk.repeat/1 and backtalk.joint/1");
  if (!file[kind->array].is_array()) return fmt::format("`{}`: an array is expected", kind->array);
  std::string title = fmt::format("backtalk {}", kind->verb);
  if (const std::string when = when_measured(file).title(); !when.empty()) title += ", " + when;
  return Page{document(title, kind->body(file, kind->verb) + "<footer class=\"small\">Written by " +
                                  escaped(program) + ".</footer>\n")};
}

}  // namespace backtalk::html
