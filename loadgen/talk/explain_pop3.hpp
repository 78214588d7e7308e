// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How a response of POP3 reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "backtalk/pop3/response.hpp"
#include "talk/dialect.hpp"

namespace backtalk::talk {

/// What a response is to.
enum class Pop3Asked : std::uint8_t {
  greeting,
  command,
  capabilities,  ///< CAPA
  drop,          ///< STAT
  sizes,         ///< LIST
  one_size,      ///< LIST and a number
  login,         ///< AUTH and a mechanism
  stls
};

/// Reads one response after the other.
class Pop3Reading {
 public:
  void begin(Pop3Asked asked, const pop3::Status& status, Heard& heard);
  /// A line or a stretch of its body.
  void take(const pop3::Event& event, Heard& heard);
  void finish(Heard& heard);

 private:
  void begin_ok(const pop3::Status& status, Heard& heard);

  Pop3Asked asked_ = Pop3Asked::greeting;
  std::size_t lines_ = 0;
  std::uint64_t octets_ = 0;  // of a body; or the sum of the sizes that are listed
  std::string offer_;
};

}  // namespace backtalk::talk
