// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "imap/number.hpp"

#include <string_view>

#include "imap/odd_number.hpp"

namespace backtalk::imap {

ErrorCode read_odd_number(const Token& token, std::uint64_t& out, std::uint64_t max, std::uint64_t min,
                          Tolerances tolerances, Counts counts) {
  if (token.is_number()) {
    const std::uint64_t value = token.number();
    if (value != 0 && token.text.starts_with('0') && !may_begin_with_zero(max, min)) {
      return ErrorCode::wrong_shape;
    }
    const bool tolerated = tolerances.has(value < min ? tolerate::zero_numbers : tolerate::large_numbers);
    if (!tolerated) return ErrorCode::number_out_of_range;
    out = value;
    return ErrorCode::none;
  }
  // Of the numbers that begin with 1 only a mod-sequence has 63 bits. "-1" says that it is unknown;
  // UIDs and message numbers are not.
  const bool may_be_negative = min == 0 || max == kNumber64Max || tolerances.has(tolerate::zero_numbers);
  Tolerances odd;
  if (may_be_negative && tolerances.has(tolerate::negative_numbers)) odd = tolerate::negative_numbers;
  if (counts == Counts::size && tolerances.has(tolerate::exponents)) odd = odd | tolerate::exponents;
  if (const auto value = odd_number(token, odd)) {
    if (*value > max && !tolerances.has(tolerate::large_numbers)) return ErrorCode::number_out_of_range;
    out = *value;
    return ErrorCode::none;
  }
  // The lexer gives digits that do not fit 64 bits as an atom.
  const bool digits =
      token.kind == Token::Kind::atom && token.text.find_first_not_of("0123456789") == std::string_view::npos;
  return digits ? ErrorCode::number_out_of_range : ErrorCode::wrong_shape;
}

}  // namespace backtalk::imap
