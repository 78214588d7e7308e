// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The events of the HTTP parsers.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "backtalk/http/head.hpp"

namespace backtalk::http {

/// One event. A message is one `head`, any number of `octets`, one `end`. Views are valid until the
/// next call on the parser.
template <class HeadType>
struct Event {
  enum class Kind : std::uint8_t {
    head,    ///< `head` is set. An interim response (1xx) is a head alone, without `end`
    octets,  ///< `octets` is the next stretch of the body; transfer codings except chunked remain
    end,     ///< the message is complete; `trailers` is set
    opaque,  ///< `octets` is data after the stream left HTTP (101, CONNECT)
  };
  Kind kind = Kind::head;
  HeadType head;
  std::string_view octets;
  std::span<const Field> trailers;  ///< after a chunked body; never merged into the fields
};

using ResponseEvent = Event<ResponseHead>;
using RequestEvent = Event<RequestHead>;

}  // namespace backtalk::http
