// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "calibrate/calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include "report/summary.hpp"

namespace backtalk::calibrate {
namespace {

// Options that change whom a transaction is for, and not what it costs.
constexpr std::array<std::string_view, 13> kOnlyNames{"hello",  "from",        "user",     "users", "auth",
                                                      "cafile", "starttls",    "insecure", "sni",   "cert",
                                                      "key",    "tls_version", "resume"};
constexpr std::array<std::string_view, 4> kOverTls{"smtps", "pop3s", "imaps", "https"};
constexpr std::size_t kOctetsMax = std::size_t{1} << 20;

std::string text_of(const options::Setting& setting) {
  if (const auto* const list = std::get_if<std::vector<std::string>>(&setting))
    return std::to_string(list->size());
  if (const auto* const text = std::get_if<std::string>(&setting)) return *text;
  if (const auto* const number = std::get_if<std::uint64_t>(&setting)) return std::to_string(*number);
  if (const auto* const real = std::get_if<double>(&setting)) return fmt::format("{:g}", *real);
  if (const auto* const flag = std::get_if<bool>(&setting)) return *flag ? "yes" : "no";
  return "-";
}

// "smtp" for "smtps": with STARTTLS, a transaction costs the same.
std::string protocol_of(const result::RunResult& result) {
  const bool over_tls = std::ranges::find(kOverTls, result.protocol) != kOverTls.end();
  return result.protocol.substr(0, result.protocol.size() - (over_tls ? 1 : 0));
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

std::string says_of(const result::Workload& workload) {
  std::string out;
  for (const result::Setting& one : workload.own) {
    if (std::ranges::find(kOnlyNames, one.name) != kOnlyNames.end()) continue;
    out.append(out.empty() ? "" : " ").append(one.name).append("=").append(text_of(one.value));
  }
  return out;
}

Row row_of(const result::RunResult& result) {
  const auto completed = static_cast<double>(std::max<std::uint64_t>(result.measured.completed, 1));
  return {.protocol = protocol_of(result),
          .tls = result.tls ? result.tls->cipher : std::string(),
          .pipeline = result.workload.pipeline,
          .says = says_of(result.workload),
          .completed = result.measured.completed,
          .per_s = result.per_s(),
          .p50_ns = result.latency.value_at_percentile(50),
          .p99_ns = result.latency.value_at_percentile(99),
          .client_cpu_ns = static_cast<double>(result.client.cpu_ns) / completed};
}

std::optional<result::Floor> floor_of(const result::RunResult& result, const Calibration& calibration,
                                      const Machine& machine, std::int64_t now_s, const std::string& file) {
  if (calibration.machine != machine || (result.tls && result.tls->cipher.empty())) return std::nullopt;
  const std::string protocol = protocol_of(result);
  const std::string_view cipher = result.tls ? std::string_view(result.tls->cipher) : std::string_view();
  const std::string says = says_of(result.workload);
  const auto row = std::ranges::find_if(calibration.rows, [&](const Row& one) {
    return one.protocol == protocol && one.tls == cipher && one.pipeline == result.workload.pipeline &&
           one.says == says;
  });
  if (row == calibration.rows.end()) return std::nullopt;
  return result::Floor{
      .p50_ns = row->p50_ns,
      .p99_ns = row->p99_ns,
      .age_s = static_cast<std::uint64_t>(std::max<std::int64_t>(now_s - calibration.at_s, 0)),
      .file = file};
}

std::string tabulate(const Calibration& calibration) {
  std::string out;
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "{}, {}, {} cores, Linux {}\n\n", calibration.machine.host,
                 calibration.machine.processor.empty() ? "processor unknown" : calibration.machine.processor,
                 calibration.machine.cores, calibration.machine.kernel);
  fmt::format_to(to, "{:<9} {:<26} {:>4} {:>12} {:>10} {:>10} {:>12}\n", "protocol", "TLS", "-p",
                 "per second", "p50", "p99", "client CPU");
  for (const Row& row : calibration.rows) {
    fmt::format_to(to, "{:<9} {:<26} {:>4} {:>12.0f} {:>10} {:>10} {:>12}\n", row.protocol,
                   row.tls.empty() ? "-" : row.tls, row.pipeline, row.per_s,
                   report::show_ns(static_cast<double>(row.p50_ns)),
                   report::show_ns(static_cast<double>(row.p99_ns)), report::show_ns(row.client_cpu_ns));
  }
  return out;
}

std::string usual_path() {
  std::string folder = variable("XDG_STATE_HOME");
  if (!folder.starts_with('/')) {  // relative ones are to be ignored
    const std::string home = variable("HOME");
    if (home.empty()) return {};
    folder = home + "/.local/state";
  }
  return folder + "/backtalk/calibration.json";
}

std::optional<Calibration> read_file(const std::string& path) {
  if (path.empty()) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text(kOctetsMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kOctetsMax) return std::nullopt;
  auto read = from_json(text);
  if (auto* const found = std::get_if<Calibration>(&read)) return std::move(*found);
  return std::nullopt;
}

}  // namespace backtalk::calibrate
