/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Wrong use is a status, and NULL is permitted everywhere. */
#include <stddef.h>
#include <string.h>

#include "check.h"

#define IMAP_LIMITS \
  "line_octets_max literal_octets_max literal_gather_octets_max response_octets_max tokens_max depth_max "
#define HTTP_LIMITS                                                                                        \
  "head_octets_max line_octets_max fields_max trailer_octets_max chunk_extension_octets_max interims_max " \
  "expectations_max "

static void test_null(void) {
  const backtalk_view none = {NULL, 0};
  backtalk_error error = {NULL, NULL, 0};
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_SMTP_REPLIES);

  backtalk_parser_free(NULL);
  CHECK(backtalk_parser_feed(NULL, "", 0) == BACKTALK_BAD_ARGUMENT);
  CHECK(backtalk_parser_feed(parser, NULL, 1) == BACKTALK_BAD_ARGUMENT);
  CHECK(backtalk_parser_feed(parser, NULL, 0) == BACKTALK_OK);
  CHECK(backtalk_parser_feed_copy(parser, NULL, 0) == BACKTALK_OK);
  CHECK(backtalk_parser_feed_copy(parser, NULL, 1) == BACKTALK_BAD_ARGUMENT);
  CHECK(backtalk_parser_next(NULL) == NULL);
  CHECK(has_error(NULL, "no-parser", 0));
  CHECK(!backtalk_parser_in_message(NULL) && backtalk_parser_message_offset(NULL) == 0);
  CHECK(backtalk_parser_expected(NULL) == 0 && backtalk_parser_limit(NULL, "depth_max") == 0);
  CHECK(backtalk_parser_limit_name(NULL, 0) == NULL && backtalk_parser_limit(parser, NULL) == 0);
  CHECK(backtalk_parser_finish(NULL) == BACKTALK_BAD_ARGUMENT);
  CHECK(backtalk_parser_reset(NULL) == BACKTALK_BAD_ARGUMENT);
  CHECK(backtalk_parser_begin_tls(NULL) == BACKTALK_BAD_ARGUMENT);
  CHECK(backtalk_parser_expect_line(NULL) == BACKTALK_BAD_ARGUMENT);
  CHECK(backtalk_smtp_expect_data(NULL) == BACKTALK_BAD_ARGUMENT);
  CHECK(backtalk_http_expect(NULL, "GET") == BACKTALK_BAD_ARGUMENT);
  CHECK(backtalk_http_expect(parser, NULL) == BACKTALK_BAD_ARGUMENT);
  CHECK(backtalk_parser_tolerate(parser, NULL) == BACKTALK_BAD_ARGUMENT);
  CHECK(backtalk_parser_set_limit(parser, NULL, 1) == BACKTALK_BAD_ARGUMENT);
  CHECK(backtalk_imap_response_so_far(NULL) == NULL && backtalk_imap_command_so_far(NULL) == NULL);
  CHECK(backtalk_imap_token_number(NULL) == 0 && !backtalk_imap_token_is(NULL, "A"));
  CHECK(backtalk_imap_token_text(NULL, NULL, 0) == 0);
  CHECK(!backtalk_smtp_find_keyword(parser, NULL, "SIZE", NULL));
  CHECK(!backtalk_smtp_read_path(parser, NULL, NULL, NULL, &error) && strcmp(error.word, "no-input") == 0);
  CHECK(!backtalk_smtp_read_chunk(parser, NULL, NULL, NULL, NULL) &&
        !backtalk_pop3_read_top(parser, NULL, NULL, NULL, NULL));
  CHECK(!backtalk_pop3_read_message_number(parser, NULL, NULL, NULL));
  CHECK(!backtalk_pop3_read_scan_listing(parser, none, NULL, NULL, NULL) &&
        !backtalk_pop3_find_timestamp(none, NULL));
  CHECK(!backtalk_http_find_field(NULL, 0, "a", NULL) && !backtalk_http_field_lists(NULL, 0, "a", "b"));
  CHECK(backtalk_struct_size(NULL) == 0 && backtalk_simd_use(NULL) == BACKTALK_BAD_ARGUMENT);
  backtalk_parser_free(parser);
}

/* The names are those of the members of the C++ limits, in their order. */
static void test_names_of_limits(void) {
  static const struct {
    backtalk_kind kind;
    const char* names; /* each with a space behind it */
  } all[] = {
      {BACKTALK_SMTP_REPLIES, "line_octets_max reply_lines_max reply_octets_max "},
      {BACKTALK_SMTP_COMMANDS, "line_octets_max "},
      {BACKTALK_POP3_RESPONSES, "line_octets_max expectations_max "},
      {BACKTALK_POP3_COMMANDS, "line_octets_max "},
      {BACKTALK_IMAP_RESPONSES, IMAP_LIMITS},
      {BACKTALK_IMAP_COMMANDS, IMAP_LIMITS},
      {BACKTALK_HTTP_RESPONSES, HTTP_LIMITS},
      {BACKTALK_HTTP_REQUESTS, HTTP_LIMITS},
  };
  size_t i, at;
  for (i = 0; i < sizeof all / sizeof *all; ++i) {
    backtalk_parser* parser = backtalk_parser_new(all[i].kind);
    const char* rest = all[i].names;
    const char* name = NULL;
    for (at = 0; (name = backtalk_parser_limit_name(parser, at)) != NULL; ++at) {
      const size_t octets = strlen(name);
      CHECK(strncmp(rest, name, octets) == 0 && rest[octets] == ' ');
      if (strncmp(rest, name, octets) != 0) break;
      rest += octets + 1;
    }
    CHECK(*rest == '\0');
    backtalk_parser_free(parser);
  }
}

static void test_kinds(void) {
  static const backtalk_kind kinds[] = {
      BACKTALK_SMTP_REPLIES,   BACKTALK_SMTP_COMMANDS, BACKTALK_POP3_RESPONSES, BACKTALK_POP3_COMMANDS,
      BACKTALK_IMAP_RESPONSES, BACKTALK_IMAP_COMMANDS, BACKTALK_HTTP_RESPONSES, BACKTALK_HTTP_REQUESTS};
  size_t i, limits;
  CHECK(backtalk_parser_new((backtalk_kind)0) == NULL && backtalk_parser_new((backtalk_kind)9) == NULL);
  for (i = 0; i < sizeof kinds / sizeof *kinds; ++i) {
    const backtalk_kind kind = kinds[i];
    backtalk_parser* parser = backtalk_parser_new(kind);
    const bool http = kind == BACKTALK_HTTP_RESPONSES || kind == BACKTALK_HTTP_REQUESTS;
    CHECK(parser != NULL && backtalk_parser_error(parser) == NULL && !backtalk_parser_in_message(parser));
    for (limits = 0; backtalk_parser_limit_name(parser, limits) != NULL; ++limits) {
      const char* name = backtalk_parser_limit_name(parser, limits);
      const uint64_t usual = backtalk_parser_limit(parser, name);
      CHECK(usual > 0 && backtalk_parser_set_limit(parser, name, usual + 1) == BACKTALK_OK);
      CHECK(backtalk_parser_limit(parser, name) == usual + 1);
      CHECK(backtalk_parser_set_limit(parser, name, SIZE_MAX) == BACKTALK_OK);
      CHECK(backtalk_parser_limit(parser, name) == SIZE_MAX);
      CHECK(backtalk_parser_set_limit(parser, name, 0) == BACKTALK_BAD_ARGUMENT);
      CHECK(backtalk_parser_set_limit(parser, name, usual) == BACKTALK_OK);
    }
    CHECK(limits >= 1);
    CHECK(backtalk_parser_set_limit(parser, "no_such_limit", 1) == BACKTALK_UNKNOWN_NAME);
    CHECK(backtalk_parser_limit(parser, "no_such_limit") == 0);
    CHECK(backtalk_parser_begin_tls(parser) == (http ? BACKTALK_WRONG_PARSER : BACKTALK_OK));
    CHECK(backtalk_parser_expect_line(parser) ==
          (kind == BACKTALK_POP3_COMMANDS || kind == BACKTALK_IMAP_COMMANDS ? BACKTALK_OK
                                                                            : BACKTALK_WRONG_PARSER));
    CHECK(backtalk_pop3_expect(parser, BACKTALK_POP3_SASL) ==
          (kind == BACKTALK_POP3_RESPONSES ? BACKTALK_OK : BACKTALK_WRONG_PARSER));
    CHECK(backtalk_pop3_expect_otherwise(parser, (backtalk_pop3_form)7) ==
          (kind == BACKTALK_POP3_RESPONSES ? BACKTALK_BAD_ARGUMENT : BACKTALK_WRONG_PARSER));
    CHECK(backtalk_http_expect(parser, "GET") ==
          (kind == BACKTALK_HTTP_RESPONSES ? BACKTALK_OK : BACKTALK_WRONG_PARSER));
    CHECK(backtalk_http_begin_tunnel(parser) ==
          (kind == BACKTALK_HTTP_REQUESTS ? BACKTALK_WRONG_TIME : BACKTALK_WRONG_PARSER));
    CHECK(backtalk_imap_refuse_literal(parser) ==
          (kind == BACKTALK_IMAP_COMMANDS ? BACKTALK_WRONG_TIME : BACKTALK_WRONG_PARSER));
    CHECK(backtalk_smtp_give_back(parser, NULL) ==
          (kind == BACKTALK_SMTP_COMMANDS ? BACKTALK_WRONG_TIME : BACKTALK_WRONG_PARSER));
    CHECK(feed(parser, "") == BACKTALK_OK);
    CHECK(backtalk_parser_tolerate(parser, "bare_lf") == BACKTALK_WRONG_TIME);
    CHECK(backtalk_parser_set_limit(parser, "line_octets_max", 10) == BACKTALK_WRONG_TIME);
    CHECK(backtalk_parser_reset(parser) == BACKTALK_OK);
    CHECK(backtalk_parser_tolerate(parser, "bare_lf") == BACKTALK_OK);
    backtalk_parser_free(parser);
  }
}

/* Every struct of the header. */
static void test_struct_sizes(void) {
#define STRUCT(name) {#name, sizeof(name)}
  static const struct {
    const char* name;
    size_t size;
  } structs[] = {STRUCT(backtalk_view),           STRUCT(backtalk_error),
                 STRUCT(backtalk_event),          STRUCT(backtalk_smtp_reply),
                 STRUCT(backtalk_smtp_command),   STRUCT(backtalk_pop3_status),
                 STRUCT(backtalk_pop3_command),   STRUCT(backtalk_imap_token),
                 STRUCT(backtalk_imap_response),  STRUCT(backtalk_imap_command),
                 STRUCT(backtalk_imap_tokens),    STRUCT(backtalk_imap_address),
                 STRUCT(backtalk_imap_addresses), STRUCT(backtalk_imap_envelope),
                 STRUCT(backtalk_imap_body_part), STRUCT(backtalk_imap_number),
                 STRUCT(backtalk_imap_item),      STRUCT(backtalk_imap_flags),
                 STRUCT(backtalk_imap_listing),   STRUCT(backtalk_imap_mailbox_status),
                 STRUCT(backtalk_imap_search),    STRUCT(backtalk_imap_extended_search),
                 STRUCT(backtalk_imap_code),      STRUCT(backtalk_http_field),
                 STRUCT(backtalk_http_head)};
#undef STRUCT
  size_t i;
  for (i = 0; i < sizeof structs / sizeof *structs; ++i) {
    CHECK(backtalk_struct_size(structs[i].name) == structs[i].size);
  }
}

static void test_library(void) {
  size_t count = 0;
  int status;
  const char* target = backtalk_simd_target();
  CHECK(strcmp(backtalk_version(), BACKTALK_VERSION_STRING) == 0);
  CHECK(backtalk_version_number() == BACKTALK_VERSION_NUMBER);
  CHECK(backtalk_struct_size("event") == 0 && backtalk_struct_size("") == 0);
  for (; backtalk_tolerance_name(count) != NULL; ++count) {
    backtalk_parser* parser = backtalk_parser_new(BACKTALK_IMAP_RESPONSES);
    CHECK(backtalk_parser_tolerate(parser, backtalk_tolerance_name(count)) == BACKTALK_OK);
    CHECK(strlen(backtalk_tolerance_risk(count)) > 10);
    backtalk_parser_free(parser);
  }
  CHECK(count >= 20 && backtalk_tolerance_risk(count) == NULL);
  for (status = BACKTALK_OK; status <= BACKTALK_STREAM_ERROR; ++status) {
    CHECK(strcmp(backtalk_status_sentence((backtalk_status)status), "an unknown status") != 0);
  }
  CHECK(strcmp(backtalk_status_sentence((backtalk_status)99), "an unknown status") == 0);
  CHECK(backtalk_simd_use("scalar") == BACKTALK_OK && strcmp(backtalk_simd_target(), "scalar") == 0);
  CHECK(backtalk_simd_use("mmx") == BACKTALK_UNKNOWN_NAME && backtalk_simd_use(target) == BACKTALK_OK);
}

/* What a client of the wrong port can say. */
static void test_guesses(void) {
  static const struct {
    const char* bytes;
    size_t size;
    const char* name;
  } rows[] = {{"\x16\x03\x01\x00\x05", 5, "TLS"},
              {"SSH-2.0-x\r\n", 11, "SSH"},
              {"HTTP/1.1 400 Bad Request\r\n", 26, "an HTTP/1.x response"},
              {"+OK ready\r\n", 11, "a POP3 server"},
              {"* OK [CAPABILITY IMAP4rev1] ready\r\n", 35, "an IMAP server"},
              {"220 mx.example.org ESMTP\r\n", 26, "an SMTP server"}};
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; ++i) {
    const char* name = backtalk_guess_protocol(rows[i].bytes, rows[i].size);
    CHECK(name != NULL && strcmp(name, rows[i].name) == 0);
  }
  CHECK(backtalk_guess_protocol("?", 1) == NULL && backtalk_guess_protocol("", 0) == NULL);
  CHECK(backtalk_guess_protocol(NULL, 0) == NULL && backtalk_guess_protocol(NULL, 5) == NULL);
}

/* Bytes fed before the last ones were read: nothing is lost unsaid. */
static void test_fed_too_early(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_SMTP_REPLIES);
  CHECK(backtalk_parser_feed_copy(parser, "250 a\r\n250 b\r\n", 14) == BACKTALK_OK);
  CHECK(is(next_of(parser, BACKTALK_REPLY)->smtp_reply->lines[0], "a"));
  CHECK(backtalk_parser_feed_copy(parser, "", 0) == BACKTALK_OK);
  CHECK(is(next_of(parser, BACKTALK_REPLY)->smtp_reply->lines[0], "b"));
  CHECK(backtalk_parser_next(parser) == NULL);
  CHECK(backtalk_parser_feed_copy(parser, "250 c\r\n250 d\r\n", 14) == BACKTALK_OK);
  CHECK(is(next_of(parser, BACKTALK_REPLY)->smtp_reply->lines[0], "c"));
  CHECK(backtalk_parser_feed_copy(parser, "250 e\r\n", 7) == BACKTALK_STREAM_ERROR);
  CHECK(has_error(parser, "fed-too-early", 21));
  CHECK(backtalk_parser_next(parser) == NULL);
  CHECK(backtalk_parser_reset(parser) == BACKTALK_OK && backtalk_parser_error(parser) == NULL);
  /* A piece without bytes takes no room of the one before it. */
  CHECK(backtalk_parser_feed_copy(parser, "250 a\r\n250 b\r\n", 14) == BACKTALK_OK);
  CHECK(backtalk_parser_feed_copy(parser, "", 0) == BACKTALK_OK);
  CHECK(backtalk_parser_feed_copy(parser, "250 c\r\n250 d\r\n", 14) == BACKTALK_STREAM_ERROR);
  CHECK(backtalk_parser_feed_copy(parser, "250 e\r\n250 f\r\n", 14) == BACKTALK_STREAM_ERROR);
  CHECK(has_error(parser, "fed-too-early", 0));
  CHECK(backtalk_parser_next(parser) == NULL);
  backtalk_parser_free(parser);
}

/* Whatever a parser is told of its stream, its settings come before it. */
static backtalk_status feed_nothing(backtalk_parser* parser) {
  return feed(parser, "");
}
static backtalk_status feed_letter(backtalk_parser* parser) {
  return backtalk_parser_feed_copy(parser, "H", 1);
}
static backtalk_status expect_chunk(backtalk_parser* parser) {
  return backtalk_smtp_expect_chunk(parser, 3);
}
static backtalk_status expect_listing(backtalk_parser* parser) {
  return backtalk_pop3_expect(parser, BACKTALK_POP3_LISTING);
}
static backtalk_status expect_get(backtalk_parser* parser) {
  return backtalk_http_expect(parser, "GET");
}

static void test_settings_come_first(void) {
  static const struct {
    backtalk_kind kind;
    backtalk_status (*begin)(backtalk_parser*);
  } ways[] = {{BACKTALK_HTTP_RESPONSES, feed_nothing},
              {BACKTALK_HTTP_RESPONSES, feed_letter},
              {BACKTALK_HTTP_RESPONSES, backtalk_parser_finish},
              {BACKTALK_HTTP_RESPONSES, expect_get},
              {BACKTALK_POP3_RESPONSES, expect_listing},
              {BACKTALK_POP3_COMMANDS, backtalk_parser_expect_line},
              {BACKTALK_IMAP_COMMANDS, backtalk_parser_expect_line},
              {BACKTALK_SMTP_COMMANDS, backtalk_smtp_expect_data},
              {BACKTALK_SMTP_COMMANDS, expect_chunk}};
  size_t i;
  for (i = 0; i < sizeof ways / sizeof *ways; ++i) {
    backtalk_parser* parser = backtalk_parser_new(ways[i].kind);
    CHECK(backtalk_parser_tolerate(parser, "bare_lf") == BACKTALK_OK);
    CHECK(ways[i].begin(parser) == BACKTALK_OK);
    CHECK(backtalk_parser_tolerate(parser, "bare_lf") == BACKTALK_WRONG_TIME);
    CHECK(backtalk_parser_set_limit(parser, "line_octets_max", 100) == BACKTALK_WRONG_TIME);
    CHECK(backtalk_parser_reset(parser) == BACKTALK_OK);
    CHECK(backtalk_parser_set_limit(parser, "line_octets_max", 100) == BACKTALK_OK);
    backtalk_parser_free(parser);
  }
}

/* Bytes that need not stay: each piece is overwritten once it was fed. */
static void test_copies(void) {
  static const char stream[] = "+OK 1\r\n+OK\r\nab\r\n.\r\n-ERR no\r\n";
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_POP3_RESPONSES);
  char piece;
  size_t i, events = 0;
  CHECK(backtalk_pop3_expect_otherwise(parser, BACKTALK_POP3_AUTOMATIC) == BACKTALK_OK);
  for (i = 0; i + 1 < sizeof stream; ++i) {
    const backtalk_event* event;
    piece = stream[i];
    CHECK(backtalk_parser_feed_copy(parser, &piece, 1) == BACKTALK_OK);
    piece = '#';
    while ((event = backtalk_parser_next(parser)) != NULL) {
      CHECK(event->kind != BACKTALK_STATUS ||
            memchr(event->pop3_status->text.data, '#', event->pop3_status->text.size) == NULL);
      ++events;
    }
  }
  CHECK(events >= 5 && backtalk_parser_error(parser) == NULL && !backtalk_parser_in_message(parser));
  backtalk_parser_free(parser);
}

void test_wrong_use(void) {
  test_null();
  test_names_of_limits();
  test_kinds();
  test_struct_sizes();
  test_library();
  test_guesses();
  test_fed_too_early();
  test_settings_come_first();
  test_copies();
}
