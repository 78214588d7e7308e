// SPDX-License-Identifier: Apache-2.0 OR MIT
// backtalk-mpi RANK RANKS: reads a line, and prints the line that rank 0 has read. By it the ranks
// of `mpirun backtalk load` hear where rank 0 is; they start it, and users do not.
#include <mpi.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace {

// What the environment says and what MPI says may be of two launchers, of which one started the
// other: a broadcast would never come to its end, or reach this process alone.
bool is_the_same(const char* rank, const char* ranks) {
  int own = 0;
  int all = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &own);
  MPI_Comm_size(MPI_COMM_WORLD, &all);
  if (own == std::atoi(rank) && all == std::atoi(ranks)) return true;
  std::fprintf(stderr,
               "backtalk-mpi: MPI says that this is process %d of %d, and the environment rank %s of %s: was "
               "it built for another MPI than that of the launcher?\n",
               own, all, rank, ranks);
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "backtalk-mpi: this is a part of `mpirun -n N backtalk load`: run that\n");
    return 2;
  }
  // Enough for a token and some hundred addresses. It ends with a zero.
  std::array<char, 16385> line{};
  if (std::fread(line.data(), 1, line.size() - 1, stdin) == 0) return 2;
  if (MPI_Init(nullptr, nullptr) != MPI_SUCCESS) return 2;
  if (!is_the_same(argv[1], argv[2])) {
    MPI_Finalize();
    return 2;
  }
  const int result = MPI_Bcast(line.data(), static_cast<int>(line.size()), MPI_CHAR, 0, MPI_COMM_WORLD);
  MPI_Finalize();
  if (result != MPI_SUCCESS) return 2;
  return std::printf("%s\n", line.data()) > 0 ? 0 : 2;
}
