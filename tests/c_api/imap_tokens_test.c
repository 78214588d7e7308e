/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The functions that read IMAP tokens, on rows that no parser made. */
#include <stddef.h>
#include <string.h>

#include "check.h"

static backtalk_imap_token token_of(backtalk_imap_token_kind kind, const char* text, uint32_t span) {
  backtalk_imap_token token;
  memset(&token, 0, sizeof token);
  token.kind = (uint8_t)kind;
  token.text.data = text;
  token.text.size = strlen(text);
  token.span = span;
  return token;
}

/* What is an escape, and what only looks like one; and none are where the token has none. */
static void test_text(void) {
  static const struct {
    const char* sent;
    const char* read;
  } rows[] = {{"", ""},           {"a", "a"},         {"\\\\", "\\"},  {"\\\"", "\""},   {"\"\"", "\""},
              {"\\a", "\\a"},     {"a\\", "a\\"},     {"a\"", "a\""},  {"\"a", "\"a"},   {"\\\\\\\"", "\\\""},
              {"\\\\a", "\\a"},   {"\"\"\"", "\"\""}, {"\\", "\\"},    {"a\\\\", "a\\"}, {"\"\\\\", "\"\\"},
              {"\\\"\"", "\"\""}, {"a\"\"b", "a\"b"}, {"\"\\", "\"\\"}};
  char out[16];
  size_t i, room;
  for (i = 0; i < sizeof rows / sizeof *rows; ++i) {
    backtalk_imap_token token = token_of(BACKTALK_IMAP_QUOTED, rows[i].sent, 1);
    const size_t sent = strlen(rows[i].sent), read = strlen(rows[i].read);
    CHECK(backtalk_imap_token_text(&token, NULL, sizeof out) == sent);
    CHECK(backtalk_imap_token_text(&token, out, sizeof out) == sent && memcmp(out, rows[i].sent, sent) == 0);
    token.escaped = true;
    CHECK(backtalk_imap_token_text(&token, NULL, sizeof out) == read);
    for (room = 0; room <= read + 1; ++room) {
      const size_t written = room < read ? room : read;
      memset(out, '#', sizeof out);
      CHECK(backtalk_imap_token_text(&token, out, room) == read);
      CHECK(memcmp(out, rows[i].read, written) == 0 && out[written] == '#');
    }
  }
}

/* Names are strings of any kind, and what ends a row badly ends the search. */
static void test_find(void) {
  static const backtalk_imap_token_kind kinds[] = {
      BACKTALK_IMAP_ATOM,    BACKTALK_IMAP_NUMBER,   BACKTALK_IMAP_FLAG, BACKTALK_IMAP_QUOTED,
      BACKTALK_IMAP_LITERAL, BACKTALK_IMAP_LITERAL8, BACKTALK_IMAP_NIL,  BACKTALK_IMAP_LIST,
      BACKTALK_IMAP_SECTION, BACKTALK_IMAP_ORIGIN,   BACKTALK_IMAP_RAW};
  backtalk_imap_token row[6];
  size_t i;
  for (i = 0; i < sizeof kinds / sizeof *kinds; ++i) {
    row[0] = token_of(kinds[i], "name", 1);
    row[1] = token_of(BACKTALK_IMAP_NUMBER, "7", 1);
    CHECK(backtalk_imap_find(row, 2, "NAME") == (kinds[i] <= BACKTALK_IMAP_LITERAL8 ? row + 1 : NULL));
    CHECK(backtalk_imap_find(row, 1, "NAME") == NULL && backtalk_imap_find(row, 0, "NAME") == NULL);
    row[0].escaped = true;
    CHECK(backtalk_imap_find(row, 2, "NAME") == NULL);
  }
  /* A section as a name, and a list as a value, are passed over with what is inside them. */
  row[0] = token_of(BACKTALK_IMAP_SECTION, "BODY", 2);
  row[1] = token_of(BACKTALK_IMAP_ATOM, "UID", 1);
  row[2] = token_of(BACKTALK_IMAP_LIST, "", 2);
  row[3] = token_of(BACKTALK_IMAP_ATOM, "UID", 1);
  row[4] = token_of(BACKTALK_IMAP_ATOM, "UID", 1);
  row[5] = token_of(BACKTALK_IMAP_NUMBER, "8", 1);
  CHECK(backtalk_imap_find(row, 6, "UID") == row + 5);
  CHECK(backtalk_imap_find(row, 5, "UID") == NULL && backtalk_imap_find(row, 6, NULL) == NULL);
  CHECK(backtalk_imap_find(row, 6, "UI") == NULL && backtalk_imap_find(row, 6, "") == NULL);
  row[5].span = 0;
  CHECK(backtalk_imap_find(row, 6, "UID") == NULL);
  row[5].span = 1;
  row[2].span = 0;
  CHECK(backtalk_imap_find(row, 6, "UID") == NULL);
  row[2].span = 2;
  row[0].span = 0;
  CHECK(backtalk_imap_find(row, 6, "UID") == NULL);
}

/* A word is an atom, a number or a flag, and what is inside lists does not count. */
static void test_words(void) {
  static const struct {
    backtalk_imap_token_kind kind;
    const char* text;
    bool word;
    uint64_t number;
  } rows[] = {{BACKTALK_IMAP_ATOM, "12", true, 0},     {BACKTALK_IMAP_NUMBER, "12", true, 12},
              {BACKTALK_IMAP_FLAG, "12", true, 0},     {BACKTALK_IMAP_QUOTED, "12", false, 0},
              {BACKTALK_IMAP_LITERAL, "12", false, 0}, {BACKTALK_IMAP_LITERAL8, "12", false, 0},
              {BACKTALK_IMAP_NIL, "12", false, 0},     {BACKTALK_IMAP_LIST, "12", false, 0},
              {BACKTALK_IMAP_SECTION, "12", false, 0}, {BACKTALK_IMAP_ORIGIN, "12", false, 0},
              {BACKTALK_IMAP_RAW, "12", false, 0}};
  backtalk_imap_token row[4];
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; ++i) {
    const backtalk_imap_token token = token_of(rows[i].kind, rows[i].text, 1);
    CHECK(backtalk_imap_token_is(&token, "12") == rows[i].word && !backtalk_imap_token_is(&token, "1"));
    CHECK(!backtalk_imap_token_is(&token, NULL));
    CHECK(backtalk_imap_token_number(&token) == rows[i].number);
    CHECK(backtalk_imap_has(&token, 1, "12") == rows[i].word && !backtalk_imap_has(&token, 0, "12"));
  }
  row[0] = token_of(BACKTALK_IMAP_LIST, "", 2);
  row[1] = token_of(BACKTALK_IMAP_ATOM, "inside", 1);
  row[2] = token_of(BACKTALK_IMAP_ATOM, "MOVE", 1);
  row[3] = token_of(BACKTALK_IMAP_ATOM, "IDLE", 1);
  CHECK(!backtalk_imap_has(row, 4, "inside") && backtalk_imap_has(row, 4, "idle"));
  CHECK(backtalk_imap_has(row, 3, "move") && !backtalk_imap_has(row, 3, "idle"));
}

void test_imap_tokens(void) {
  test_text();
  test_find();
  test_words();
}
