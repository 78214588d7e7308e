// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <boost/json.hpp>

#include "calibrate/calibration.hpp"

namespace backtalk::calibrate {
namespace {

namespace json = boost::json;

constexpr std::size_t kRowsMax = 1000;

// Throws nothing: what is missing or of another type is remembered.
class Reader {
 public:
  template <class Value>
  Value get(const json::object& object, std::string_view key) {
    const json::value* const found = object.if_contains(key);
    if (found != nullptr) {
      const auto read = json::try_value_to<Value>(*found);
      if (read.has_value()) return *read;
    }
    note(key);
    return Value{};
  }

  const json::object& object(const json::object& of, std::string_view key) {
    const json::value* const found = of.if_contains(key);
    if (found != nullptr && found->is_object()) return found->get_object();
    note(key);
    return none_;
  }

  void note(std::string_view key) {
    if (problem_.empty()) problem_ = "`" + std::string(key) + "` is missing, or is not what it should be";
  }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  json::object none_;
  std::string problem_;
};

Row row(Reader& reader, const json::value& value) {
  if (!value.is_object()) {
    reader.note("floors");
    return {};
  }
  const json::object& of = value.get_object();
  const json::value* const tls = of.if_contains("tls");
  const bool in_clear_text = tls != nullptr && tls->is_null();
  return {.protocol = reader.get<std::string>(of, "protocol"),
          .tls = in_clear_text ? std::string() : reader.get<std::string>(of, "tls"),
          .pipeline = reader.get<std::uint64_t>(of, "pipeline"),
          .says = reader.get<std::string>(of, "says"),
          .completed = reader.get<std::uint64_t>(of, "completed"),
          .per_s = reader.get<double>(of, "per_s"),
          .p50_ns = reader.get<std::uint64_t>(of, "p50_ns"),
          .p99_ns = reader.get<std::uint64_t>(of, "p99_ns"),
          .client_cpu_ns = reader.get<double>(of, "client_cpu_ns")};
}

}  // namespace

std::string to_json(const Calibration& calibration) {
  json::array rows;
  for (const Row& one : calibration.rows)
    rows.push_back({{"protocol", one.protocol},
                    {"tls", one.tls.empty() ? json::value(nullptr) : json::value(one.tls)},
                    {"pipeline", one.pipeline},
                    {"says", one.says},
                    {"completed", one.completed},
                    {"per_s", one.per_s},
                    {"p50_ns", one.p50_ns},
                    {"p99_ns", one.p99_ns},
                    {"client_cpu_ns", one.client_cpu_ns}});
  return json::serialize(json::object{{"schema", "backtalk.calibrate/1"},
                                      {"version", calibration.version},
                                      {"at_s", calibration.at_s},
                                      {"machine",
                                       {{"host", calibration.machine.host},
                                        {"processor", calibration.machine.processor},
                                        {"cores", calibration.machine.cores},
                                        {"kernel", calibration.machine.kernel}}},
                                      {"interrupted", calibration.interrupted},
                                      {"floors", std::move(rows)}});
}

std::variant<Calibration, std::string> from_json(std::string_view text) {
  boost::system::error_code failure;
  const json::value value = json::parse(text, failure);
  if (failure || !value.is_object()) return "not a JSON object";
  const json::object& file = value.get_object();
  Reader reader;
  if (reader.get<std::string>(file, "schema") != "backtalk.calibrate/1")
    return "its `schema` is not `backtalk.calibrate/1`";
  const json::object& machine = reader.object(file, "machine");
  Calibration out{.machine = {.host = reader.get<std::string>(machine, "host"),
                              .processor = reader.get<std::string>(machine, "processor"),
                              .cores = reader.get<unsigned>(machine, "cores"),
                              .kernel = reader.get<std::string>(machine, "kernel")},
                  .at_s = reader.get<std::int64_t>(file, "at_s"),
                  .version = reader.get<std::string>(file, "version"),
                  .interrupted = reader.get<bool>(file, "interrupted"),
                  .rows = {}};
  const json::value* const rows = file.if_contains("floors");
  if (rows == nullptr || !rows->is_array() || rows->get_array().size() > kRowsMax) {
    reader.note("floors");
  } else {
    for (const json::value& one : rows->get_array()) out.rows.push_back(row(reader, one));
  }
  if (!reader.problem().empty()) return reader.problem();
  return out;
}

}  // namespace backtalk::calibrate
