// SPDX-License-Identifier: Apache-2.0 OR MIT
// The layers' views are of the layers.
#include "backtalk/detail/held_text.hpp"
#include "backtalk/detail/http/head_reader.hpp"
#include "backtalk/detail/line_reader.hpp"

std::size_t look() {
  using namespace backtalk;
#ifdef MISUSE
  const std::string_view held = detail::HeldText{10}.view();
  const std::span<const http::Field> fields = http::detail::HeadReader{{}, {}}.fields();
  const std::string_view rest = detail::LineReader{10}.rest();
#else
  const detail::HeldText text{10};
  const http::detail::HeadReader head{{}, {}};
  const detail::LineReader reader{10};
  const std::string_view held = text.view();
  const std::span<const http::Field> fields = head.fields();
  const std::string_view rest = reader.rest();
#endif
  return held.size() + fields.size() + rest.size();
}
