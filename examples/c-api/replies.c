/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include <backtalk/backtalk.h>
#include <inttypes.h>
#include <stdio.h>

int main(void) {
  static const char replies[] = "250-mx.example.org\r\n250 SIZE 1000\r\n550 5.1.1 Unknown\r\n250 ok\n";
  backtalk_parser* parser = backtalk_parser_new(BACKTALK_SMTP_REPLIES);
  const backtalk_event* event;
  const backtalk_error* error;
  backtalk_parser_feed(parser, replies, sizeof replies - 1); /* whatever the socket gave */
  while ((event = backtalk_parser_next(parser)) != NULL) {
    const backtalk_smtp_reply* reply = event->smtp_reply;
    const backtalk_view last = reply->lines[reply->line_count - 1];
    printf("%d %.*s\n", reply->code, (int)last.size, last.data);
  }
  if ((error = backtalk_parser_error(parser)) != NULL)
    printf("%s at byte %" PRIu64 "\n", error->word, error->offset);
  backtalk_parser_free(parser);
  return 0;
}
