/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include <stddef.h>
#include <string.h>

#include "check.h"

static void test_responses(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_IMAP_RESPONSES);
  const backtalk_imap_response* response;
  const backtalk_imap_token* list;
  char room[8];

  CHECK(feed(parser,
             "* OK [UIDNEXT 8] hello\r\n* 12 FETCH (FLAGS (\\Seen) BODY[TEXT]<0> \"a\\\"b\" UID 7)\r\n"
             "* SEARCH\r\n+ go on\r\na1 NO done\r\n* 1 FETCH (UID 7)) \r\n") == BACKTALK_OK);
  response = next_of(parser, BACKTALK_RESPONSE)->imap_response;
  CHECK(response->kind == BACKTALK_IMAP_UNTAGGED && response->status == BACKTALK_IMAP_OK);
  CHECK(response->code_count == 2 && backtalk_imap_token_is(&response->code[0], "uidnext"));
  CHECK(backtalk_imap_token_number(&response->code[1]) == 8 && is(response->text, "hello"));
  CHECK(response->data_count == 0 && response->data != NULL && response->error == NULL);

  response = next_of(parser, BACKTALK_RESPONSE)->imap_response;
  CHECK(response->number == 12 && is(response->name, "FETCH") && response->status == BACKTALK_IMAP_NO_STATUS);
  CHECK(response->data_count == 12 && response->argument_count == 10);
  list = response->arguments;
  CHECK(list->kind == BACKTALK_IMAP_LIST && list->span == 10);
  CHECK(backtalk_imap_token_is(&list[1], "flags") && list[2].span == 2 && list[3].kind == BACKTALK_IMAP_FLAG);
  CHECK(backtalk_imap_token_is(&list[3], "\\seen") && list[3].offset == 43);
  CHECK(list[4].kind == BACKTALK_IMAP_SECTION && is(list[4].text, "BODY") && list[4].span == 3);
  CHECK(is(list[5].text, "TEXT") && list[6].kind == BACKTALK_IMAP_ORIGIN && is(list[6].text, "0"));
  CHECK(list[7].kind == BACKTALK_IMAP_QUOTED && list[7].escaped && is(list[7].text, "a\\\"b"));
  CHECK(backtalk_imap_token_text(&list[7], NULL, 0) == 3);
  CHECK(backtalk_imap_token_text(&list[7], room, sizeof room) == 3 && memcmp(room, "a\"b", 3) == 0);
  memset(room, '#', sizeof room);
  CHECK(backtalk_imap_token_text(&list[7], room, 2) == 3 && memcmp(room, "a\"#", 3) == 0);
  CHECK(backtalk_imap_token_number(&list[9]) == 7);

  response = next_of(parser, BACKTALK_RESPONSE)->imap_response;
  CHECK(is(response->name, "SEARCH") && response->argument_count == 0 &&
        response->arguments == response->data + 1);
  response = next_of(parser, BACKTALK_RESPONSE)->imap_response;
  CHECK(response->kind == BACKTALK_IMAP_CONTINUATION && is(response->text, "go on"));
  response = next_of(parser, BACKTALK_RESPONSE)->imap_response;
  CHECK(response->kind == BACKTALK_IMAP_TAGGED && is(response->tag, "a1") &&
        response->status == BACKTALK_IMAP_NO);
  response = next_of(parser, BACKTALK_RESPONSE)->imap_response;
  CHECK(response->error != NULL && strcmp(response->error->word, "unbalanced-list") == 0);
  CHECK(is(response->bad_line, "* 1 FETCH (UID 7)) ") && response->number == 1);
  CHECK(backtalk_parser_next(parser) == NULL && backtalk_parser_error(parser) == NULL);
  backtalk_parser_free(parser);
}

static void test_long_literal(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_IMAP_RESPONSES);
  const backtalk_event* event;
  const backtalk_imap_response* response;

  CHECK(backtalk_parser_set_limit(parser, "literal_gather_octets_max", 4) == BACKTALK_OK);
  CHECK(feed(parser, "* 3 FETCH (BODY[1] {10}\r\n01234") == BACKTALK_OK);
  event = next_of(parser, BACKTALK_OCTETS);
  CHECK(is(event->octets, "01234") && event->octets_total == 10 && event->octets_left == 5);
  response = backtalk_imap_response_so_far(parser);
  CHECK(response != NULL && response->number == 3 && response->data_count == 6);
  CHECK(response != NULL && is(response->arguments[2].text, "1"));
  CHECK(response != NULL && response->streamed_name == &response->arguments[1]);
  CHECK(response != NULL && response->data[5].kind == BACKTALK_IMAP_LITERAL);
  CHECK(backtalk_parser_next(parser) == NULL);
  CHECK(backtalk_imap_response_so_far(parser) == NULL);
  CHECK(feed(parser, "56789 UID 4)\r\n") == BACKTALK_OK);
  event = next_of(parser, BACKTALK_OCTETS);
  CHECK(is(event->octets, "56789") && event->octets_left == 0);
  response = next_of(parser, BACKTALK_RESPONSE)->imap_response;
  CHECK(response->arguments[3].streamed && response->arguments[3].text.size == 0);
  CHECK(response->streamed_name == NULL);
  CHECK(backtalk_imap_response_so_far(parser) == NULL);
  backtalk_parser_free(parser);
}

/* What kind of response a literal that passes through belongs to, and with which status. */
static void test_kinds_so_far(void) {
  static const struct {
    const char* stream;
    backtalk_imap_response_kind kind;
    backtalk_imap_status status;
    const char* tag;
  } rows[] = {
      {"* LIST () NIL {3}\r\nab", BACKTALK_IMAP_UNTAGGED, BACKTALK_IMAP_NO_STATUS, ""},
      {"* NO [BADCHARSET ({3}\r\nab", BACKTALK_IMAP_UNTAGGED, BACKTALK_IMAP_NO, ""},
      {"a1 BAD [BADCHARSET ({3}\r\nab", BACKTALK_IMAP_TAGGED, BACKTALK_IMAP_BAD, "a1"},
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; ++i) {
    backtalk_parser* parser = backtalk_parser_new(BACKTALK_IMAP_RESPONSES);
    const backtalk_imap_response* response;
    CHECK(backtalk_parser_set_limit(parser, "literal_gather_octets_max", 1) == BACKTALK_OK);
    CHECK(feed(parser, rows[i].stream) == BACKTALK_OK);
    (void)next_of(parser, BACKTALK_OCTETS);
    response = backtalk_imap_response_so_far(parser);
    CHECK(response != NULL && response->kind == rows[i].kind && response->status == rows[i].status);
    CHECK(response != NULL && is(response->tag, rows[i].tag) && response->error == NULL);
    backtalk_parser_free(parser);
  }
}

static void test_envelope(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_IMAP_RESPONSES);
  const backtalk_imap_response* response;
  const backtalk_imap_token *list, *value;
  const backtalk_imap_envelope* envelope = NULL;
  backtalk_error error = {NULL, NULL, 0};

  CHECK(feed(parser,
             "* 1 FETCH (UID 7 ENVELOPE (\"Mon\" \"Hi\" ((\"Joe\" NIL \"joe\" \"a.example\")) NIL NIL"
             " ((NIL NIL \"b\" \"c\")(NIL NIL \"d\" \"e\")) NIL NIL NIL \"<1@a>\"))\r\n"
             "* 2 FETCH (ENVELOPE (\"Mon\" (x) ((NIL NIL)) NIL NIL NIL NIL NIL NIL NIL))\r\n") ==
        BACKTALK_OK);
  response = next_of(parser, BACKTALK_RESPONSE)->imap_response;
  list = response->arguments;
  CHECK(backtalk_imap_token_number(backtalk_imap_find(list + 1, list->span - 1, "uid")) == 7);
  CHECK(backtalk_imap_find(list + 1, list->span - 1, "FLAGS") == NULL);
  CHECK(backtalk_imap_find(list + 1, 1, "UID") == NULL && backtalk_imap_find(NULL, 2, "UID") == NULL);
  value = backtalk_imap_find(list + 1, list->span - 1, "ENVELOPE");
  CHECK(backtalk_imap_read_envelope(parser, value, &envelope, &error));
  CHECK(is(envelope->date->text, "Mon") && is(envelope->subject->text, "Hi"));
  CHECK(envelope->from.count == 1 && is(envelope->from.data[0].host->text, "a.example"));
  CHECK(envelope->from.data[0].route->kind == BACKTALK_IMAP_NIL && envelope->from.data[0].error.word == NULL);
  CHECK(envelope->sender.count == 0 && envelope->sender.data != NULL);
  CHECK(envelope->to.count == 2 && is(envelope->to.data[1].mailbox->text, "d"));
  CHECK(envelope->in_reply_to->kind == BACKTALK_IMAP_NIL && is(envelope->message_id->text, "<1@a>"));
  CHECK(envelope->errors[0].word == NULL && envelope->errors[9].word == NULL);

  /* A field that is wrong costs itself alone. */
  response = next_of(parser, BACKTALK_RESPONSE)->imap_response;
  CHECK(!backtalk_imap_read_envelope(parser, value - 1000, &envelope, &error) && envelope == NULL);
  CHECK(strcmp(error.word, "no-input") == 0);
  value = backtalk_imap_find(response->arguments + 1, response->arguments->span - 1, "ENVELOPE");
  CHECK(!backtalk_imap_read_envelope(parser, value, &envelope, &error));
  CHECK(strcmp(error.word, "wrong-shape") == 0 && envelope != NULL && is(envelope->date->text, "Mon"));
  CHECK(strcmp(envelope->errors[1].word, "wrong-shape") == 0 && envelope->errors[3].word == NULL);
  CHECK(envelope->from.count == 1 && strcmp(envelope->from.data[0].error.word, "wrong-shape") == 0);
  CHECK(backtalk_parser_next(parser) == NULL);
  CHECK(!backtalk_imap_read_envelope(parser, value, &envelope, NULL) && envelope == NULL);
  backtalk_parser_free(parser);
}

static void test_body_structure(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_IMAP_RESPONSES);
  const backtalk_imap_response* response;
  const backtalk_imap_token* value;
  const backtalk_imap_body_part* parts = NULL;
  size_t count = 0;
  char section[4];

  CHECK(feed(parser,
             "* 1 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"utf-8\") NIL NIL \"7BIT\" 5 1)"
             "(\"A\" \"B\" NIL NIL NIL \"7BIT\" 9) \"MIXED\" (\"BOUNDARY\" \"x\") (\"inline\" NIL) NIL))\r\n"
             "* 2 FETCH (BODYSTRUCTURE 5)\r\n") == BACKTALK_OK);
  response = next_of(parser, BACKTALK_RESPONSE)->imap_response;
  value = backtalk_imap_find(response->arguments + 1, response->arguments->span - 1, "bodystructure");
  CHECK(backtalk_imap_read_body_structure(parser, value, &parts, &count, NULL) && count == 3);
  CHECK(parts[0].multipart && parts[0].type == NULL && parts[0].parts == 2 &&
        is(parts[0].subtype->text, "MIXED"));
  CHECK(parts[0].parent == BACKTALK_IMAP_NO_PARENT && is(parts[0].disposition->text, "inline"));
  CHECK(is(backtalk_imap_find(parts[0].parameters.data, parts[0].parameters.count, "boundary")->text, "x"));
  CHECK(parts[1].parent == 0 && parts[1].position == 1 && parts[1].octets == 5 && parts[1].lines == 1);
  CHECK(
      is(backtalk_imap_find(parts[1].parameters.data, parts[1].parameters.count, "Charset")->text, "utf-8"));
  CHECK(parts[2].position == 2 && parts[2].octets == 9 && parts[2].parameters.count == 0);
  CHECK(parts[2].md5 == NULL && parts[2].error.word == NULL && parts[2].error_field == NULL);
  CHECK(backtalk_imap_part_section(parser, 2, section, sizeof section) == 1 && section[0] == '2');
  CHECK(backtalk_imap_part_section(parser, 0, section, sizeof section) == 4 &&
        memcmp(section, "TEXT", 4) == 0);
  CHECK(backtalk_imap_part_section(parser, 0, NULL, 0) == 4 &&
        backtalk_imap_part_section(parser, 3, NULL, 0) == 0);

  response = next_of(parser, BACKTALK_RESPONSE)->imap_response;
  CHECK(backtalk_imap_part_section(parser, 0, NULL, 0) == 0);
  value = backtalk_imap_find(response->arguments + 1, response->arguments->span - 1, "BODYSTRUCTURE");
  CHECK(!backtalk_imap_read_body_structure(parser, value, &parts, &count, NULL) && count == 0 &&
        parts != NULL);
  CHECK(!backtalk_imap_read_body_structure(parser, NULL, &parts, &count, NULL) && count == 0 &&
        parts == NULL);
  backtalk_parser_free(parser);
}

static void test_items(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_IMAP_RESPONSES);
  const backtalk_imap_item* item = NULL;
  const backtalk_imap_flags* flags = NULL;
  backtalk_error error = {NULL, NULL, 0};

  CHECK(!backtalk_imap_next_item(parser, &item, &error) && item == NULL);
  CHECK(strcmp(error.word, "no-input") == 0);
  CHECK(feed(parser,
             "* 3 FETCH (UID 7 FLAGS (\\Seen $Junk x) RFC822.SIZE 40 BODY[FOO] \"a\" MODSEQ (9) BODY[1] NIL "
             "X-Y 5 INTERNALDATE \"b\")\r\n* 4 FETCH (UID 8)\r\n* 5 EXISTS\r\n") == BACKTALK_OK);
  (void)next_of(parser, BACKTALK_RESPONSE);
  CHECK(backtalk_imap_next_item(parser, &item, &error) && item->attribute == BACKTALK_IMAP_UID);
  CHECK(item->number == 7 && is(item->name->text, "UID") && item->error.word == NULL);
  CHECK(backtalk_imap_next_item(parser, &item, NULL) && item->attribute == BACKTALK_IMAP_FLAGS);
  CHECK(backtalk_imap_read_flags(parser, item->value, &flags, &error));
  CHECK(flags->seen && flags->junk && !flags->answered && !flags->flagged && !flags->deleted &&
        !flags->draft && !flags->recent && !flags->any && !flags->forwarded && !flags->mdn_sent &&
        !flags->not_junk && !flags->phishing && !flags->quoted);
  CHECK(flags->all.count == 3 && backtalk_imap_has(flags->all.data, flags->all.count, "X"));
  CHECK(!backtalk_imap_has(flags->all.data, flags->all.count, "y"));
  CHECK(backtalk_imap_next_item(parser, &item, &error) && item->attribute == BACKTALK_IMAP_RFC822_SIZE);
  CHECK(item->number == 40);
  CHECK(backtalk_imap_next_item(parser, &item, &error) && item->attribute == BACKTALK_IMAP_INVALID_ITEM);
  CHECK(strcmp(item->error.word, "wrong-shape") == 0 && item->error.offset == 59);
  CHECK(backtalk_imap_next_item(parser, &item, &error) && item->attribute == BACKTALK_IMAP_MODSEQ);
  CHECK(item->number == 9 && item->value->kind == BACKTALK_IMAP_LIST);
  CHECK(backtalk_imap_next_item(parser, &item, &error) && item->attribute == BACKTALK_IMAP_BODY_SECTION);
  CHECK(item->value->kind == BACKTALK_IMAP_NIL && item->number == 0);
  CHECK(backtalk_imap_next_item(parser, &item, &error) && item->attribute == BACKTALK_IMAP_OTHER);
  CHECK(backtalk_imap_next_item(parser, &item, &error) && item->attribute == BACKTALK_IMAP_INTERNALDATE);
  CHECK(!backtalk_imap_next_item(parser, &item, &error) && item == NULL);
  CHECK(strcmp(error.word, "wrong-shape") == 0 && error.offset == 59);

  /* The next response begins anew, whether the last one was read to its end or not. */
  (void)next_of(parser, BACKTALK_RESPONSE);
  CHECK(backtalk_imap_next_item(parser, &item, &error) && item->number == 8);
  CHECK(!backtalk_imap_next_item(parser, &item, &error) && error.word == NULL);
  (void)next_of(parser, BACKTALK_RESPONSE);
  CHECK(!backtalk_imap_next_item(parser, &item, &error) && strcmp(error.word, "wrong-shape") == 0);
  CHECK(!backtalk_imap_next_item(NULL, &item, NULL) && !backtalk_imap_next_item(parser, NULL, NULL));
  backtalk_parser_free(parser);
}

static void test_mailboxes(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_IMAP_RESPONSES);
  const backtalk_imap_flags* flags = NULL;
  const backtalk_imap_listing* listing = NULL;
  const backtalk_imap_mailbox_status* status = NULL;
  const backtalk_imap_response* response;
  backtalk_error error = {NULL, NULL, 0};

  CHECK(backtalk_parser_tolerate(parser, "unquoted_names") == BACKTALK_OK);
  CHECK(
      feed(parser,
           "* LIST (\\Noselect \\Sent) \"/\" a/b (\"CHILDINFO\" (\"x\"))\r\n* LIST () NIL Deleted Items\r\n"
           "* STATUS a (MESSAGES 3 RECENT 1 UIDNEXT 0 UIDVALIDITY 4 UNSEEN 2 DELETED 5 SIZE 6 HIGHESTMODSEQ "
           "7)\r\n* FLAGS (\\Answered \\Flagged \\Deleted \\Draft \\Recent $Forwarded $MDNSent $NotJunk "
           "$Phishing)\r\n* CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN\r\n") == BACKTALK_OK);
  (void)next_of(parser, BACKTALK_RESPONSE);
  CHECK(backtalk_imap_read_listing(parser, &listing, &error) && listing->delimiter == '/');
  CHECK(is(listing->name->text, "a/b") && listing->attributes.count == 2 && !listing->quoted);
  CHECK(backtalk_imap_has(listing->attributes.data, 2, "\\sent") && listing->unquoted_name.size == 0);
  CHECK(backtalk_imap_find(listing->extended.data, listing->extended.count, "childinfo") ==
        &listing->extended.data[1]);
  CHECK(listing->extended.count == 3 && is(listing->extended.data->text, "CHILDINFO"));
  CHECK(!backtalk_imap_read_status(parser, &status, &error) && status != NULL);
  (void)next_of(parser, BACKTALK_RESPONSE);
  CHECK(backtalk_imap_read_listing(parser, &listing, &error) && listing->delimiter == 0);
  CHECK(listing->name == NULL && is(listing->unquoted_name, "Deleted Items"));
  (void)next_of(parser, BACKTALK_RESPONSE);
  CHECK(!backtalk_imap_read_status(parser, &status, &error) &&
        strcmp(error.word, "number-out-of-range") == 0);
  CHECK(is(status->name->text, "a") && status->messages.value == 3 && status->messages.is_there);
  CHECK(status->recent.value == 1 && !status->uidnext.is_there && status->uidnext.value == 0);
  CHECK(status->uidvalidity.value == 4 && status->unseen.value == 2 && status->deleted.value == 5);
  CHECK(status->size_octets.value == 6 && status->highestmodseq.value == 7 && status->items.count == 16);
  (void)next_of(parser, BACKTALK_RESPONSE);
  CHECK(backtalk_imap_read_flags(parser, NULL, &flags, &error));
  CHECK(flags->answered && flags->flagged && flags->deleted && flags->draft && flags->recent &&
        flags->forwarded && flags->mdn_sent && flags->not_junk && flags->phishing);
  CHECK(!flags->seen && !flags->junk && !flags->any);
  response = next_of(parser, BACKTALK_RESPONSE)->imap_response;
  CHECK(backtalk_imap_has(response->arguments, response->argument_count, "idle"));
  CHECK(backtalk_imap_has(response->arguments, response->argument_count, "AUTH=PLAIN"));
  CHECK(!backtalk_imap_has(response->arguments, response->argument_count, "AUTH=") &&
        !backtalk_imap_has(NULL, 1, "IDLE") && !backtalk_imap_has(response->arguments, 3, NULL));
  CHECK(backtalk_parser_next(parser) == NULL);
  CHECK(!backtalk_imap_read_listing(parser, &listing, &error) && listing == NULL);
  CHECK(!backtalk_imap_read_status(parser, &status, &error) && status == NULL);
  CHECK(!backtalk_imap_read_flags(parser, NULL, &flags, &error) && flags == NULL);
  backtalk_parser_free(parser);
}

static void test_searches_and_codes(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_IMAP_RESPONSES);
  const backtalk_imap_search* found = NULL;
  const backtalk_imap_extended_search* more = NULL;
  const backtalk_imap_code* code = NULL;
  const backtalk_imap_flags* flags = NULL;
  backtalk_view set;
  backtalk_error error = {NULL, NULL, 0};
  uint64_t first = 0, last = 0;

  CHECK(
      feed(parser,
           "* SEARCH 2 5 (MODSEQ 9)\r\n* ESEARCH (TAG \"a1\") UID MIN 2 MAX 7 COUNT 3 MODSEQ 4 ALL 2,7:5\r\n"
           "* OK [UIDNEXT 8] x\r\na2 OK [COPYUID 1 2:3 4,6] x\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] x\r\n"
           "a3 OK x\r\n") == BACKTALK_OK);
  (void)next_of(parser, BACKTALK_RESPONSE);
  CHECK(backtalk_imap_read_search(parser, &found, &error) && found->modseq.value == 9);
  CHECK(found->numbers.count == 2 && backtalk_imap_token_number(&found->numbers.data[1]) == 5);
  (void)next_of(parser, BACKTALK_RESPONSE);
  CHECK(backtalk_imap_read_extended_search(parser, &more, &error) && is(more->tag->text, "a1") && more->uid);
  CHECK(more->min.value == 2 && more->max.value == 7 && more->count.value == 3 && more->modseq.value == 4);
  CHECK(is(more->all, "2,7:5") && more->returned.count == 10);
  set = more->all;
  CHECK(backtalk_imap_next_range(parser, &set, &first, &last) && first == 2 && last == 2);
  CHECK(is(set, "7:5") && backtalk_imap_next_range(parser, &set, &first, &last) && first == 7 && last == 5);
  CHECK(set.size == 0 && !backtalk_imap_next_range(parser, &set, &first, &last) && first == 7);
  set.data = "1x,2";
  set.size = 4;
  CHECK(!backtalk_imap_next_range(parser, &set, NULL, NULL) && is(set, "1x,2"));
  CHECK(!backtalk_imap_next_range(NULL, &set, NULL, NULL) &&
        !backtalk_imap_next_range(parser, NULL, NULL, NULL));
  (void)next_of(parser, BACKTALK_RESPONSE);
  CHECK(backtalk_imap_read_code(parser, &code, &error) && is(code->name, "UIDNEXT") &&
        code->number.value == 8);
  (void)next_of(parser, BACKTALK_RESPONSE);
  CHECK(backtalk_imap_read_code(parser, &code, &error) && is(code->name, "COPYUID") &&
        code->number.value == 1);
  CHECK(is(code->source_uids, "2:3") && is(code->uids, "4,6") && code->arguments.count == 3);
  (void)next_of(parser, BACKTALK_RESPONSE);
  CHECK(backtalk_imap_read_flags(parser, NULL, &flags, &error) && flags->any && flags->seen);
  CHECK(backtalk_imap_read_code(parser, &code, &error) && !code->number.is_there && code->uids.size == 0);
  (void)next_of(parser, BACKTALK_RESPONSE);
  CHECK(backtalk_imap_read_code(parser, &code, &error) && code->name.size == 0 && code->arguments.count == 0);
  CHECK(!backtalk_imap_read_flags(parser, NULL, &flags, &error) && flags != NULL);
  CHECK(backtalk_parser_next(parser) == NULL);
  CHECK(!backtalk_imap_read_search(parser, &found, NULL) && found == NULL);
  CHECK(!backtalk_imap_read_extended_search(parser, &more, NULL) && more == NULL);
  CHECK(!backtalk_imap_read_code(parser, &code, NULL) && code == NULL);
  backtalk_parser_free(parser);
}

static void test_commands(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_IMAP_COMMANDS);
  const backtalk_event* event;
  const backtalk_imap_command* command;

  CHECK(feed(parser, "a1 LOGIN joe {3}\r\n") == BACKTALK_OK);
  event = next_of(parser, BACKTALK_LITERAL_WANTED);
  CHECK(event->octets_total == 3 && is(event->imap_command->tag, "a1"));
  CHECK(event->imap_command->argument_count == 0 && event->imap_command->arguments != NULL);
  command = backtalk_imap_command_so_far(parser);
  CHECK(command != NULL && command->argument_count == 2 && is(command->arguments[0].text, "joe"));
  CHECK(backtalk_parser_next(parser) == NULL);
  CHECK(backtalk_imap_command_so_far(parser) == NULL);
  CHECK(backtalk_imap_refuse_literal(parser) == BACKTALK_WRONG_TIME);
  CHECK(feed(parser, "abc\r\na2 SELECT {9}\r\n") == BACKTALK_OK);
  command = next_of(parser, BACKTALK_COMMAND)->imap_command;
  CHECK(is(command->name, "LOGIN") && command->argument_count == 2 && is(command->arguments[1].text, "abc"));
  (void)next_of(parser, BACKTALK_LITERAL_WANTED);
  CHECK(backtalk_imap_refuse_literal(parser) == BACKTALK_OK);
  CHECK(backtalk_imap_command_so_far(parser) == NULL);
  CHECK(backtalk_imap_refuse_literal(parser) == BACKTALK_WRONG_TIME);
  CHECK(backtalk_parser_next(parser) == NULL && backtalk_parser_error(parser) == NULL);
  CHECK(feed(parser, "a3 IDLE\r\n") == BACKTALK_OK);
  CHECK(is(next_of(parser, BACKTALK_COMMAND)->imap_command->name, "IDLE"));
  CHECK(backtalk_parser_expect_line(parser) == BACKTALK_OK);
  CHECK(backtalk_parser_next(parser) == NULL);
  CHECK(feed(parser, "DONE\r\n*\r\n") == BACKTALK_OK);
  event = next_of(parser, BACKTALK_LINE);
  CHECK(is(event->octets, "DONE") && event->imap_command == NULL);
  command = next_of(parser, BACKTALK_COMMAND)->imap_command;
  CHECK(is(command->tag, "*") && command->error != NULL && strcmp(command->error->word, "bad-tag") == 0);
  backtalk_parser_free(parser);
}

void test_imap(void) {
  test_responses();
  test_long_literal();
  test_kinds_so_far();
  test_envelope();
  test_body_structure();
  test_items();
  test_mailboxes();
  test_searches_and_codes();
  test_commands();
}
