/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include <stddef.h>
#include <string.h>

#include "check.h"

static void test_responses(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_HTTP_RESPONSES);
  const backtalk_event* event;
  const backtalk_http_head* head;
  backtalk_view value = {NULL, 0};

  CHECK(backtalk_http_expect(parser, "HEAD") == BACKTALK_OK);
  CHECK(backtalk_http_expect(parser, "GET") == BACKTALK_OK);
  CHECK(backtalk_parser_expected(parser) == 2);
  CHECK(feed(parser,
             "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: x, Close\r\n\r\n"
             "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: v\r\n\r\n"
             "HTTP/1.0 200 OK\r\n\r\nrest") == BACKTALK_OK);
  head = next_of(parser, BACKTALK_HEAD)->http_head;
  CHECK(head->status == 103 && head->interim && head->field_count == 0 && head->fields != NULL);
  event = next_of(parser, BACKTALK_HEAD);
  head = event->http_head;
  CHECK(event->offset == 22 && head->status == 200 && head->minor == 1 && is(head->reason, "OK"));
  CHECK(head->framing == BACKTALK_HTTP_NO_BODY && !head->keeps_connection && !head->tunnel && !head->interim);
  CHECK(is(head->method, "") && is(head->target, "") && head->octets == 60);
  CHECK(head->field_count == 2 && is(head->fields[0].name, "Content-Length") &&
        is(head->fields[0].value, "5"));
  CHECK(backtalk_http_find_field(head->fields, head->field_count, "content-length", &value) &&
        is(value, "5"));
  CHECK(!backtalk_http_find_field(head->fields, head->field_count, "Date", &value));
  CHECK(backtalk_http_field_lists(head->fields, head->field_count, "connection", "close"));
  CHECK(!backtalk_http_field_lists(head->fields, head->field_count, "connection", "upgrade"));
  event = next_of(parser, BACKTALK_END);
  CHECK(event->trailer_count == 0 && event->trailers != NULL && event->offset == 22);
  head = next_of(parser, BACKTALK_HEAD)->http_head;
  CHECK(head->framing == BACKTALK_HTTP_CHUNKED && is(head->reason, "") && head->keeps_connection);
  event = next_of(parser, BACKTALK_OCTETS);
  CHECK(is(event->octets, "abc") && event->offset == 82);
  event = next_of(parser, BACKTALK_END);
  CHECK(event->trailer_count == 1 && is(event->trailers[0].name, "T") && is(event->trailers[0].value, "v"));
  head = next_of(parser, BACKTALK_HEAD)->http_head;
  CHECK(head->minor == 0 && head->framing == BACKTALK_HTTP_UNTIL_CLOSE);
  CHECK(is(next_of(parser, BACKTALK_OCTETS)->octets, "rest"));
  CHECK(backtalk_parser_next(parser) == NULL && backtalk_parser_in_message(parser));
  CHECK(backtalk_parser_finish(parser) == BACKTALK_OK);
  (void)next_of(parser, BACKTALK_END);
  CHECK(backtalk_parser_next(parser) == NULL && !backtalk_parser_in_message(parser));
  backtalk_parser_free(parser);
}

static void test_requests(void) {
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_HTTP_REQUESTS);
  const backtalk_event* event;

  CHECK(feed(parser,
             "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcCONNECT a:1 "
             "HTTP/1.1\r\n\r\n\x16\x03") == BACKTALK_OK);
  event = next_of(parser, BACKTALK_HEAD);
  CHECK(is(event->http_head->method, "POST") && is(event->http_head->target, "/x") &&
        event->http_head->status == 0);
  CHECK(event->http_head->framing == BACKTALK_HTTP_CONTENT_LENGTH && event->http_head->content_length == 3);
  /* What only a response has. */
  CHECK(is(event->http_head->reason, "") && !event->http_head->interim && !event->http_head->tunnel);
  CHECK(event->http_head->dropped_lines == 0 && event->http_head->first_dropped_line == 0);
  CHECK(backtalk_http_begin_tunnel(parser) == BACKTALK_WRONG_TIME);
  CHECK(is(next_of(parser, BACKTALK_OCTETS)->octets, "abc"));
  (void)next_of(parser, BACKTALK_END);
  CHECK(is(next_of(parser, BACKTALK_HEAD)->http_head->method, "CONNECT"));
  (void)next_of(parser, BACKTALK_END);
  CHECK(backtalk_http_begin_tunnel(parser) == BACKTALK_OK);
  event = next_of(parser, BACKTALK_OPAQUE);
  CHECK(is(event->octets, "\x16\x03") && event->offset == 75);
  CHECK(backtalk_parser_begin_tls(parser) == BACKTALK_WRONG_PARSER);
  CHECK(backtalk_parser_reset(parser) == BACKTALK_OK && feed(parser, "\n") == BACKTALK_OK);
  CHECK(backtalk_parser_next(parser) == NULL && backtalk_parser_error(parser) != NULL);
  CHECK(backtalk_parser_begin_tls(parser) == BACKTALK_STREAM_ERROR);
  backtalk_parser_free(parser);
}

/* Responses behind which another protocol begins. */
static void test_tunnels(void) {
  static const char* const streams[] = {"HTTP/1.1 200 OK\r\n\r\n\x16\x03",
                                        "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n\x16\x03"};
  size_t i;
  for (i = 0; i < 2; ++i) {
    backtalk_parser* parser = backtalk_parser_new(BACKTALK_HTTP_RESPONSES);
    const backtalk_http_head* head;
    CHECK(backtalk_http_expect(parser, i == 0 ? "CONNECT" : "GET") == BACKTALK_OK);
    CHECK(feed(parser, streams[i]) == BACKTALK_OK);
    head = next_of(parser, BACKTALK_HEAD)->http_head;
    CHECK(head->tunnel && !head->interim && head->status == (i == 0 ? 200 : 101));
    (void)next_of(parser, BACKTALK_END);
    CHECK(is(next_of(parser, BACKTALK_OPAQUE)->octets, "\x16\x03"));
    backtalk_parser_free(parser);
  }
}

void test_http(void) {
  test_tunnels();
  test_responses();
  test_requests();
}
