// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "parse/transcript.hpp"

#include "parse/json_text.hpp"

namespace backtalk::parse {

void print_error(std::string& out, const Error& error, std::string_view more, std::string_view detail) {
  out += R"({"type":"error","offset":)";
  append_number(out, error.offset);
  out += R"(,"error":)";
  append_string(out, word(error.code));
  out += R"(,"message":)";
  append_string(out, std::string(sentence(error.code)).append(detail));
  out += more;
  out += "}\n";
}

void print_incomplete(std::string& out, std::uint64_t offset, std::string_view more) {
  out += R"({"type":"incomplete","offset":)";
  append_number(out, offset);
  out += more;
  out += "}\n";
}

}  // namespace backtalk::parse
