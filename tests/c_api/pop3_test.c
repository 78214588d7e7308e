/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include <stddef.h>
#include <string.h>

#include "check.h"

static void test_responses(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_POP3_RESPONSES);
  const backtalk_event* event;
  backtalk_view found = {NULL, 0}, parameters = {NULL, 0};
  uint32_t message = 0;
  uint64_t octets = 0;
  backtalk_error error = {NULL, NULL, 0};

  CHECK(backtalk_parser_expected(parser) == 1); /* the greeting */
  CHECK(backtalk_pop3_expect(parser, BACKTALK_POP3_SINGLE_LINE) == BACKTALK_OK);
  CHECK(backtalk_pop3_expect(parser, BACKTALK_POP3_LISTING) == BACKTALK_OK);
  CHECK(backtalk_pop3_expect(parser, BACKTALK_POP3_MULTI_LINE) == BACKTALK_OK);
  CHECK(backtalk_parser_expected(parser) == 4);
  CHECK(
      feed(parser,
           "+OK ready <1.2@example.org>\r\n+OK 2 320\r\n+OK\r\n1 120\r\nx\r\n.\r\n+OK\r\nHi\r\n..dot\r\n.\r\n"
           "-ERR [IN-USE] later\r\n+OK no one asked\r\n") == BACKTALK_OK);
  event = next_of(parser, BACKTALK_STATUS);
  CHECK(event->pop3_status->kind == BACKTALK_POP3_OK && !event->pop3_status->multi_line);
  CHECK(backtalk_pop3_find_timestamp(event->pop3_status->text, &found) && is(found, "<1.2@example.org>"));
  event = next_of(parser, BACKTALK_STATUS);
  CHECK(event->offset == 29 && event->pop3_status->octets == 11);
  CHECK(backtalk_pop3_read_drop_listing(parser, event->pop3_status->text, &message, &octets, &error));
  CHECK(message == 2 && octets == 320);
  CHECK(next_of(parser, BACKTALK_STATUS)->pop3_status->multi_line);
  event = next_of(parser, BACKTALK_LINE);
  CHECK(backtalk_pop3_read_scan_listing(parser, event->octets, &message, &octets, NULL) && message == 1 &&
        octets == 120);
  event = next_of(parser, BACKTALK_LINE);
  CHECK(is(event->octets, "x") && event->offset == 40);
  CHECK(!backtalk_pop3_read_scan_listing(parser, event->octets, &message, &octets, &error) &&
        error.offset == 0);
  CHECK(!backtalk_pop3_read_unique_id_listing(parser, event->octets, &message, &found, NULL));
  CHECK(backtalk_pop3_read_capability(parser, event->octets, &found, &parameters, NULL) && is(found, "x") &&
        is(parameters, ""));
  (void)next_of(parser, BACKTALK_END);
  CHECK(next_of(parser, BACKTALK_STATUS)->pop3_status->multi_line);
  CHECK(is(next_of(parser, BACKTALK_OCTETS)->octets, "Hi\r\n"));
  CHECK(is(next_of(parser, BACKTALK_OCTETS)->octets, ".dot\r\n"));
  (void)next_of(parser, BACKTALK_END);
  event = next_of(parser, BACKTALK_STATUS);
  CHECK(event->pop3_status->kind == BACKTALK_POP3_ERR && event->pop3_status->unsolicited);
  CHECK(is(event->pop3_status->code, "IN-USE") && is(event->pop3_status->text, "[IN-USE] later"));
  CHECK(backtalk_parser_next(parser) == NULL);
  CHECK(has_error(parser, "unsolicited-response", 98));
  backtalk_parser_free(parser);
}

/* A status that is decided at the end of the stream; a setting that survives a reset. */
static void test_automatic(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_POP3_RESPONSES);
  int round;
  CHECK(backtalk_pop3_expect_otherwise(parser, BACKTALK_POP3_AUTOMATIC) == BACKTALK_OK);
  CHECK(backtalk_parser_set_limit(parser, "expectations_max", 2) == BACKTALK_OK);
  for (round = 0; round < 2; ++round) {
    CHECK(backtalk_pop3_expect(parser, BACKTALK_POP3_SINGLE_LINE) == BACKTALK_OK);
    CHECK(backtalk_pop3_expect(parser, BACKTALK_POP3_SINGLE_LINE) == BACKTALK_FULL);
    CHECK(feed(parser, "+OK a\r\n+OK b\r\n+OK c\r\n") == BACKTALK_OK);
    CHECK(is(next_of(parser, BACKTALK_STATUS)->pop3_status->text, "a"));
    CHECK(is(next_of(parser, BACKTALK_STATUS)->pop3_status->text, "b"));
    CHECK(backtalk_parser_next(parser) == NULL);
    CHECK(backtalk_parser_in_message(parser));
    CHECK(backtalk_parser_finish(parser) == BACKTALK_OK);
    CHECK(is(next_of(parser, BACKTALK_STATUS)->pop3_status->text, "c"));
    CHECK(!backtalk_parser_in_message(parser) && backtalk_parser_message_offset(parser) == 21);
    CHECK(backtalk_parser_reset(parser) == BACKTALK_OK);
  }
  backtalk_parser_free(parser);
}

/* Decoders have the tolerances of the parser. */
static void test_tolerated_listing(void) {
  static const char text[] = "1   120 ";
  const backtalk_view line = {text, sizeof text - 1};
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_POP3_RESPONSES);
  uint64_t octets = 0;
  CHECK(!backtalk_pop3_read_scan_listing(parser, line, NULL, &octets, NULL));
  CHECK(backtalk_parser_tolerate(parser, "extra_spaces") == BACKTALK_OK);
  CHECK(backtalk_pop3_read_scan_listing(parser, line, NULL, &octets, NULL) && octets == 120);
  CHECK(!backtalk_pop3_read_scan_listing(NULL, line, NULL, &octets, NULL));
  backtalk_parser_free(parser);
}

static void test_commands(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_POP3_COMMANDS);
  const backtalk_event* event;
  uint32_t message = 0;
  uint64_t lines = 0;
  CHECK(feed(parser, "AUTH PLAIN\r\nAGE=\r\ntop 2 10\r\nRETR 7\r\nRETR x\r\n") == BACKTALK_OK);
  CHECK(next_of(parser, BACKTALK_COMMAND)->pop3_command->verb == BACKTALK_POP3_AUTH);
  CHECK(backtalk_parser_expect_line(parser) == BACKTALK_OK);
  event = next_of(parser, BACKTALK_LINE);
  CHECK(is(event->octets, "AGE=") && event->offset == 12);
  event = next_of(parser, BACKTALK_COMMAND);
  CHECK(is(event->pop3_command->keyword, "top") && is(event->pop3_command->arguments, "2 10"));
  CHECK(backtalk_pop3_read_top(parser, event->pop3_command, &message, &lines, NULL) && message == 2 &&
        lines == 10);
  event = next_of(parser, BACKTALK_COMMAND);
  CHECK(backtalk_pop3_read_message_number(parser, event->pop3_command, &message, NULL) && message == 7);
  event = next_of(parser, BACKTALK_COMMAND);
  CHECK(!backtalk_pop3_read_message_number(parser, event->pop3_command, &message, NULL));
  backtalk_parser_free(parser);
}

/* Every form, and no other number. */
static void test_forms(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_POP3_RESPONSES);
  int form;
  for (form = BACKTALK_POP3_SINGLE_LINE; form <= BACKTALK_POP3_AUTOMATIC + 1; ++form) {
    const backtalk_status status = form <= BACKTALK_POP3_AUTOMATIC ? BACKTALK_OK : BACKTALK_BAD_ARGUMENT;
    CHECK(backtalk_pop3_expect_otherwise(parser, (backtalk_pop3_form)form) == status);
    CHECK(backtalk_pop3_expect(parser, (backtalk_pop3_form)form) == status);
    CHECK(backtalk_parser_reset(parser) == BACKTALK_OK);
  }
  backtalk_parser_free(parser);
}

void test_pop3(void) {
  test_responses();
  test_forms();
  test_automatic();
  test_tolerated_listing();
  test_commands();
}
