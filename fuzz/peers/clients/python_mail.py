#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Python's imaplib, poplib and smtplib as ProcessPeer drives them; README.md has the form of requests and answers."""

import imaplib
import io
import poplib
import resource
import smtplib
import struct
import sys

MEMORY_MAX = 512 << 20
RESPONSES_MAX = 1000


class Pieces(io.RawIOBase):
    """What the server says: one piece a read."""

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__()
        self.pieces = pieces

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        if not self.pieces:
            return 0
        piece = self.pieces[0][: len(buffer)]
        self.pieces[0] = self.pieces[0][len(piece):]
        if not self.pieces[0]:
            self.pieces.pop(0)
        buffer[: len(piece)] = piece
        return len(piece)


class Socket:
    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces

    def makefile(self, *_):
        return io.BufferedReader(Pieces(self.pieces))

    def sendall(self, _) -> None: ...

    def settimeout(self, _) -> None: ...

    def shutdown(self, _) -> None: ...

    def close(self) -> None: ...


class AnyTag(dict):
    """Every tag is one that was sent: the streams were written for other clients."""

    def __contains__(self, _) -> bool:
        return True


class Answer:
    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def add(self, kind: str, what) -> None:
        octets = what if isinstance(what, bytes) else str(what).encode("utf-8", "replace")
        self.parts.append(kind.encode() + struct.pack("=I", len(octets)) + octets)

    def event(self, name: str, *texts) -> None:
        self.add("e", name)
        for text in texts:
            self.add("t", text if isinstance(text, bytes) else repr(text))


def read_imap(pieces: list[bytes], answer: Answer) -> None:
    class Client(imaplib.IMAP4):
        def _create_socket(self, timeout=None):
            return Socket(pieces)

        def _get_capabilities(self):
            self.capabilities = ("IMAP4REV1",)

    client = Client()
    answer.event("greeting", client.welcome)
    client.tagre = imaplib.re.compile(rb"(?P<tag>[A-Za-z0-9.]+) (?P<type>[A-Z]+) (?P<data>.*)", imaplib.re.ASCII)
    client.tagged_commands = AnyTag()
    for _ in range(RESPONSES_MAX):
        response = client._get_response()
        answer.event("response", response)
        for kind, data in client.untagged_responses.items():
            for datum in data:
                if isinstance(datum, bytes):
                    imaplib.ParseFlags(datum)
                    imaplib.Internaldate2tuple(datum)
            answer.event("untagged", kind, data)
        client.untagged_responses.clear()


def read_pop3(pieces: list[bytes], answer: Answer) -> None:
    class Client(poplib.POP3):
        def _create_socket(self, timeout):
            return Socket(pieces)

    client = Client("localhost")
    answer.event("greeting", client.welcome)
    steps = (client.capa, client.stat, client.list, client.uidl, lambda: client.retr(1), lambda: client.top(1, 1),
             lambda: client.dele(1), client.noop)
    for turn in range(RESPONSES_MAX):
        try:
            answer.event("response", steps[turn % len(steps)]())
        except poplib.error_proto as error:
            answer.event("error", error.args)
            if error.args == ("-ERR EOF",):
                return


def read_smtp(pieces: list[bytes], answer: Answer) -> None:
    class Client(smtplib.SMTP):
        def _get_socket(self, host, port, timeout):
            return Socket(pieces)

    client = Client(local_hostname="localhost")
    answer.event("connect", client.connect("localhost"))
    answer.event("EHLO", client.ehlo(), sorted(client.esmtp_features.items()))
    for _ in range(RESPONSES_MAX):
        answer.event("reply", client.getreply())


CLIENTS = {"imap": (read_imap, (imaplib.IMAP4.error, OSError)),
           "pop3": (read_pop3, (poplib.error_proto, OSError)),
           "smtp": (read_smtp, (smtplib.SMTPException, OSError))}


def main() -> None:
    read, documented = CLIENTS[sys.argv[-1]]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while head := requests.read(8):
        _, count = struct.unpack("=II", head)
        sizes = struct.unpack(f"={count}I", requests.read(4 * count))
        pieces = [requests.read(size) for size in sizes]
        answer = Answer()
        try:
            read(pieces, answer)
        except documented as error:
            answer.add("r", type(error).__name__)
        except Exception as error:  # any exception is a result
            place = error.__traceback__
            while place.tb_next:
                place = place.tb_next
            answer.add("b", f"{type(error).__name__} out of {place.tb_frame.f_code.co_name}")
        octets = b"".join(answer.parts)
        answers.write(struct.pack("=I", len(octets)) + octets)
        answers.flush()


if __name__ == "__main__":
    main()
