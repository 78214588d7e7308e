/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Memory: a steady stream allocates nothing after its first messages, and wherever memory ends,
 * that is an error of the parser which a reset takes away. malloc is replaced, and fails when it is
 * told to. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backtalk/backtalk.h"

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* taken, size_t size);

static size_t allocations = 0;
static size_t left = (size_t)-1; /* how many allocations still succeed */

static int may_allocate(void) {
  ++allocations;
  if (left == 0) return 0;
  --left;
  return 1;
}

void* malloc(size_t size) {
  return may_allocate() ? __libc_malloc(size) : NULL;
}
void* calloc(size_t count, size_t size) {
  return may_allocate() ? __libc_calloc(count, size) : NULL;
}
void* realloc(void* taken, size_t size) {
  return may_allocate() ? __libc_realloc(taken, size) : NULL;
}

typedef struct conversation {
  backtalk_kind kind;
  const char* text;
} conversation;

static const conversation samples[] = {
    {BACKTALK_SMTP_REPLIES, "220 mx ESMTP\r\n250-mx\r\n250-SIZE 1000\r\n250 PIPELINING\r\n250 2.1.5 b\r\n"},
    {BACKTALK_SMTP_COMMANDS,
     "EHLO a.example\r\nMAIL FROM:<a@b> SIZE=5\r\nDATA\r\nHello\r\n..dot\r\n.\r\nBDAT 5\r\nab\r\ncQUIT\r\n"},
    {BACKTALK_POP3_RESPONSES,
     "+OK POP3\r\n+OK 2 messages\r\n1 120\r\n2 200\r\n.\r\n+OK 3\r\nSubject: x\r\n\r\n..dot\r\n.\r\n-ERR "
     "[IN-USE] later\r\n"},
    {BACKTALK_POP3_COMMANDS, "USER a\r\nPASS b c\r\nAUTH PLAIN\r\nAGEAYg==\r\nRETR 1\r\nquit\r\n"},
    {BACKTALK_IMAP_RESPONSES,
     "* OK [CAPABILITY IMAP4rev1 IDLE] hello\r\n* 1 FETCH (FLAGS (\\Seen) BODY[] {5}\r\nhello UID 7)\r\n"
     "* LIST () \"/\" \"a \\\"b\\\"\"\r\n* 3 FETCH (ENVELOPE (NIL \"Hi\" ((NIL NIL \"a\" \"b\")) NIL NIL NIL "
     "NIL NIL NIL NIL) BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 5 1) \"MIXED\"))\r\n+ go "
     "on\r\na1 OK [UIDNEXT 8] done\r\n* 2 FETCH (BODY[TEXT] "
     "{12}\r\n012345678901)\r\n"},
    {BACKTALK_IMAP_COMMANDS,
     "a1 LOGIN {3}\r\nfoo \"bar\"\r\na2 APPEND x {2+}\r\nhi\r\na3 UID FETCH 1:* (FLAGS BODY[1]<0.5>)\r\na4 "
     "APPEND x {12+}\r\n012345678901\r\n"},
    {BACKTALK_HTTP_RESPONSES,
     "HTTP/1.1 103 Early\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 5\r\n\r\nhello"
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nT: v\r\n\r\n"},
    {BACKTALK_HTTP_REQUESTS,
     "GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"},
};

/* What a stream came to: no list of events, because a list needs memory. */
typedef struct outcome {
  size_t events;
  size_t octets;
} outcome;

static void decode(backtalk_parser* parser, const backtalk_imap_response* response, outcome* out) {
  const backtalk_imap_token* list = response->arguments;
  const backtalk_imap_envelope* envelope = NULL;
  const backtalk_imap_body_part* parts = NULL;
  const backtalk_imap_token* value;
  size_t count = 0;
  if (response->argument_count == 0) return;
  value = backtalk_imap_find(list + 1, list->span - 1, "ENVELOPE");
  if (value != NULL && backtalk_imap_read_envelope(parser, value, &envelope, NULL))
    out->octets += envelope->from.count;
  value = backtalk_imap_find(list + 1, list->span - 1, "BODYSTRUCTURE");
  if (value != NULL && backtalk_imap_read_body_structure(parser, value, &parts, &count, NULL))
    out->octets += count;
  out->octets += backtalk_imap_part_section(parser, 1, NULL, 0);
}

static void take(backtalk_parser* parser, const backtalk_event* event, outcome* out) {
  ++out->events;
  out->octets += event->octets.size;
  if (event->smtp_command != NULL && event->smtp_command->verb == BACKTALK_SMTP_DATA) {
    (void)backtalk_smtp_expect_data(parser);
  }
  if (event->smtp_command != NULL && event->smtp_command->verb == BACKTALK_SMTP_BDAT) {
    uint64_t octets = 0;
    if (backtalk_smtp_read_chunk(parser, event->smtp_command, &octets, NULL, NULL)) {
      (void)backtalk_smtp_expect_chunk(parser, octets);
    }
  }
  if (event->pop3_command != NULL && event->pop3_command->verb == BACKTALK_POP3_AUTH) {
    (void)backtalk_parser_expect_line(parser);
  }
  if (event->imap_response != NULL) decode(parser, event->imap_response, out);
  if (event->kind == BACKTALK_OCTETS) {
    (void)backtalk_imap_response_so_far(parser);
    (void)backtalk_imap_command_so_far(parser);
  }
}

static outcome play(backtalk_parser* parser, const char* text, size_t piece) {
  outcome out = {0, 0};
  const size_t size = strlen(text);
  size_t at;
  for (at = 0; at < size; at += piece) {
    const backtalk_event* event;
    const size_t octets = size - at < piece ? size - at : piece;
    if (backtalk_parser_feed_copy(parser, text + at, octets) != BACKTALK_OK) break;
    while ((event = backtalk_parser_next(parser)) != NULL) take(parser, event, &out);
    if (backtalk_parser_error(parser) != NULL) break;
  }
  return out;
}

static int prepare(backtalk_parser* parser) {
  (void)backtalk_parser_set_limit(parser, "literal_gather_octets_max", 8);
  return backtalk_parser_error(parser) == NULL;
}

static void expect_answers(backtalk_parser* parser, backtalk_kind kind) {
  if (kind == BACKTALK_POP3_RESPONSES) (void)backtalk_pop3_expect_otherwise(parser, BACKTALK_POP3_AUTOMATIC);
}

static int test_steady(const conversation* sample, size_t piece) {
  backtalk_parser* parser = backtalk_parser_new(sample->kind);
  size_t before;
  int round;
  prepare(parser);
  expect_answers(parser, sample->kind);
  for (round = 0; round < 20; ++round) (void)play(parser, sample->text, piece);
  before = allocations;
  for (round = 0; round < 100; ++round) (void)play(parser, sample->text, piece);
  if (allocations != before || backtalk_parser_error(parser) != NULL) {
    fprintf(stderr, "parser %d, pieces of %zu: %zu allocations in steady state, error %s\n",
            (int)sample->kind, piece, allocations - before,
            backtalk_parser_error(parser) == NULL ? "none" : backtalk_parser_error(parser)->word);
    backtalk_parser_free(parser);
    return 1;
  }
  backtalk_parser_free(parser);
  return 0;
}

/* Memory ends after `last` allocations; `ended` counts whether it did. 1 if that went wrong. */
static int test_end_of_memory(const conversation* sample, size_t piece, size_t last, outcome whole,
                              int* ended) {
  outcome got = {0, 0};
  const backtalk_error* error;
  backtalk_parser* parser;
  int failed = 0;
  left = last;
  parser = backtalk_parser_new(sample->kind);
  if (parser == NULL) {
    left = (size_t)-1;
    *ended += 1;
    return 0;
  }
  if (prepare(parser)) {
    expect_answers(parser, sample->kind);
    got = play(parser, sample->text, piece);
  }
  error = backtalk_parser_error(parser);
  left = (size_t)-1;
  if (error == NULL) {
    failed = got.events != whole.events || got.octets != whole.octets;
  } else {
    *ended += 1;
    failed = strcmp(error->word, "no-memory") != 0 || got.events > whole.events ||
             error->offset != backtalk_parser_message_offset(parser) || got.octets > whole.octets ||
             backtalk_parser_next(parser) != NULL ||
             backtalk_parser_feed(parser, "", 0) != BACKTALK_STREAM_ERROR ||
             backtalk_parser_reset(parser) != BACKTALK_OK || backtalk_parser_error(parser) != NULL;
    prepare(parser);
    expect_answers(parser, sample->kind);
    got = play(parser, sample->text, piece);
    failed |= got.events != whole.events || got.octets != whole.octets;
  }
  if (failed) {
    fprintf(stderr, "parser %d, pieces of %zu: memory ended after %zu allocations: %zu events, not %zu\n",
            (int)sample->kind, piece, last, got.events, whole.events);
  }
  backtalk_parser_free(parser);
  return failed;
}

static int test_ends(const conversation* sample, size_t piece) {
  outcome whole;
  size_t last, most;
  int failures = 0;
  int ended = 0;
  backtalk_parser* parser = backtalk_parser_new(sample->kind);
  prepare(parser);
  expect_answers(parser, sample->kind);
  most = allocations;
  whole = play(parser, sample->text, piece);
  most = allocations - most + 40;
  backtalk_parser_free(parser);
  for (last = 0; last < most; ++last) failures += test_end_of_memory(sample, piece, last, whole, &ended);
  if (ended == 0) {
    fprintf(stderr, "parser %d, pieces of %zu: memory ended %d times\n", (int)sample->kind, piece, ended);
    ++failures;
  }
  return failures;
}

/* Where memory ends beside an event, the event is lost, also when there is memory again. */
static int test_event_is_lost(void) {
  static const char text[] = "* X a b {9}\r\nab";
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_IMAP_RESPONSES);
  int failed = prepare(parser) == 0 || backtalk_parser_feed(parser, text, sizeof text - 1) != BACKTALK_OK ||
               backtalk_parser_next(parser) == NULL;
  left = 0;
  failed |= backtalk_imap_response_so_far(parser) != NULL;
  left = (size_t)-1;
  failed |= backtalk_imap_response_so_far(parser) != NULL || backtalk_parser_next(parser) != NULL ||
            backtalk_parser_error(parser) == NULL ||
            strcmp(backtalk_parser_error(parser)->word, "no-memory") != 0 ||
            backtalk_parser_error(parser)->offset != 0;
  backtalk_parser_free(parser);
  if (failed) fprintf(stderr, "an event outlives the end of memory\n");
  return failed;
}

int main(void) {
  static const size_t pieces[] = {1, 7, 1000};
  int failures = 0;
  size_t i, j;
  backtalk_parser_free(
      backtalk_parser_new(BACKTALK_SMTP_REPLIES)); /* the choice of a SIMD target is made once */
  for (i = 0; i < sizeof samples / sizeof *samples; ++i) {
    for (j = 0; j < sizeof pieces / sizeof *pieces; ++j) {
      failures += test_steady(&samples[i], pieces[j]);
      failures += test_ends(&samples[i], pieces[j]);
    }
  }
  failures += test_event_is_lost();
  printf("%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
