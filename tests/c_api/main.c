/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The C interface, called from C99. */
#include <stdio.h>
#include <string.h>

#include "check.h"

static int failures = 0;
static int checks = 0;

void check(bool holds, const char* condition, const char* file, int line) {
  ++checks;
  if (holds) return;
  ++failures;
  fprintf(stderr, "%s:%d: %s\n", file, line, condition);
}

bool is(backtalk_view view, const char* text) {
  return view.data != NULL && view.size == strlen(text) && memcmp(view.data, text, view.size) == 0;
}

backtalk_status feed(backtalk_parser* parser, const char* text) {
  return backtalk_parser_feed(parser, text, strlen(text));
}

const backtalk_event* next_of(backtalk_parser* parser, backtalk_event_kind kind) {
  static const backtalk_event none;
  const backtalk_event* event = backtalk_parser_next(parser);
  check(event != NULL && event->kind == kind, "the next event is of the kind expected", __FILE__, __LINE__);
  if (event == NULL) return &none;
  check(event->struct_size == sizeof(backtalk_event), "the event has the size of the header", __FILE__,
        __LINE__);
  return event;
}

bool has_error(backtalk_parser* parser, const char* word, uint64_t offset) {
  const backtalk_error* error = backtalk_parser_error(parser);
  return error != NULL && strcmp(error->word, word) == 0 && error->offset == offset &&
         strlen(error->sentence) > 5;
}

int main(void) {
  test_smtp();
  test_pop3();
  test_imap();
  test_http();
  test_imap_tokens();
  test_event_end();
  test_wrong_use();
  printf("%d checks, %d failures\n", checks, failures);
  return failures == 0 ? 0 : 1;
}
