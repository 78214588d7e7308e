/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the tests in C need of a test framework. */
#ifndef BACKTALK_TESTS_CHECK_H
#define BACKTALK_TESTS_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "backtalk/backtalk.h"

/* Counts and prints a condition that does not hold. */
#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)
void check(bool holds, const char* condition, const char* file, int line);

/* True if the view has this text. */
bool is(backtalk_view view, const char* text);

/* Feeds a text, which must stay. */
backtalk_status feed(backtalk_parser* parser, const char* text);

/* The next event, of which kind is checked; an empty one if there is none. */
const backtalk_event* next_of(backtalk_parser* parser, backtalk_event_kind kind);

/* True if the stream has this error at this offset. */
bool has_error(backtalk_parser* parser, const char* word, uint64_t offset);

void test_smtp(void);
void test_pop3(void);
void test_imap(void);
void test_http(void);
void test_imap_tokens(void);
void test_event_end(void);
void test_wrong_use(void);

#endif
