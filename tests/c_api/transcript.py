# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What `backtalk parse` prints, made from the events of libbacktalk.so alone."""

import ctypes
from dataclasses import dataclass, field

import backtalk as bt

IMAP_TYPES = ("untagged", "tagged", "continuation")
IMAP_STATUSES = (None, "OK", "NO", "BAD", "BYE", "PREAUTH")
POP3_FORMS = {"0": bt.SASL, "1": bt.MULTI_LINE, "l": bt.LISTING}
FRAMINGS = ("none", "content-length", "chunked", "close")


@dataclass
class Options:
    tolerate: list[str] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)
    pop3_multi: str = ""
    http_request: bool = False
    http_method: bytes = b""  # of the requests that all responses answer


def text(view: bt.View | bytes) -> str:
    return bytes(view).decode("latin-1")


class Transcript:
    """One stream. `feed` takes its pieces; `finish` returns the objects and the exit status."""

    kind = 0

    def __init__(self, library: bt.Library, options: Options) -> None:
        self.options, self.lines, self.refused = options, [], False
        self.parser = bt.Parser(library, self.kind_of(options))
        for name in options.tolerate:
            self.must(library.parser_tolerate(self.parser.handle, name.encode()), name)
        for name, limit in options.limits.items():
            self.must(library.parser_set_limit(self.parser.handle, name.encode(), limit), name)
        self.prepare()

    def kind_of(self, _options: Options) -> int:
        return self.kind

    @staticmethod
    def must(status: int, what: str) -> None:
        if status != bt.OK:
            raise RuntimeError(f"{what}: status {status}")

    def prepare(self) -> None:
        """What has to be done before a stream comes."""

    def take_all(self) -> None:
        for event in self.parser.events():
            self.take(event)

    def feed(self, octets: bytes, *, lend: bool = False) -> None:
        if self.parser.error is not None:
            return
        (self.parser.lend if lend else self.parser.feed)(octets)
        self.take_all()
        if (error := self.parser.error) is not None:
            self.print_error(error, self.partial())

    def finish(self) -> tuple[list[dict], int]:
        library, handle = self.parser.library, self.parser.handle
        if self.parser.error is not None:
            return self.end(1)
        library.parser_finish(handle)
        self.take_all()
        self.print_rest()
        incomplete = library.parser_in_message(handle)
        if incomplete:
            self.lines.append({"type": "incomplete", "offset": library.parser_message_offset(handle)} | self.partial())
        return self.end(1 if self.refused else 3 if incomplete else 0)

    def end(self, status: int) -> tuple[list[dict], int]:
        self.parser.close()
        return self.lines, status

    def print_error(self, error: bt.Error, more: dict) -> None:
        self.lines.append({"type": "error", "offset": error.offset, "error": error.word.decode(),
                           "message": error.sentence.decode()} | more)

    def partial(self) -> dict:
        """What was read of the message that is not complete."""
        return {}

    def print_rest(self) -> None:
        """What can be printed at the end of the stream only."""


class Smtp(Transcript):
    kind = bt.SMTP_REPLIES

    def take(self, event: bt.Event) -> None:
        reply = event.smtp_reply[0]
        code = (reply.enhanced_class, reply.enhanced_subject, reply.enhanced_detail)
        self.lines.append({"type": "reply", "offset": event.offset, "code": reply.code,
                           "enhanced": ".".join(map(str, code)) if code[0] else None,
                           "lines": [text(reply.lines[i]) for i in range(reply.line_count)]})


class Pop3(Transcript):
    kind = bt.POP3_RESPONSES

    def prepare(self) -> None:
        multi = self.options.pop3_multi
        self.forms = [] if multi == "auto" else [POP3_FORMS[form] for form in multi.split(",") if form]
        self.parser.library.pop3_expect_otherwise(self.parser.handle, bt.AUTOMATIC if multi == "auto" else bt.SASL)

    def take_all(self) -> None:
        library, handle = self.parser.library, self.parser.handle
        while True:
            if self.forms and library.parser_expected(handle) == 0:
                self.must(library.pop3_expect(handle, self.forms.pop(0)), "expect")
            event = self.parser.next()
            if event is None:
                return
            self.take(event)

    def take(self, event: bt.Event) -> None:
        if event.kind == bt.STATUS:
            status = event.pop3_status[0]
            goes_on = status.kind == 2
            self.begun = {"type": "continuation" if goes_on else "response", "offset": event.offset}
            if not goes_on:
                self.begun["ok"] = status.kind == 0
            self.begun["text"] = text(status.text)
            self.body, self.listing = bytearray(), []
            if not status.multi_line:
                self.lines.append(self.begun)
        elif event.kind == bt.OCTETS:
            self.body += bytes(event.octets)
        elif event.kind == bt.LINE:
            self.listing.append(text(event.octets))
        elif event.kind == bt.END:
            # LF ends a line and takes a CR before it along.
            lines = text(bytes(self.body)).split("\n")
            last = lines.pop()
            self.begun["lines"] = self.listing + [line.removesuffix("\r") for line in lines] + ([last] if last else [])
            self.lines.append(self.begun)


class Imap(Transcript):
    kind = bt.IMAP_RESPONSES

    def prepare(self) -> None:
        self.streamed = []

    def take(self, event: bt.Event) -> None:
        if event.kind == bt.OCTETS:
            if event.octets_left + event.octets.size == event.octets_total:
                self.streamed.append(b"")
            self.streamed[-1] += bytes(event.octets)
            return
        response = event.imap_response[0]
        if response.error:
            self.refused = True
            known = {"tag": text(response.tag)} if response.tag.size else {}
            known |= {"status": IMAP_STATUSES[response.status]} if response.status else {}
            self.print_error(response.error[0], known)
        else:
            self.lines.append(self.describe(event.offset, response))
        self.streamed = []

    def describe(self, offset: int, response: bt.ImapResponse) -> dict:
        self.pieces = iter(self.streamed)
        line = {"type": IMAP_TYPES[response.kind], "offset": offset}
        if line["type"] == "tagged":
            line["tag"] = text(response.tag)
        if line["type"] == "untagged" and not response.status:
            return line | {"data": self.row(response.data, response.data_count)}
        if response.status:
            line["status"] = IMAP_STATUSES[response.status]
        if response.status or response.code_count:
            line["code"] = self.row(response.code, response.code_count) if response.code_count else None
        return line | {"text": text(response.text)}

    def row(self, tokens: ctypes.Array, count: int) -> list:
        whole: list = []
        open_lists = [(count, whole)]
        i = 0
        while i < count:
            while open_lists[-1][0] == i:
                open_lists.pop()
            if tokens[i].kind == bt.LIST:
                inner: list = []
                open_lists[-1][1].append(inner)
                open_lists.append((i + tokens[i].span, inner))
                i += 1
            else:
                open_lists[-1][1].append(self.value(tokens, i))
                i += tokens[i].span
        return whole

    def value(self, tokens: ctypes.Array, i: int) -> dict | int | None:
        token = tokens[i]
        if token.kind == bt.NUMBER and not (token.text.size > 1 and bytes(token.text).startswith(b"0")):
            return int(bytes(token.text))
        if token.kind == bt.NIL:
            return None
        if token.kind == bt.QUOTED:
            return {"quoted": self.text_of(token)}
        if token.kind in (bt.LITERAL, bt.LITERAL8):
            return {"literal": self.text_of(token)}
        return {"atom": self.section(tokens, i) if token.kind == bt.SECTION else text(token.text)}

    def text_of(self, token: bt.ImapToken) -> str:
        if token.streamed:
            return text(next(self.pieces))
        room = ctypes.create_string_buffer(token.text.size)
        size = self.parser.library.imap_token_text(token, room, token.text.size)
        return text(room.raw[:size])

    def section(self, tokens: ctypes.Array, at: int) -> str:
        """BODY[HEADER.FIELDS (FROM TO)]<0>"""
        words, origin, ends = "", "", []
        first = True
        for i in range(at + 1, at + tokens[at].span):
            while ends and ends[-1] == i:
                words += ")"
                ends.pop()
            token = tokens[i]
            if token.kind == bt.ORIGIN:
                origin = f"<{text(token.text)}>"
                continue
            words += "" if first else " "
            first = token.kind == bt.LIST
            if token.kind == bt.LIST:
                words += "("
                ends.append(i + token.span)
            else:
                words += self.text_of(token)
        return f"{text(tokens[at].text)}[{words}{')' * len(ends)}]{origin}"


class Http(Transcript):
    def kind_of(self, options: Options) -> int:
        return bt.HTTP_REQUESTS if options.http_request else bt.HTTP_RESPONSES

    def prepare(self) -> None:
        self.opaque, self.begun = None, None

    def take_all(self) -> None:
        library, handle = self.parser.library, self.parser.handle
        while True:
            method = self.options.http_method
            if method and not self.options.http_request and library.parser_expected(handle) == 0:
                self.must(library.http_expect(handle, method), "expect")
            event = self.parser.next()
            if event is None:
                return
            self.take(event)

    def take(self, event: bt.Event) -> None:
        if event.kind == bt.HEAD:
            self.begin(event.offset, event.http_head[0])
        elif event.kind == bt.OCTETS:
            self.begun["body"] += text(event.octets)
        elif event.kind == bt.END:
            self.begun["trailers"] = self.fields(event.trailers, event.trailer_count)
            self.lines.append(self.begun)
            self.begun = None
        else:
            self.opaque = self.opaque or {"type": "opaque", "offset": event.offset, "octets": ""}
            self.opaque["octets"] += text(event.octets)

    def begin(self, offset: int, head: bt.HttpHead) -> None:
        requests = self.options.http_request
        self.begun = {"type": "request" if requests else "response", "offset": offset, "version": f"1.{head.minor}"}
        if requests:
            self.begun |= {"method": text(head.method), "target": text(head.target)}
        else:
            self.begun |= {"status": head.status, "reason": text(head.reason)}
        dropped = {"dropped_lines": head.dropped_lines, "first_dropped_line": head.first_dropped_line}
        self.begun |= {"fields": self.fields(head.fields, head.field_count), "framing": FRAMINGS[head.framing],
                       "body": ""} | (dropped if head.dropped_lines else {})
        if head.interim:
            self.lines.append(self.begun | {"trailers": []})
            self.begun = None

    def partial(self) -> dict:
        return {"partial": self.begun} if self.begun else {}

    @staticmethod
    def fields(fields: ctypes.Array, count: int) -> list[list[str]]:
        return [[text(fields[i].name), text(fields[i].value)] for i in range(count)]

    def print_rest(self) -> None:
        if self.opaque:
            self.lines.append(self.opaque)


PROTOCOLS = {"smtp": Smtp, "pop3": Pop3, "imap": Imap, "http": Http}
