// SPDX-License-Identifier: Apache-2.0 OR MIT
/// This machine's floor: what `backtalk load` measures against a server that does next to nothing.
/// `backtalk calibrate` measures it once, and later results quote it. Schema
/// `backtalk.calibrate/1` (docs/calibrate.schema.json).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "calibrate/machine.hpp"
#include "result/run_result.hpp"

namespace backtalk::calibrate {

/// Of one protocol at one depth, on one connection.
struct Row {
  std::string protocol;  ///< the scheme, that of clear text: "smtp"
  std::string tls;       ///< the cipher: "TLS_AES_256_GCM_SHA384"; empty: clear text
  std::uint64_t pipeline = 1;
  std::string says;  ///< what a transaction was, as `says_of` has it
  std::uint64_t completed = 0;
  double per_s = 0;
  std::uint64_t p50_ns = 0;
  std::uint64_t p99_ns = 0;
  double client_cpu_ns = 0;  ///< for each transaction

  friend bool operator==(const Row&, const Row&) = default;
};

struct Calibration {
  Machine machine;
  std::int64_t at_s = 0;  ///< since 1970
  std::string version;    ///< of the program
  bool interrupted = false;
  std::vector<Row> rows;

  friend bool operator==(const Calibration&, const Calibration&) = default;
};

/// What decides how much work a transaction is, of a run's options: "data=data to=1 size=1024".
/// Names and addresses are left out, and all that decides about TLS. Two runs of one protocol that
/// say the same have one floor.
[[nodiscard]] std::string says_of(const result::Workload& workload);

/// The row of a run, from its result.
[[nodiscard]] Row row_of(const result::RunResult& result);

/// The floor of that result in a calibration that was read from `file`; nullopt if the calibration
/// is of another machine, or knows no such run: the same protocol, in clear text or with the same
/// cipher, depth and transaction.
[[nodiscard]] std::optional<result::Floor> floor_of(const result::RunResult& result,
                                                    const Calibration& calibration, const Machine& machine,
                                                    std::int64_t now_s, const std::string& file);

[[nodiscard]] std::string to_json(const Calibration& calibration);
/// The calibration, or what is wrong with the text, which is not trusted.
[[nodiscard]] std::variant<Calibration, std::string> from_json(std::string_view text);

/// For people.
[[nodiscard]] std::string tabulate(const Calibration& calibration);

/// Where it is kept: $XDG_STATE_HOME/backtalk/calibration.json, or below ~/.local/state. Empty if
/// neither is known.
[[nodiscard]] std::string usual_path();

/// What is kept there; nullopt if there is none, or none that can be read.
[[nodiscard]] std::optional<Calibration> read_file(const std::string& path);

}  // namespace backtalk::calibrate
