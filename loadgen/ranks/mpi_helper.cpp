// SPDX-License-Identifier: Apache-2.0 OR MIT
// backtalk-mpi LINE: prints the line that rank 0 was given. By it the ranks of `mpirun backtalk
// load` hear where rank 0 is; they start it, and users do not.
#include <mpi.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "backtalk-mpi: this is a part of `mpirun -n N backtalk load`: run that\n");
    return 2;
  }
  // Enough for a token and some hundred addresses.
  std::array<char, 16384> line{};
  std::memcpy(line.data(), argv[1], std::min(std::strlen(argv[1]), line.size() - 1));
  if (MPI_Init(nullptr, nullptr) != MPI_SUCCESS) return 2;
  const int result = MPI_Bcast(line.data(), static_cast<int>(line.size()), MPI_CHAR, 0, MPI_COMM_WORLD);
  MPI_Finalize();
  if (result != MPI_SUCCESS) return 2;
  return std::printf("%s\n", line.data()) > 0 ? 0 : 2;
}
