// What the HTTP parsers are timed on. Every message is a response head without a body.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace backtalk::bench {

struct HttpInput {
  std::string name;
  std::vector<std::string> streams;  // taken in turn, so that a branch predictor cannot learn a single one
  std::size_t messages = 1;          // in each stream
};

// a: an Apache response of 6 fields; b: an nginx response of 8; c: a large site's, 28 fields; d: 100 times b
// in one stream; f: 1,024 different responses, always the same ones.
const std::vector<HttpInput>& http_inputs();

}  // namespace backtalk::bench
