# SPDX-License-Identifier: Apache-2.0 OR MIT
"""libbacktalk.so through ctypes: every struct, and the functions that most programs need."""

import ctypes
from ctypes import (POINTER, Structure, c_bool, c_char, c_char_p, c_int, c_size_t, c_uint8, c_uint16, c_uint32,
                    c_uint64, c_void_p)
from typing import Iterator

(SMTP_REPLIES, SMTP_COMMANDS, POP3_RESPONSES, POP3_COMMANDS, IMAP_RESPONSES, IMAP_COMMANDS, HTTP_RESPONSES,
 HTTP_REQUESTS) = range(1, 9)
REPLY, COMMAND, STATUS, RESPONSE, HEAD, OCTETS, LINE, END, LITERAL_WANTED, OPAQUE = range(1, 11)
OK, NO_MEMORY, BAD_ARGUMENT, UNKNOWN_NAME, WRONG_PARSER, WRONG_TIME, FULL, STREAM_ERROR = range(8)
SINGLE_LINE, MULTI_LINE, LISTING, SASL, AUTOMATIC = range(5)
ATOM, NUMBER, FLAG, QUOTED, LITERAL, LITERAL8, NIL, LIST, SECTION, ORIGIN, RAW = range(11)


class View(Structure):
    _fields_ = (("data", c_void_p), ("size", c_size_t))

    def __bytes__(self) -> bytes:
        return ctypes.string_at(self.data, self.size)


class Error(Structure):
    _fields_ = (("word", c_char_p), ("sentence", c_char_p), ("offset", c_uint64))


class SmtpReply(Structure):
    _fields_ = (("octets", c_uint64), ("lines", POINTER(View)), ("line_count", c_size_t), ("code", c_uint16),
                ("enhanced_class", c_uint16), ("enhanced_subject", c_uint16), ("enhanced_detail", c_uint16))


class SmtpCommand(Structure):
    _fields_ = (("name", View), ("arguments", View), ("verb", c_int))


class Pop3Status(Structure):
    _fields_ = (("text", View), ("code", View), ("octets", c_uint64), ("kind", c_int), ("multi_line", c_bool),
                ("unsolicited", c_bool))


class Pop3Command(Structure):
    _fields_ = (("keyword", View), ("arguments", View), ("verb", c_int))


class ImapToken(Structure):
    _fields_ = (("text", View), ("offset", c_uint64), ("span", c_uint32), ("kind", c_uint8), ("escaped", c_bool),
                ("streamed", c_bool), ("reserved", c_uint8))


class ImapResponse(Structure):
    _fields_ = (("kind", c_int), ("status", c_int), ("octets", c_uint64), ("tag", View), ("text", View),
                ("code", POINTER(ImapToken)), ("code_count", c_size_t), ("data", POINTER(ImapToken)),
                ("data_count", c_size_t), ("number", c_uint64), ("name", View), ("arguments", POINTER(ImapToken)),
                ("argument_count", c_size_t), ("error", POINTER(Error)), ("bad_line", View),
                ("streamed_name", POINTER(ImapToken)))


class ImapCommand(Structure):
    _fields_ = (("tag", View), ("name", View), ("arguments", POINTER(ImapToken)), ("argument_count", c_size_t),
                ("error", POINTER(Error)))


class ImapTokens(Structure):
    _fields_ = (("data", POINTER(ImapToken)), ("count", c_size_t))


class ImapAddress(Structure):
    _fields_ = (*((name, POINTER(ImapToken)) for name in ("name", "route", "mailbox", "host")), ("error", Error))


class ImapAddresses(Structure):
    _fields_ = (("data", POINTER(ImapAddress)), ("count", c_size_t))


class ImapEnvelope(Structure):
    _fields_ = (("date", POINTER(ImapToken)), ("subject", POINTER(ImapToken)),
                *((name, ImapAddresses) for name in ("from_", "sender", "reply_to", "to", "cc", "bcc")),
                ("in_reply_to", POINTER(ImapToken)), ("message_id", POINTER(ImapToken)), ("errors", POINTER(Error)))


class ImapBodyPart(Structure):
    _fields_ = (("token", POINTER(ImapToken)), ("parent", c_uint32), ("position", c_uint32), ("parts", c_uint32),
                ("multipart", c_bool), ("reserved", c_uint8 * 3), ("type", POINTER(ImapToken)),
                ("subtype", POINTER(ImapToken)), ("parameters", ImapTokens), ("id", POINTER(ImapToken)),
                ("description", POINTER(ImapToken)), ("encoding", POINTER(ImapToken)), ("octets", c_uint64),
                ("lines", c_uint64), ("envelope", POINTER(ImapToken)), ("md5", POINTER(ImapToken)),
                ("disposition", POINTER(ImapToken)), ("disposition_parameters", ImapTokens),
                ("language", POINTER(ImapToken)), ("location", POINTER(ImapToken)), ("extensions", ImapTokens),
                ("error", Error), ("error_field", c_char_p))


class ImapNumber(Structure):
    _fields_ = (("value", c_uint64), ("is_there", c_bool), ("reserved", c_uint8 * 7))


class ImapItem(Structure):
    _fields_ = (("attribute", c_int), ("reserved", c_uint8 * 4), ("name", POINTER(ImapToken)),
                ("value", POINTER(ImapToken)), ("number", c_uint64), ("error", Error))


class ImapFlags(Structure):
    _fields_ = (*((name, c_bool) for name in ("answered", "flagged", "deleted", "seen", "draft", "recent", "any",
                                              "forwarded", "mdn_sent", "junk", "not_junk", "phishing", "quoted")),
                ("reserved", c_uint8 * 3), ("all", ImapTokens))


class ImapListing(Structure):
    _fields_ = (("attributes", ImapTokens), ("name", POINTER(ImapToken)), ("unquoted_name", View),
                ("extended", ImapTokens), ("delimiter", c_char), ("quoted", c_bool), ("reserved", c_uint8 * 6))


class ImapMailboxStatus(Structure):
    _fields_ = (("name", POINTER(ImapToken)), ("unquoted_name", View),
                *((name, ImapNumber) for name in ("messages", "recent", "uidnext", "uidvalidity", "unseen", "deleted",
                                                  "size_octets", "highestmodseq")), ("items", ImapTokens))


class ImapSearch(Structure):
    _fields_ = (("numbers", ImapTokens), ("modseq", ImapNumber))


class ImapExtendedSearch(Structure):
    _fields_ = (("tag", POINTER(ImapToken)), *((name, ImapNumber) for name in ("min", "max", "count", "modseq")),
                ("all", View), ("returned", ImapTokens), ("uid", c_bool), ("reserved", c_uint8 * 7))


class ImapCode(Structure):
    _fields_ = (("name", View), ("arguments", ImapTokens), ("number", ImapNumber), ("uids", View),
                ("source_uids", View))


class HttpField(Structure):
    _fields_ = (("name", View), ("value", View))


class HttpHead(Structure):
    _fields_ = (("octets", c_uint64), ("content_length", c_uint64), ("fields", POINTER(HttpField)),
                ("field_count", c_size_t), ("method", View), ("target", View), ("reason", View), ("status", c_uint16),
                ("minor", c_uint16), ("framing", c_int), ("interim", c_bool), ("tunnel", c_bool),
                ("keeps_connection", c_bool), ("dropped_lines", c_uint64), ("first_dropped_line", c_uint64))


class Event(Structure):
    _fields_ = (("kind", c_int), ("struct_size", c_uint32), ("offset", c_uint64), ("octets", View),
                ("octets_total", c_uint64), ("octets_left", c_uint64), ("smtp_reply", POINTER(SmtpReply)),
                ("smtp_command", POINTER(SmtpCommand)), ("pop3_status", POINTER(Pop3Status)),
                ("pop3_command", POINTER(Pop3Command)), ("imap_response", POINTER(ImapResponse)),
                ("imap_command", POINTER(ImapCommand)), ("http_head", POINTER(HttpHead)),
                ("trailers", POINTER(HttpField)), ("trailer_count", c_size_t))


STRUCTS = {"backtalk_view": View, "backtalk_error": Error, "backtalk_event": Event, "backtalk_smtp_reply": SmtpReply,
           "backtalk_smtp_command": SmtpCommand, "backtalk_pop3_status": Pop3Status,
           "backtalk_pop3_command": Pop3Command, "backtalk_imap_token": ImapToken,
           "backtalk_imap_response": ImapResponse, "backtalk_imap_command": ImapCommand,
           "backtalk_imap_tokens": ImapTokens, "backtalk_imap_address": ImapAddress,
           "backtalk_imap_addresses": ImapAddresses, "backtalk_imap_envelope": ImapEnvelope,
           "backtalk_imap_body_part": ImapBodyPart, "backtalk_imap_number": ImapNumber,
           "backtalk_imap_item": ImapItem, "backtalk_imap_flags": ImapFlags, "backtalk_imap_listing": ImapListing,
           "backtalk_imap_mailbox_status": ImapMailboxStatus, "backtalk_imap_search": ImapSearch,
           "backtalk_imap_extended_search": ImapExtendedSearch, "backtalk_imap_code": ImapCode,
           "backtalk_http_field": HttpField,
           "backtalk_http_head": HttpHead}

FUNCTIONS = {
    "version": (c_char_p,),
    "struct_size": (c_size_t, c_char_p),
    "tolerance_name": (c_char_p, c_size_t),
    "parser_new": (c_void_p, c_int),
    "parser_free": (None, c_void_p),
    "parser_tolerate": (c_int, c_void_p, c_char_p),
    "parser_set_limit": (c_int, c_void_p, c_char_p, c_uint64),
    "parser_limit": (c_uint64, c_void_p, c_char_p),
    "parser_limit_name": (c_char_p, c_void_p, c_size_t),
    "parser_feed": (c_int, c_void_p, c_char_p, c_size_t),
    "parser_feed_copy": (c_int, c_void_p, c_char_p, c_size_t),
    "parser_next": (POINTER(Event), c_void_p),
    "parser_finish": (c_int, c_void_p),
    "parser_error": (POINTER(Error), c_void_p),
    "parser_in_message": (c_bool, c_void_p),
    "parser_message_offset": (c_uint64, c_void_p),
    "parser_expected": (c_size_t, c_void_p),
    "parser_reset": (c_int, c_void_p),
    "pop3_expect": (c_int, c_void_p, c_int),
    "pop3_expect_otherwise": (c_int, c_void_p, c_int),
    "http_expect": (c_int, c_void_p, c_char_p),
    "imap_find": (POINTER(ImapToken), POINTER(ImapToken), c_size_t, c_char_p),
    "imap_has": (c_bool, POINTER(ImapToken), c_size_t, c_char_p),
    "imap_next_item": (c_bool, c_void_p, POINTER(POINTER(ImapItem)), POINTER(Error)),
    "imap_next_range": (c_bool, c_void_p, POINTER(View), POINTER(c_uint64), POINTER(c_uint64)),
    "imap_read_code": (c_bool, c_void_p, POINTER(POINTER(ImapCode)), POINTER(Error)),
    "imap_read_extended_search": (c_bool, c_void_p, POINTER(POINTER(ImapExtendedSearch)), POINTER(Error)),
    "imap_read_flags": (c_bool, c_void_p, POINTER(ImapToken), POINTER(POINTER(ImapFlags)), POINTER(Error)),
    "imap_read_listing": (c_bool, c_void_p, POINTER(POINTER(ImapListing)), POINTER(Error)),
    "imap_read_search": (c_bool, c_void_p, POINTER(POINTER(ImapSearch)), POINTER(Error)),
    "imap_read_status": (c_bool, c_void_p, POINTER(POINTER(ImapMailboxStatus)), POINTER(Error)),
    "guess_protocol": (c_char_p, c_char_p, c_size_t),
    "imap_read_envelope": (c_bool, c_void_p, POINTER(ImapToken), POINTER(POINTER(ImapEnvelope)), POINTER(Error)),
    "imap_read_body_structure": (c_bool, c_void_p, POINTER(ImapToken), POINTER(POINTER(ImapBodyPart)),
                                 POINTER(c_size_t), POINTER(Error)),
    "imap_token_text": (c_size_t, POINTER(ImapToken), c_char_p, c_size_t),
}


class Library:
    def __init__(self, path: str) -> None:
        library = ctypes.CDLL(path)
        for name, (result, *arguments) in FUNCTIONS.items():
            function = getattr(library, f"backtalk_{name}")
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)
        for name, struct in STRUCTS.items():
            there, here = self.struct_size(name.encode()), ctypes.sizeof(struct)
            if there != here:
                raise RuntimeError(f"{name} has {there} bytes in {path} and {here} here")


class Parser:
    """A parser; `feed` copies, because Python does not keep the bytes where they are."""

    def __init__(self, library: Library, kind: int) -> None:
        self.library, self.handle, self.kept = library, library.parser_new(kind), b""
        if self.handle is None:
            raise MemoryError

    def close(self) -> None:
        self.library.parser_free(self.handle)
        self.handle = None

    def feed(self, octets: bytes) -> int:
        return self.library.parser_feed_copy(self.handle, octets, len(octets))

    def lend(self, octets: bytes) -> int:
        """Without a copy: the parser has views of the bytes until the next call."""
        status = self.library.parser_feed(self.handle, octets, len(octets))
        self.kept = octets
        return status

    def next(self) -> Event | None:
        event = self.library.parser_next(self.handle)
        return event[0] if event else None

    def events(self) -> Iterator[Event]:
        while (event := self.next()) is not None:
            yield event

    @property
    def error(self) -> Error | None:
        error = self.library.parser_error(self.handle)
        return error[0] if error else None
