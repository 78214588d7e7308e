/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The adapter of a parser in C. */
#include <backtalk/fuzz/adapter.h>

#include "line_parser.h"

static void* open_parser(void) {
  return line_parser_new();
}

static void close_parser(void* parser) {
  line_parser_free(parser);
}

static void feed(void* opaque, const char* bytes, size_t size, backtalk_fuzz_report* report) {
  struct line_parser* parser = opaque;
  for (size_t i = 0; i < size; ++i) {
    const int got = line_parser_take(parser, bytes[i]);
    if (got < 0) backtalk_fuzz_refuse(report, "bare CR", BACKTALK_FUZZ_NOWHERE);
    if (got < 0) return;
    if (got == 0) continue;
    backtalk_fuzz_event(report, "line", BACKTALK_FUZZ_NOWHERE);
    backtalk_fuzz_text(report, parser->line, parser->size);
    parser->size = 0;
  }
}

const backtalk_fuzz_adapter backtalk_fuzz_target = {
    .name = "my_lines",
    .protocol = "pop3",
    .takes_pieces = 1,
    .open = open_parser,
    .feed = feed,
    .close = close_parser,
};
