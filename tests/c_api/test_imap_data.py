#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The typed decoders of IMAP through ctypes: every function and struct of examples/c-api/backtalk.py that reads data.

    test_imap_data.py LIBRARY
"""

import ctypes
import sys
import unittest
from ctypes import byref

import backtalk
from backtalk import IMAP_RESPONSES, Error, Library, Parser

LIBRARY = Library(sys.argv.pop(1))
STREAM = (b"* 3 FETCH (UID 7 FLAGS (\\Seen x) BODY[FOO] {1}\r\na RFC822.SIZE 40)\r\n"
          b"* STATUS a (MESSAGES 3 UIDNEXT 0 UNSEEN 2)\r\n* LIST (\\Sent) \"/\" a/b\r\n"
          b"* SEARCH 2 5 (MODSEQ 9)\r\n* ESEARCH (TAG \"a1\") UID COUNT 4 ALL 2,7:5\r\n"
          b"* CAPABILITY IMAP4rev1 IDLE\r\na1 OK [APPENDUID 3 9] done\r\n* OK [PERMANENTFLAGS (\\*)] x\r\n")


class ImapData(unittest.TestCase):
    def setUp(self) -> None:
        self.parser = Parser(LIBRARY, IMAP_RESPONSES)
        self.addCleanup(self.parser.close)
        self.parser.feed(STREAM)
        self.events = self.parser.events()
        self.error = Error()

    def response(self, name: bytes) -> backtalk.ImapResponse:
        """The next response of data with this name."""
        for event in self.events:
            if event.imap_response and bytes(event.imap_response[0].name) == name:
                return event.imap_response[0]
        self.fail(f"no {name!r}")

    def read(self, function: str, struct: type, *arguments: object) -> object:
        """What a decoder reads of the current response; its error is in self.error."""
        self.error = Error()
        out = ctypes.POINTER(struct)()
        self.good = getattr(LIBRARY, function)(self.parser.handle, *arguments, byref(out), byref(self.error))
        return out[0] if out else None

    def test_items(self) -> None:
        self.response(b"FETCH")
        items = []
        while (item := self.read("imap_next_item", backtalk.ImapItem)) is not None:
            items.append((item.attribute, item.number, item.error.word, bytes(item.value[0].text)))
            if item.attribute == 1:
                flags = self.read("imap_read_flags", backtalk.ImapFlags, item.value)
                self.assertTrue(self.good and flags.seen and not flags.flagged)
                self.assertEqual(flags.all.count, 2)
        self.assertEqual(items, [(2, 7, None, b"7"), (1, 0, None, b""), (13, 0, b"wrong-shape", b"a"), (3, 40, None, b"40")])
        self.assertEqual((self.error.word, self.error.offset), (b"wrong-shape", STREAM.index(b"FOO")))

    def test_mailboxes(self) -> None:
        self.response(b"STATUS")
        status = self.read("imap_read_status", backtalk.ImapMailboxStatus)
        self.assertEqual((self.good, self.error.word), (False, b"number-out-of-range"))
        self.assertEqual((status.messages.value, status.unseen.value, status.uidnext.is_there), (3, 2, False))
        self.response(b"LIST")
        listing = self.read("imap_read_listing", backtalk.ImapListing)
        self.assertEqual((bytes(listing.name[0].text), listing.delimiter), (b"a/b", b"/"))
        self.assertTrue(LIBRARY.imap_has(listing.attributes.data, listing.attributes.count, b"\\sent"))

    def test_searches(self) -> None:
        self.response(b"SEARCH")
        found = self.read("imap_read_search", backtalk.ImapSearch)
        self.assertEqual((found.numbers.count, found.modseq.value), (2, 9))
        self.response(b"ESEARCH")
        more = self.read("imap_read_extended_search", backtalk.ImapExtendedSearch)
        self.assertEqual((bytes(more.tag[0].text), more.uid, more.count.value, more.min.is_there), (b"a1", True, 4, False))
        first, last, ranges = ctypes.c_uint64(), ctypes.c_uint64(), []
        while LIBRARY.imap_next_range(self.parser.handle, byref(more.all), byref(first), byref(last)):
            ranges.append((first.value, last.value))
        self.assertEqual(ranges, [(2, 2), (7, 5)])

    def test_codes(self) -> None:
        response = self.response(b"CAPABILITY")
        self.assertTrue(LIBRARY.imap_has(response.arguments, response.argument_count, b"idle"))
        self.assertFalse(LIBRARY.imap_has(response.arguments, response.argument_count, b"MOVE"))
        next(self.events)
        code = self.read("imap_read_code", backtalk.ImapCode)
        self.assertEqual((bytes(code.name), code.number.value, bytes(code.uids)), (b"APPENDUID", 3, b"9"))
        next(self.events)
        self.assertTrue(self.read("imap_read_flags", backtalk.ImapFlags, None).any)
        self.assertIsNone(next(self.events, None))
        self.assertIsNone(self.read("imap_read_code", backtalk.ImapCode))
        self.assertEqual((self.good, self.error.word), (False, b"no-input"))

    def test_guess(self) -> None:
        self.assertEqual(LIBRARY.guess_protocol(b"SSH-2.0-x\r\n", 11), b"SSH")
        self.assertIsNone(LIBRARY.guess_protocol(b"?", 1))


if __name__ == "__main__":
    unittest.main()
