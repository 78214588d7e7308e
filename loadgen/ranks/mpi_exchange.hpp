// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Every rank hears a line of rank 0 by MPI, with which a program beside this one is linked:
/// `backtalk-mpi LINE` prints it. So this program needs no MPI, and MPI has come to its end in
/// every process before the load begins: a rank that is lost later leaves nobody waiting in MPI.
#pragma once

#include <string>

namespace backtalk::ranks {

struct Exchanged {
  std::string line;     ///< what `backtalk-mpi LINE` has printed: the line of rank 0
  std::string problem;  ///< a sentence for the user; empty: there is none
};

/// Returns once all ranks have called it. `launcher` is what has started them.
[[nodiscard]] Exchanged exchange_by_mpi(const std::string& line, const std::string& launcher);

}  // namespace backtalk::ranks
