// SPDX-License-Identifier: Apache-2.0 OR MIT
// What the consumers of the single headers share. A header of Backtalk has to be included before
// it.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

inline std::string content(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::cerr << "cannot read " << path << '\n';
    std::exit(2);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

// Feeds a stream in pieces of `octets` and calls `show` with each event; then prints how the stream
// ended.
template <backtalk::Parser P>
void read(P& parser, std::string_view stream, std::size_t octets, auto show) {
  const auto show_all = [&] {
    while (const auto* event = parser.next()) show(*event);
  };
  for (std::size_t at = 0; at < stream.size(); at += octets) {
    parser.feed(stream.substr(at, octets));
    show_all();
  }
  if constexpr (requires { parser.finish(); }) {
    parser.finish();
    show_all();
  }
  std::cout << word(parser.error().code) << " at " << parser.error().offset
            << (parser.in_message() ? ", cut\n" : "\n");
}

// Every file that is named, read by both sides' parsers, whole and in pieces.
inline int read_files(int count, char** names, auto server, auto client) {
  for (int i = 1; i < count; ++i) {
    const std::string stream = content(names[i]);
    for (const std::size_t octets : {stream.size() + 1, std::size_t{7}}) {
      std::cout << "server, in pieces of " << octets << '\n';
      server(stream, octets);
      std::cout << "client, in pieces of " << octets << '\n';
      client(stream, octets);
    }
  }
  return 0;
}
