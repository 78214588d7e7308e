# SPDX-License-Identifier: Apache-2.0 OR MIT
import sys

from backtalk import SMTP_REPLIES, Library, Parser

parser = Parser(Library(sys.argv[1]), SMTP_REPLIES)  # libbacktalk.so.0.1
parser.feed(b"250-mx.example.org\r\n250 SIZE 1000\r\n550 5.1.1 Unknown\r\n250 ok\n")
for event in parser.events():
    reply = event.smtp_reply[0]
    print(reply.code, bytes(reply.lines[reply.line_count - 1]).decode("latin-1"))
if parser.error:
    print(parser.error.word.decode(), "at byte", parser.error.offset)
