// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Every rank hears a line of rank 0 by MPI, with which a program beside this one is linked:
/// `backtalk-mpi RANK RANKS` prints it, given a line. So this program needs no MPI, and MPI has
/// come to its end in every process before the load begins: a rank that is lost later leaves nobody
/// waiting in MPI.
#pragma once

#include <string>

#include "ranks/place.hpp"

namespace backtalk::ranks {

struct Exchanged {
  std::string line;     ///< what `backtalk-mpi` has printed: the line of rank 0
  std::string problem;  ///< a sentence for the user; empty: there is none
};

/// Returns once all ranks have called it. The line is not on a command line, which everybody on the
/// machine can read: it has the token.
[[nodiscard]] Exchanged exchange_by_mpi(const std::string& line, const Place& place);

}  // namespace backtalk::ranks
