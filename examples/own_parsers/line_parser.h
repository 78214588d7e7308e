/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* A parser of the lines of a POP3 server, with a mistake: lines of more than 63 octets overflow. */
#ifndef MY_LINE_PARSER_H
#define MY_LINE_PARSER_H

#include <stddef.h>

struct line_parser {
  char line[64];
  size_t size;
  int after_cr;
};

struct line_parser* line_parser_new(void);
void line_parser_free(struct line_parser* parser);

/* Takes one octet. 1: `line` is whole, `size` octets; 0: it needs more; -1: this is no line. */
int line_parser_take(struct line_parser* parser, char octet);

#endif
