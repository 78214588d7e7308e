// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Which part of a run this process is to carry out, as the program that started it says in the
/// environment.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "engine/client_plan.hpp"

namespace backtalk::ranks {

/// How a process finds rank 0.
enum class Meeting {
  by_address,  ///< BACKTALK_COORDINATOR, or the first node of SLURM
  by_mpi,      ///< the program backtalk-mpi asks the launcher
  none,        ///< each works for itself, and saves a result of its own
};

struct Place {
  engine::Share share;
  std::string launcher;  ///< "mpirun", for sentences
  Meeting meeting = Meeting::none;
  std::string coordinator;            ///< "HOST:PORT" of `by_address`
  std::string token;                  ///< that all ranks know, and few others; may be empty
  bool is_token_secret = false;       ///< the user has chosen it, or it is random
  std::uint64_t rank_timeout_s = 60;  ///< how long the ranks wait for each other before the run

  [[nodiscard]] bool is_joined() const { return meeting != Meeting::none; }
  /// False for those that leave it to rank 0 to speak.
  [[nodiscard]] bool speaks() const { return !is_joined() || share.part == 0; }
};

/// Returns the value of an environment variable; null: it is not set.
using Environment = std::function<const char*(const char*)>;

/// nullopt: this process is the only one. A sentence for the user if the environment contradicts
/// itself, or does not say how many there are.
///
/// Looked for, in this order: BACKTALK_RANK and BACKTALK_RANKS; OMPI_COMM_WORLD_RANK and _SIZE
/// (Open MPI); PMI_RANK and PMI_SIZE (MPICH); SLURM_PROCID and SLURM_NTASKS of a step, that is
/// under srun; JOB_COMPLETION_INDEX (Kubernetes) with BACKTALK_RANKS. If srun sets the variables
/// of MPICH as well (--mpi=pmi2), those of SLURM count.
[[nodiscard]] std::variant<std::optional<Place>, std::string> find_place(const Environment& environment);

/// The first name of a list of SLURM's nodes: "n7" of "n[7-9,12],m1".
[[nodiscard]] std::string first_node(std::string_view list);

}  // namespace backtalk::ranks
