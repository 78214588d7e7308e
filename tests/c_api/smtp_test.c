/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include <stddef.h>
#include <string.h>

#include "check.h"

static void test_replies(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_SMTP_REPLIES);
  const backtalk_event* event;
  backtalk_view found = {NULL, 0};

  CHECK(feed(parser, "250-mx.exam") == BACKTALK_OK);
  CHECK(backtalk_parser_next(parser) == NULL);
  CHECK(backtalk_parser_error(parser) == NULL);
  CHECK(backtalk_parser_in_message(parser));
  CHECK(feed(parser, "ple.org\r\n250-SIZE 1000\r\n250 AUTH PLAIN\r\n550 5.1.1 Unknown\r\n250 ok\n") ==
        BACKTALK_OK);
  event = next_of(parser, BACKTALK_REPLY);
  CHECK(event->offset == 0 && event->smtp_reply->code == 250 && event->smtp_reply->line_count == 3);
  CHECK(event->smtp_reply->octets == 51 && event->smtp_reply->enhanced_class == 0);
  CHECK(is(event->smtp_reply->lines[0], "mx.example.org"));
  CHECK(backtalk_smtp_find_keyword(parser, event->smtp_reply, "size", &found) && is(found, "1000"));
  CHECK(backtalk_smtp_find_keyword(parser, event->smtp_reply, "Auth", NULL));
  CHECK(!backtalk_smtp_find_keyword(parser, event->smtp_reply, "mx", &found));
  CHECK(event->smtp_command == NULL && event->pop3_status == NULL && event->imap_response == NULL &&
        event->http_head == NULL && event->octets.data != NULL && event->octets.size == 0);
  event = next_of(parser, BACKTALK_REPLY);
  CHECK(event->offset == 51 && event->smtp_reply->code == 550 && is(event->smtp_reply->lines[0], "Unknown"));
  CHECK(event->smtp_reply->enhanced_class == 5 && event->smtp_reply->enhanced_subject == 1 &&
        event->smtp_reply->enhanced_detail == 1);
  CHECK(backtalk_parser_next(parser) == NULL);
  CHECK(has_error(parser, "bare-lf", 76));
  CHECK(feed(parser, "250 more\r\n") == BACKTALK_STREAM_ERROR);
  CHECK(backtalk_parser_next(parser) == NULL);
  CHECK(has_error(parser, "bare-lf", 76));
  CHECK(backtalk_parser_begin_tls(parser) == BACKTALK_STREAM_ERROR);

  /* Another stream, with settings of its own. */
  CHECK(backtalk_parser_reset(parser) == BACKTALK_OK);
  CHECK(backtalk_parser_error(parser) == NULL);
  CHECK(backtalk_parser_tolerate(parser, "bare_lf") == BACKTALK_OK);
  CHECK(backtalk_parser_tolerate(parser, "bare_LF") == BACKTALK_UNKNOWN_NAME);
  CHECK(backtalk_parser_set_limit(parser, "reply_lines_max", 1) == BACKTALK_OK);
  CHECK(backtalk_parser_limit(parser, "reply_lines_max") == 1);
  CHECK(feed(parser, "250 a\n250-b\n250 c\n") == BACKTALK_OK);
  CHECK(is(next_of(parser, BACKTALK_REPLY)->smtp_reply->lines[0], "a"));
  CHECK(backtalk_parser_next(parser) == NULL);
  CHECK(has_error(parser, "too-many-lines", 12));
  backtalk_parser_free(parser);
}

static void test_starttls(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_SMTP_REPLIES);
  CHECK(feed(parser, "220 Go ahead\r\n") == BACKTALK_OK);
  CHECK(next_of(parser, BACKTALK_REPLY)->smtp_reply->code == 220);
  CHECK(backtalk_parser_begin_tls(parser) == BACKTALK_OK);
  CHECK(backtalk_parser_next(parser) == NULL);
  CHECK(feed(parser, "220 Go ahead\r\n250 injected\r\n") == BACKTALK_OK);
  CHECK(next_of(parser, BACKTALK_REPLY)->smtp_reply->code == 220);
  CHECK(backtalk_parser_begin_tls(parser) == BACKTALK_STREAM_ERROR);
  CHECK(has_error(parser, "starttls-injection", 28));
  CHECK(backtalk_parser_next(parser) == NULL);
  backtalk_parser_free(parser);
}

static void test_commands(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_SMTP_COMMANDS);
  const backtalk_event* event;
  backtalk_view path = {NULL, 0}, parameters = {NULL, 0}, size = {NULL, 0}, rest = {NULL, 0};
  backtalk_error error = {NULL, NULL, 0};
  uint64_t octets = 0;
  bool last = false;

  CHECK(
      feed(
          parser,
          "mail FROM:<a@b> SIZE=5\r\nRCPT nowhere\r\nDATA\r\nab\r\n..c\r\n.\r\nBDAT 3 LAST\r\nxyzQUIT\r\n") ==
      BACKTALK_OK);
  event = next_of(parser, BACKTALK_COMMAND);
  CHECK(event->smtp_command->verb == BACKTALK_SMTP_MAIL && is(event->smtp_command->name, "mail"));
  CHECK(backtalk_smtp_read_path(parser, event->smtp_command, &path, &parameters, &error) && is(path, "a@b"));
  CHECK(is(parameters, "SIZE=5") && backtalk_smtp_find_parameter(parameters, "size", &size) && is(size, "5"));
  CHECK(!backtalk_smtp_find_parameter(parameters, "BODY", &size));
  event = next_of(parser, BACKTALK_COMMAND);
  CHECK(event->offset == 24 && event->smtp_command->verb == BACKTALK_SMTP_RCPT);
  CHECK(!backtalk_smtp_read_path(parser, event->smtp_command, &path, &parameters, &error));
  CHECK(strcmp(error.word, "wrong-shape") == 0);
  CHECK(next_of(parser, BACKTALK_COMMAND)->smtp_command->verb == BACKTALK_SMTP_DATA);
  CHECK(backtalk_smtp_expect_data(parser) == BACKTALK_OK);
  CHECK(backtalk_smtp_expect_data(parser) == BACKTALK_WRONG_TIME);
  event = next_of(parser, BACKTALK_OCTETS);
  CHECK(is(event->octets, "ab\r\n") && event->offset == 44);
  CHECK(is(next_of(parser, BACKTALK_OCTETS)->octets, ".c\r\n"));
  CHECK(next_of(parser, BACKTALK_END)->offset == 44);
  event = next_of(parser, BACKTALK_COMMAND);
  CHECK(backtalk_smtp_read_chunk(parser, event->smtp_command, &octets, &last, &error) && octets == 3 && last);
  CHECK(backtalk_smtp_expect_chunk(parser, octets) == BACKTALK_OK);
  CHECK(is(next_of(parser, BACKTALK_OCTETS)->octets, "xyz"));
  CHECK(next_of(parser, BACKTALK_END)->offset == 69);
  CHECK(backtalk_smtp_give_back(parser, &rest) == BACKTALK_OK && is(rest, "QUIT\r\n"));
  CHECK(backtalk_parser_next(parser) == NULL);
  CHECK(backtalk_smtp_give_back(parser, &rest) == BACKTALK_WRONG_TIME && is(rest, ""));
  CHECK(feed(parser, "QUIT\r\n") == BACKTALK_OK);
  event = next_of(parser, BACKTALK_COMMAND);
  CHECK(event->smtp_command->verb == BACKTALK_SMTP_QUIT && event->offset == 72);
  CHECK(is(event->smtp_command->arguments, ""));
  backtalk_parser_free(parser);
}

/* The first line of a reply to EHLO is a greeting, whatever it says. */
static void test_greeting_offers_nothing(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_SMTP_REPLIES);
  const backtalk_smtp_reply* reply;
  backtalk_view found = {NULL, 0};
  CHECK(feed(parser, "250-SIZE 1\r\n250-DSN\r\n250 SIZE 2\r\n250 DSN\r\n") == BACKTALK_OK);
  reply = next_of(parser, BACKTALK_REPLY)->smtp_reply;
  CHECK(backtalk_smtp_find_keyword(parser, reply, "SIZE", &found) && is(found, "2"));
  CHECK(backtalk_smtp_find_keyword(parser, reply, "DSN", &found) && is(found, ""));
  reply = next_of(parser, BACKTALK_REPLY)->smtp_reply;
  CHECK(!backtalk_smtp_find_keyword(parser, reply, "DSN", &found));
  backtalk_parser_free(parser);
}

/* Content cannot be expected inside a line, a message or a chunk, nor after an error. */
static void test_expected_at_the_wrong_time(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_SMTP_COMMANDS);
  int state;
  for (state = 0; state < 4; ++state) {
    if (state == 0) {
      CHECK(feed(parser, "NO") == BACKTALK_OK);
      CHECK(backtalk_parser_next(parser) == NULL);
    } else if (state == 1) {
      CHECK(backtalk_smtp_expect_data(parser) == BACKTALK_OK);
    } else if (state == 2) {
      CHECK(backtalk_smtp_expect_chunk(parser, 3) == BACKTALK_OK);
      CHECK(feed(parser, "ab") == BACKTALK_OK);
      CHECK(is(next_of(parser, BACKTALK_OCTETS)->octets, "ab"));
    } else {
      CHECK(feed(parser, "\n") == BACKTALK_OK);
      CHECK(backtalk_parser_next(parser) == NULL);
      CHECK(has_error(parser, "bare-lf", 0));
    }
    CHECK(backtalk_smtp_expect_data(parser) == BACKTALK_WRONG_TIME);
    CHECK(backtalk_smtp_expect_chunk(parser, 1) == BACKTALK_WRONG_TIME);
    CHECK(backtalk_parser_reset(parser) == BACKTALK_OK);
  }
  backtalk_parser_free(parser);
}

void test_smtp(void) {
  test_replies();
  test_greeting_offers_nothing();
  test_expected_at_the_wrong_time();
  test_starttls();
  test_commands();
}
