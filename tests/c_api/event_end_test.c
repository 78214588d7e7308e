/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What depends on the event that was returned last ends with it, whatever it is that comes next. */
#include <stddef.h>
#include <string.h>

#include "check.h"

enum { FEED, FEED_COPY, FINISH, RESET, NEXT, WAYS };

/* Does what ends an event, one way or the other. Nothing is unread. */
static void end_event(backtalk_parser* parser, int way) {
  switch (way) {
    case FEED: CHECK(backtalk_parser_feed(parser, "", 0) == BACKTALK_OK); break;
    case FEED_COPY: CHECK(backtalk_parser_feed_copy(parser, NULL, 0) == BACKTALK_OK); break;
    case FINISH: CHECK(backtalk_parser_finish(parser) == BACKTALK_OK); break;
    case RESET: CHECK(backtalk_parser_reset(parser) == BACKTALK_OK); break;
    default: CHECK(backtalk_parser_next(parser) == NULL); break;
  }
}

static void test_responses(int way) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_IMAP_RESPONSES);
  const backtalk_imap_token* list;
  const backtalk_imap_item* item = NULL;
  const backtalk_imap_envelope* envelope = NULL;
  const backtalk_imap_body_part* parts = NULL;
  const backtalk_imap_flags* flags = NULL;
  size_t count = 0;
  CHECK(backtalk_parser_set_limit(parser, "literal_gather_octets_max", 1) == BACKTALK_OK);
  CHECK(feed(parser, "* 1 FETCH (BODY[] {3}\r\nab") == BACKTALK_OK);
  (void)next_of(parser, BACKTALK_OCTETS);
  CHECK(backtalk_imap_response_so_far(parser) != NULL);
  CHECK(!backtalk_imap_next_item(parser, &item, NULL)); /* not yet a response */
  end_event(parser, way);
  CHECK(backtalk_imap_response_so_far(parser) == NULL);

  CHECK(backtalk_parser_reset(parser) == BACKTALK_OK);
  CHECK(feed(parser,
             "* 1 FETCH (FLAGS (\\Seen) BODY (\"A\" \"B\" NIL NIL NIL \"7BIT\" 9) ENVELOPE (NIL NIL NIL NIL "
             "NIL NIL NIL NIL NIL NIL))\r\n") == BACKTALK_OK);
  list = next_of(parser, BACKTALK_RESPONSE)->imap_response->arguments;
  CHECK(backtalk_imap_response_so_far(parser) == NULL); /* whole */
  CHECK(backtalk_imap_read_body_structure(parser, &list[5], &parts, &count, NULL) && count == 1);
  CHECK(backtalk_imap_part_section(parser, 0, NULL, 0) == 1);
  CHECK(backtalk_imap_read_flags(parser, &list[2], &flags, NULL) && flags->seen);
  CHECK(backtalk_imap_read_envelope(parser, &list[14], &envelope, NULL));
  end_event(parser, way);
  CHECK(backtalk_imap_part_section(parser, 0, NULL, 0) == 0);
  CHECK(!backtalk_imap_read_flags(parser, &list[2], &flags, NULL) && flags == NULL);
  CHECK(!backtalk_imap_read_envelope(parser, &list[14], &envelope, NULL) && envelope == NULL);
  CHECK(!backtalk_imap_read_body_structure(parser, &list[5], &parts, &count, NULL) && count == 0);
  CHECK(!backtalk_imap_next_item(parser, &item, NULL) && item == NULL);
  backtalk_parser_free(parser);
}

static void test_commands(int way) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_IMAP_COMMANDS);
  CHECK(feed(parser, "a1 SELECT {3}\r\n") == BACKTALK_OK);
  (void)next_of(parser, BACKTALK_LITERAL_WANTED);
  CHECK(backtalk_imap_command_so_far(parser) != NULL);
  end_event(parser, way);
  CHECK(backtalk_imap_command_so_far(parser) == NULL);
  CHECK(backtalk_imap_refuse_literal(parser) == BACKTALK_WRONG_TIME);
  backtalk_parser_free(parser);

  parser = backtalk_parser_new(BACKTALK_SMTP_COMMANDS);
  CHECK(feed(parser, "NOOP\r\n") == BACKTALK_OK);
  (void)next_of(parser, BACKTALK_COMMAND);
  end_event(parser, way);
  CHECK(backtalk_smtp_give_back(parser, NULL) == BACKTALK_WRONG_TIME);
  backtalk_parser_free(parser);

  parser = backtalk_parser_new(BACKTALK_HTTP_REQUESTS);
  CHECK(feed(parser, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n") == BACKTALK_OK);
  (void)next_of(parser, BACKTALK_HEAD);
  CHECK(backtalk_http_begin_tunnel(parser) == BACKTALK_WRONG_TIME);
  (void)next_of(parser, BACKTALK_END);
  end_event(parser, way);
  CHECK(backtalk_http_begin_tunnel(parser) == BACKTALK_WRONG_TIME);
  backtalk_parser_free(parser);
}

/* What uses an event up does so at once. */
static void test_used_up(void) {
  backtalk_view rest;
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_SMTP_COMMANDS);
  CHECK(feed(parser, "NOOP\r\nQUIT\r\n") == BACKTALK_OK);
  (void)next_of(parser, BACKTALK_COMMAND);
  CHECK(backtalk_smtp_give_back(parser, &rest) == BACKTALK_OK && is(rest, "QUIT\r\n"));
  CHECK(backtalk_smtp_give_back(parser, &rest) == BACKTALK_WRONG_TIME && is(rest, ""));
  backtalk_parser_free(parser);

  parser = backtalk_parser_new(BACKTALK_IMAP_COMMANDS);
  CHECK(feed(parser, "a1 SELECT {3}\r\n") == BACKTALK_OK);
  (void)next_of(parser, BACKTALK_LITERAL_WANTED);
  CHECK(backtalk_imap_refuse_literal(parser) == BACKTALK_OK);
  CHECK(backtalk_imap_refuse_literal(parser) == BACKTALK_WRONG_TIME);
  backtalk_parser_free(parser);

  parser = backtalk_parser_new(BACKTALK_HTTP_REQUESTS);
  CHECK(feed(parser, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n") == BACKTALK_OK);
  (void)next_of(parser, BACKTALK_HEAD);
  (void)next_of(parser, BACKTALK_END);
  CHECK(backtalk_http_begin_tunnel(parser) == BACKTALK_OK);
  CHECK(backtalk_http_begin_tunnel(parser) == BACKTALK_WRONG_TIME);
  backtalk_parser_free(parser);
}

/* An error that comes between an event and what depends on it. */
static void test_failed_since(void) {
  backtalk_view rest = {NULL, 0};
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_SMTP_COMMANDS);
  CHECK(feed(parser, "STARTTLS\r\nNOOP\r\n") == BACKTALK_OK);
  (void)next_of(parser, BACKTALK_COMMAND);
  CHECK(backtalk_parser_begin_tls(parser) == BACKTALK_STREAM_ERROR);
  CHECK(has_error(parser, "starttls-injection", 10));
  CHECK(backtalk_smtp_give_back(parser, &rest) == BACKTALK_WRONG_TIME && is(rest, ""));
  CHECK(backtalk_smtp_expect_data(parser) == BACKTALK_WRONG_TIME);
  CHECK(backtalk_smtp_expect_chunk(parser, 3) == BACKTALK_WRONG_TIME);
  CHECK(backtalk_parser_finish(parser) == BACKTALK_STREAM_ERROR);
  backtalk_parser_free(parser);

  parser = backtalk_parser_new(BACKTALK_IMAP_COMMANDS);
  CHECK(feed(parser, "a1 SELECT {3}\r\n") == BACKTALK_OK);
  (void)next_of(parser, BACKTALK_LITERAL_WANTED);
  CHECK(backtalk_parser_begin_tls(parser) == BACKTALK_STREAM_ERROR);
  CHECK(backtalk_imap_refuse_literal(parser) == BACKTALK_WRONG_TIME);
  CHECK(has_error(parser, "starttls-injection", 0));
  backtalk_parser_free(parser);
}

void test_event_end(void) {
  int way;
  for (way = 0; way < WAYS; ++way) {
    test_responses(way);
    test_commands(way);
  }
  test_used_up();
  test_failed_since();
}
