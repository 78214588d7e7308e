// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/failure_names.hpp"

#include <cerrno>

namespace backtalk::net {

std::string_view connect_failure(int error, const Endpoint& to) {
  switch (error) {
    case ECONNREFUSED: return "connect-refused";
    case ETIMEDOUT: return "connect-timeout";
    case ENETUNREACH:
    case EHOSTUNREACH: return "connect-unreachable";
    // Linux gives this error both when there is no source address and when no local port is left.
    case EADDRNOTAVAIL: return to.has_source() ? "connect-no-ports-left" : "connect-unreachable";
    case ENOENT: return "connect-no-such-socket";
    case EACCES:
    case EPERM: return "connect-not-permitted";
    case EAGAIN: return "connect-queue-full";
    case EMFILE:
    case ENFILE: return "connect-too-many-files";
    case ECONNRESET: return "connect-reset";
    default: return "connect-failed";
  }
}

std::string_view transfer_failure(int error) {
  switch (error) {
    case ECONNRESET: return "reset";
    case EPIPE: return "closed";
    case ETIMEDOUT: return "timeout";
    default: return "transfer-failed";
  }
}

}  // namespace backtalk::net
