// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "text/whole_number.hpp"

namespace backtalk::ranks {
namespace {

constexpr std::uint64_t kRanksMax = 65'536;
constexpr std::size_t kTokenMax = 1024;
constexpr std::uint64_t kDayS = 86'400;
// Ports that no service has, and that few systems take for outgoing connections: 20000 to 29999.
constexpr std::uint64_t kFirstPort = 20'000;
constexpr std::uint64_t kPorts = 10'000;

struct Launcher {
  std::string_view name;
  const char* rank;
  const char* ranks;
  const char* only_with;  ///< a variable that must be there as well; null: none
  Meeting meeting;
};

constexpr std::array kLaunchers{
    Launcher{"BACKTALK_RANK", "BACKTALK_RANK", "BACKTALK_RANKS", nullptr, Meeting::none},
    Launcher{"mpirun", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", nullptr, Meeting::by_mpi},
    Launcher{"mpirun", "PMI_RANK", "PMI_SIZE", nullptr, Meeting::by_mpi},
    // The script of a batch job has the others too, and is one process.
    Launcher{"srun", "SLURM_PROCID", "SLURM_NTASKS", "SLURM_STEP_ID", Meeting::by_address},
    Launcher{"Kubernetes", "JOB_COMPLETION_INDEX", "BACKTALK_RANKS", nullptr, Meeting::none}};

std::string text_of(const Environment& environment, const char* name) {
  const char* const value = environment(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::optional<std::string> read(const Environment& environment, const Launcher& launcher, Place& place) {
  const std::string rank = text_of(environment, launcher.rank);
  const std::string ranks = text_of(environment, launcher.ranks);
  if (ranks.empty())
    return fmt::format(
        "{} says that this is process {}, but not of how many: set {} to their number, or unset {} for a run "
        "of one process",
        launcher.rank, rank, launcher.ranks, launcher.rank);
  const auto part = text::read_whole_number(rank);
  const auto parts = text::read_whole_number(ranks);
  if (!part || !parts || *parts == 0 || *parts > kRanksMax || *part >= *parts)
    return fmt::format("{}={} and {}={}: expected a number from 0 on, and how many there are, {} at most",
                       launcher.rank, rank, launcher.ranks, ranks, kRanksMax);
  place.share = {.part = static_cast<unsigned>(*part), .parts = static_cast<unsigned>(*parts)};
  place.launcher = launcher.name;
  place.meeting = launcher.meeting;
  return std::nullopt;
}

// srun --mpi=pmi2 has both, and nothing that MPICH's own launcher would answer with.
bool is_of_slurm(const Environment& environment) {
  const auto same = [&](const char* one, const char* other) {
    const std::string text = text_of(environment, one);
    return !text.empty() && text == text_of(environment, other);
  };
  return environment("SLURM_STEP_ID") != nullptr && same("PMI_RANK", "SLURM_PROCID") &&
         (same("PMI_SIZE", "SLURM_STEP_NUM_TASKS") || same("PMI_SIZE", "SLURM_NTASKS"));
}

// What it reads is of the user, and so is checked.
std::optional<std::string> read_own(const Environment& environment, Place& place) {
  if (environment("BACKTALK_TOKEN") != nullptr) {
    place.token = text_of(environment, "BACKTALK_TOKEN");
    place.is_token_secret = !place.token.empty();
  }
  // It is a line of what a rank says.
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (place.token.size() > kTokenMax || std::ranges::any_of(place.token, is_control))
    return fmt::format(
        "BACKTALK_TOKEN: {} octets at most are expected, without line ends and other control characters",
        kTokenMax);
  const std::string timeout = text_of(environment, "BACKTALK_RANK_TIMEOUT");
  if (environment("BACKTALK_RANK_TIMEOUT") == nullptr) return std::nullopt;
  const auto seconds = text::read_whole_number(timeout);
  if (!seconds || *seconds == 0 || *seconds > kDayS)
    return fmt::format("BACKTALK_RANK_TIMEOUT={}: a number of seconds is expected, from 1 to {}", timeout,
                       kDayS);
  place.rank_timeout_s = *seconds;
  return std::nullopt;
}

// All tasks of a step know these, and no other step has them.
void meet_at_first_node(const Environment& environment, Place& place) {
  const std::string job = text_of(environment, "SLURM_JOB_ID");
  const std::string step = text_of(environment, "SLURM_STEP_ID");
  std::string nodes = text_of(environment, "SLURM_STEP_NODELIST");
  if (nodes.empty()) nodes = text_of(environment, "SLURM_JOB_NODELIST");
  const std::uint64_t number =
      text::read_whole_number(job).value_or(0) * 101 + text::read_whole_number(step).value_or(0);
  place.coordinator =
      fmt::format("{}:{}", nodes.empty() ? "127.0.0.1" : first_node(nodes), kFirstPort + number % kPorts);
  place.token = fmt::format("slurm {}.{}", job, step);
}

}  // namespace

std::string first_node(std::string_view list) {
  const std::size_t bracket = list.find('[');
  if (bracket == std::string_view::npos || list.find(',') < bracket)
    return std::string(list.substr(0, list.find(',')));
  const std::string_view numbers = list.substr(bracket + 1);
  std::string out(list.substr(0, bracket));
  out += numbers.substr(0, numbers.find_first_of(",-]"));
  const std::size_t end = numbers.find(']');
  if (end == std::string_view::npos) return out;
  const std::string_view behind = numbers.substr(end + 1);
  return out += behind.substr(0, behind.find(','));
}

std::variant<std::optional<Place>, std::string> find_place(const Environment& environment) {
  Place place;
  for (const Launcher& one : kLaunchers) {
    if (environment(one.rank) == nullptr) continue;
    if (one.only_with != nullptr && environment(one.only_with) == nullptr) continue;
    if (std::string_view(one.rank) == "PMI_RANK" && is_of_slurm(environment)) continue;
    if (auto problem = read(environment, one, place)) return *std::move(problem);
    break;
  }
  if (place.share.parts == 1) return std::optional<Place>();
  if (place.meeting == Meeting::by_address) meet_at_first_node(environment, place);
  if (environment("BACKTALK_COORDINATOR") != nullptr) {
    place.meeting = Meeting::by_address;
    place.coordinator = text_of(environment, "BACKTALK_COORDINATOR");
  }
  if (auto problem = read_own(environment, place)) return *std::move(problem);
  if (place.meeting == Meeting::by_mpi) place.is_token_secret = true;  // each run has a random one
  return std::optional(std::move(place));
}

}  // namespace backtalk::ranks
