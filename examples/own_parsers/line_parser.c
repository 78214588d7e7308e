/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "line_parser.h"

#include <stdlib.h>

struct line_parser* line_parser_new(void) {
  return calloc(1, sizeof(struct line_parser));
}

void line_parser_free(struct line_parser* parser) {
  free(parser);
}

int line_parser_take(struct line_parser* parser, char octet) {
  if (parser->after_cr) {
    if (octet != '\n') return -1;
    parser->after_cr = 0;
    return 1;
  }
  if (octet == '\r') {
    parser->after_cr = 1;
    return 0;
  }
  parser->line[parser->size++] = octet;
  return 0;
}
