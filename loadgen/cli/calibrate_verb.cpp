// SPDX-License-Identifier: Apache-2.0 OR MIT
// backtalk calibrate: what does this machine measure of a server that does next to nothing?
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "calibrate/calibrate_options.hpp"
#include "calibrate/calibration.hpp"
#include "cli/interrupt.hpp"
#include "cli/output_file.hpp"
#include "cli/own_server.hpp"
#include "cli/protocol_options.hpp"
#include "cli/spec_options.hpp"
#include "cli/standard_error.hpp"
#include "cli/standard_streams.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "cli/watch_run.hpp"
#include "load/load_run.hpp"
#include "workload/login_options.hpp"
#include "workload/protocols.hpp"
#include "workload/tls_options.hpp"

namespace backtalk::cli {
namespace {

struct Calibrated {
  std::string_view scheme;
  bool logs_in = false;
  bool starttls = false;
};
// LMTP has no scheme of its own over TLS.
constexpr std::array kCalibrated{Calibrated{"smtp"},       Calibrated{"smtps"},
                                 Calibrated{"lmtp"},       Calibrated{.scheme = "lmtp", .starttls = true},
                                 Calibrated{"pop3", true}, Calibrated{"pop3s", true},
                                 Calibrated{"imap", true}, Calibrated{"imaps", true},
                                 Calibrated{"http"},       Calibrated{"https"}};
constexpr std::array<std::uint64_t, 2> kDepths{1, 16};
constexpr std::uint64_t kWarmupShare = 5;  // of a run: one is its warm-up

std::int64_t now_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// One connection, one transaction in flight or sixteen: any more would measure a queue.
std::variant<result::RunResult, std::string> run_at(const Calibrated& what, const std::string& url,
                                                    std::uint64_t depth, std::uint64_t duration_ns) {
  const workload::Protocol* const protocol = workload::find_protocol(what.scheme);
  const std::shared_ptr<options::Values> own = protocol->make_own();
  // Its certificate was made for this run.
  auto& tls = static_cast<workload::TlsOptions&>(*own);
  tls.starttls = what.starttls;
  tls.insecure = tls.uses_tls();
  if (what.logs_in) {
    auto& login = static_cast<workload::LoginOptions&>(*own);
    login.user = "calibrate";
    login.password = "calibrate";
  }
  load::Job job{.url = url, .options = {}, .own = own};
  job.options.connections = 1;
  job.options.pipeline = depth;
  job.options.duration_ns = duration_ns;
  job.options.warmup_ns = duration_ns / kWarmupShare;
  job.options.batch_ns = 0;
  auto prepared = load::prepare(job);
  if (auto* problem = std::get_if<std::string>(&prepared)) return std::move(*problem);
  return watch_run(std::get<load::LoadRun>(prepared), {.warns = false});
}

// Returns a sentence if it could not be done.
std::optional<std::string> measure(const calibrate::CalibrateOptions& options, calibrate::Calibration& out) {
  const bool visible = !options.quiet && isatty(STDERR_FILENO) != 0;
  for (const Calibrated& what : kCalibrated) {
    auto started = OwnServer::start(what.scheme);
    if (auto* problem = std::get_if<std::string>(&started)) return std::move(*problem);
    const auto& server = std::get<OwnServer>(started);
    for (const std::uint64_t depth : kDepths) {
      if (visible) tell("\r{:<5} -p {:<10}", what.scheme, depth);
      auto ran = run_at(what, server.url(), depth, options.duration_ns);
      if (auto* problem = std::get_if<std::string>(&ran)) return std::move(*problem);
      const auto& result = std::get<result::RunResult>(ran);
      out.interrupted = result.interrupted || interrupts() > 0;
      if (out.interrupted) return std::nullopt;
      if (result.measured.completed == 0)
        return fmt::format("{} -p {}: nothing completed; a longer -d may help", what.scheme, depth);
      out.rows.push_back(calibrate::row_of(result));
    }
  }
  return std::nullopt;
}

std::optional<std::string> save(const std::string& path, const std::string& text) {
  if (path.empty()) return "neither HOME nor XDG_STATE_HOME says where to keep it: use --out";
  std::error_code failure;
  if (path != "-" && std::filesystem::path(path).has_parent_path())
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failure);
  if (failure || !write_file(path, text)) return fmt::format("{}: cannot be written", path);
  return std::nullopt;
}

int run_calibrate(const SpecOptions& given) {
  calibrate::CalibrateOptions options;
  if (auto problem = given.read(calibrate::calibrate_option_groups(), options))
    return refuse("calibrate", *problem);
  calibrate::Calibration done{
      .machine = calibrate::this_machine(), .at_s = now_s(), .version = BACKTALK_VERSION, .rows = {}};
  outlive_readers();
  catch_interrupts();
  const auto problem = measure(options, done);
  restore_interrupts();
  const bool visible = !options.quiet && isatty(STDERR_FILENO) != 0;
  if (visible) tell("\r{:<20}\r", "");
  if (problem) return refuse("calibrate", *problem);
  const std::string path = options.out_file.empty() ? calibrate::usual_path() : options.out_file;
  // What is there is whole.
  const bool saves = !done.interrupted || !options.out_file.empty();
  auto unsaved = saves ? save(path, calibrate::to_json(done)) : std::nullopt;
  std::string shown = options.quiet || path == "-" ? std::string() : calibrate::tabulate(done);
  if (!shown.empty() && saves && !unsaved) shown += fmt::format("\nsaved in {}\n", path);
  if (!write_out(shown) && !unsaved) unsaved = "the table cannot be written to standard output";
  if (unsaved) return refuse("calibrate", *unsaved);
  if (!saves) {
    tell("backtalk calibrate: interrupted, nothing was saved\n");
    return 1;
  }
  return done.interrupted ? 1 : 0;
}

}  // namespace

Verb add_calibrate_verb(CLI::App& app, int& exit_code) {
  Verb verb = add_verb(app, exit_code,
                       {"calibrate", "Measure this machine's floor, which later results of load quote",
                        calibrate::calibrate_option_groups(), &run_calibrate});
  verb.exit_status = "0 it was measured and saved; 1 it was interrupted; 2 usage or environment.";
  verb.notes = {
      "Loads built-in servers of smtp, lmtp, pop3, imap and http, in clear text and over TLS, each "
      "a process of its own on "
      "loopback, over one connection with 1 and with 16 in flight. What that takes is the share "
      "of this machine (generator, kernel, and a server that does next to nothing) in any result."};
  verb.examples = {{"backtalk calibrate", "Twenty runs of a second; the table is shown and saved."}};
  verb.files = {{"~/.local/state/backtalk/calibration.json",
                 "The result, which later results of load quote. $XDG_STATE_HOME, if it is set, stands in "
                 "place of "
                 "~/.local/state."}};
  verb.environment = {{"XDG_STATE_HOME", "Where files of state are kept."}};
  return verb;
}

}  // namespace backtalk::cli
