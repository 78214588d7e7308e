# SPDX-License-Identifier: Apache-2.0 OR MIT
"""SMTP and LMTP: every command, valid and invalid."""

import base64
from collections.abc import Callable

from conversation import WAIT_S, Conversation

LAST_LINE = rb"^\d\d\d(?: [^\n]*)?\r?\n"
MESSAGE = ("From: Ann <ann@example.com>", "To: Bob <bob@example.org>", "Subject: hello",
           "Message-ID: <1@example.com>", "", "Hello, Bob.")


def replies(c: Conversation, count: int = 1, limit_s: float = WAIT_S) -> bytes:
    return c.receive_match(LAST_LINE, count, limit_s)


def each(c: Conversation, *commands: str | bytes) -> None:
    """Sends commands one by one, each after the answer to the one before."""
    for command in commands:
        if c.ended:
            return
        c.send_lines(command)
        replies(c)


def leave(c: Conversation) -> None:
    if not c.ended:
        c.send_lines("QUIT")
        c.receive_rest(3)


def dialogue(*commands: str | bytes, hello: str | None = "EHLO client.example.com") -> Callable[[Conversation], None]:
    def script(c: Conversation) -> None:
        replies(c)
        each(c, *([hello] if hello else []), *commands)
        leave(c)
    return script


def transaction(c: Conversation, *message: str | bytes, mail: str = "MAIL FROM:<ann@example.com>",
                recipients: tuple[str, ...] = ("bob@example.org",), answers: int = 1) -> None:
    each(c, mail, *[f"RCPT TO:<{to}>" for to in recipients], "DATA")
    c.send_lines(*message, ".")
    replies(c, answers)


def message(*text: str | bytes, **how) -> Callable[[Conversation], None]:
    def script(c: Conversation) -> None:
        replies(c)
        each(c, "EHLO client.example.com")
        transaction(c, *(text or MESSAGE), **how)
        leave(c)
    return script


def pipelined(c: Conversation) -> None:
    replies(c)
    each(c, "EHLO client.example.com")
    for number in range(3):
        c.send_lines("MAIL FROM:<ann@example.com>", "RCPT TO:<bob@example.org>", "RCPT TO:<carol@example.org>", "DATA")
        came = replies(c, 4)
        if c.ended or b"354" not in came:
            break
        c.send_lines(*MESSAGE, f"Number {number}", ".")
        replies(c)
    leave(c)


def all_at_once(c: Conversation) -> None:
    replies(c)
    c.send_lines("EHLO client.example.com", "NOOP", "RSET", "VRFY bob", "MAIL FROM:<ann@example.com>", "RSET", "QUIT")
    c.receive_rest(3)


def bdat(c: Conversation) -> None:
    replies(c)
    each(c, "EHLO client.example.com")
    text = "\r\n".join((*MESSAGE, "..dots stay as they are", ".", "")).encode()
    each(c, "MAIL FROM:<ann@example.com> BODY=8BITMIME", "RCPT TO:<bob@example.org>")
    for part, last in ((text[:40], ""), (text[40:], ""), (b"", " LAST")):
        c.send(f"BDAT {len(part)}{last}\r\n".encode() + part)
        if not replies(c).startswith(b"250"):
            break
    leave(c)


def bdat_errors(c: Conversation) -> None:
    replies(c)
    each(c, "EHLO client.example.com", "BDAT", "BDAT x", "BDAT 5 LAST")
    c.send(b"hello")
    replies(c, 1, 1.5)
    each(c, "RSET", "MAIL FROM:<ann@example.com>", "RCPT TO:<bob@example.org>")
    c.send(b"BDAT 4\r\na\r\n.")
    replies(c)
    each(c, "DATA")
    leave(c)


def left_in_data(c: Conversation) -> None:
    replies(c)
    each(c, "EHLO client.example.com", "MAIL FROM:<ann@example.com>", "RCPT TO:<bob@example.org>", "DATA")
    c.send_lines(*MESSAGE)
    c.end_sending()
    c.receive_rest(2)


def smuggling(end: bytes) -> Callable[[Conversation], None]:
    """A false end of data, followed by commands that a server must not treat as commands."""
    def script(c: Conversation) -> None:
        replies(c)
        each(c, "EHLO client.example.com", "MAIL FROM:<ann@example.com>", "RCPT TO:<bob@example.org>", "DATA")
        c.send(b"Subject: two in one?\r\n\r\nfirst" + end
                     + b"MAIL FROM:<eve@example.com>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n"
                     + b"Subject: smuggled\r\n\r\nsecond\r\n.\r\n")
        replies(c, 5, 1.5)
        leave(c)
    return script


def early_talker(c: Conversation) -> None:
    c.send_lines("EHLO client.example.com", "QUIT")
    c.receive_rest(4)


def silent_leave(c: Conversation) -> None:
    replies(c)
    c.end_sending()
    c.receive_rest(2)


def starttls(c: Conversation) -> None:
    replies(c)
    each(c, "EHLO client.example.com", "STARTTLS now", "STARTTLS")
    c.end_sending()  # the handshake is not text
    c.receive_until(lambda _: True, 1)


def authenticate(c: Conversation) -> None:
    def word(text: str) -> str:
        return base64.b64encode(text.encode()).decode()
    replies(c)
    each(c, "EHLO client.example.com", "AUTH", "AUTH NONESUCH", "AUTH PLAIN", "*", "AUTH PLAIN =", "AUTH LOGIN",
         word("ann"), word("wrong"), "AUTH PLAIN " + word("\0ann\0wrong"), "AUTH PLAIN ???", "AUTH CRAM-MD5", "*",
         "AUTH PLAIN " + word("\0ann\0pass"), "AUTH PLAIN " + word("\0ann\0pass"))
    leave(c)


def wait_for_nothing(c: Conversation) -> None:
    """More errors than the server tolerates."""
    replies(c)
    each(c, "EHLO client.example.com", *[f"WRONG{number}" for number in range(30)])
    leave(c)


LONG = "x" * 2000
ALL: dict[str, Callable[[Conversation], None]] = {
    "greeting": dialogue(hello=None),
    "ehlo": dialogue(),
    "ehlo-address-literal": dialogue(hello="EHLO [127.0.0.1]"),
    "helo": dialogue(hello="HELO client.example.com"),
    "hello-errors": dialogue("EHLO", "HELO", "EHLO a b", "EHLO -x.example.com", "EHLO [999.1]", "LHLO x.example",
                             "HELO \x01", hello=None),
    "message": message(),
    "message-null-sender": message(mail="MAIL FROM:<>"),
    "message-many-recipients": message(recipients=("bob@example.org", "carol@example.org", "postmaster")),
    "message-dots": message("Subject: dots", "", "..one dot", "...two", "..", "end"),
    "message-long-lines": message("Subject: long", "", "x" * 998, "y" * 3000),
    "message-octets": message(b"Subject: \xc3\xa9", "", b"8 bits: \xff\xfe\x80", b"nul: \x00", b"tab\t bell \x07"),
    "message-no-header": message("no header, only text"),
    "pipelined": pipelined,
    "all-at-once": all_at_once,
    "bdat": bdat,
    "bdat-errors": bdat_errors,
    "extensions": dialogue("MAIL FROM:<ann@example.com> SIZE=1000 BODY=8BITMIME RET=HDRS ENVID=abc+3D1",
                           "RCPT TO:<bob@example.org> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob@example.org", "RSET",
                           "MAIL FROM:<ann@example.com> SMTPUTF8", "RCPT TO:<b\u00f6b@example.org>", "RSET",
                           "MAIL FROM:<ann@example.com> AUTH=<>", "RSET",
                           "MAIL FROM:<ann@example.com> BODY=BINARYMIME", "RSET",
                           "MAIL FROM:<ann@example.com> REQUIRETLS", "RSET",
                           "MAIL FROM:<ann@example.com> MT-PRIORITY=3", "RSET"),
    "parameter-errors": dialogue("MAIL FROM:<ann@example.com> SIZE=99999999999", "MAIL FROM:<ann@example.com> SIZE=x",
                                 "MAIL FROM:<ann@example.com> BODY=9BIT", "MAIL FROM:<ann@example.com> NONESUCH=1",
                                 "MAIL FROM:<ann@example.com>", "RCPT TO:<bob@example.org> NOTIFY=SOMETIMES",
                                 "RCPT TO:<bob@example.org> NONESUCH"),
    "address-errors": dialogue("MAIL FROM:ann@example.com", "RSET", "MAIL FROM: <ann@example.com>", "RSET",
                               "MAIL FROM:<ann@example.com", "MAIL FROM:<ann@@example.com>", "MAIL FROM:<a b@c>",
                               "MAIL TO:<ann@example.com>", "MAIL", "MAIL FROM:", "MAIL FROM:<>", "RCPT TO:<>",
                               "RCPT TO:<bob>", "RCPT TO:bob@example.org", "RCPT TO:<\"odd local\"@example.org>",
                               "RCPT TO:<@relay.example,@two.example:bob@example.org>", "RCPT TO:<bob@[127.0.0.1]>",
                               "RCPT TO:<bob@[IPv6:::1]>", "RCPT TO:<bob@>", "RCPT FROM:<x@y>", "RCPT"),
    "order-errors": dialogue("MAIL FROM:<ann@example.com>", "RCPT TO:<bob@example.org>", "DATA", "EHLO client.example",
                             "RCPT TO:<bob@example.org>", "DATA", "MAIL FROM:<ann@example.com>",
                             "MAIL FROM:<ann@example.com>", "DATA", "RSET", hello=None),
    "refused-recipient": dialogue("MAIL FROM:<ann@example.com>", "RCPT TO:<nobody@refused.example>", "DATA"),
    "other-commands": dialogue("NOOP", "NOOP with words", "RSET", "RSET now", "VRFY bob", "VRFY", "EXPN list", "EXPN",
                               "HELP", "HELP MAIL", "HELP NONESUCH", "ETRN example.org", "ETRN", "TURN",
                               "SEND FROM:<a@b>", "XCLIENT NAME=x", "XFORWARD NAME=x", "ATRN"),
    "unknown-commands": dialogue("NONESUCH", "", " ", "M", "250 I am not a server", "\u00e9", "DATA please",
                                 "QUIT now"),
    "control-bytes": dialogue(b"NOOP \x00", b"NO\x07OP", b"\xff\xfb\x01", b"NOOP\ttab", b"HELP\r\rHELP"),
    "long-command": dialogue("NOOP " + LONG, "MAIL FROM:<" + LONG + "@example.com>", "NOOP"),
    "http-request": dialogue("GET / HTTP/1.1", "Host: mx.example.org", "User-Agent: x", "", hello=None),
    "authenticate": authenticate,
    "starttls": starttls,
    "patience": wait_for_nothing,
    "left-in-data": left_in_data,
    "silent-leave": silent_leave,
    "early-talker": early_talker,
    "smuggling-lf-dot-lf": smuggling(b"\n.\n"),
    "smuggling-lf-dot-crlf": smuggling(b"\n.\r\n"),
    "smuggling-crlf-dot-lf": smuggling(b"\r\n.\n"),
    "smuggling-cr-dot-cr": smuggling(b"\r.\r"),
}

LHLO = "LHLO client.example.com"


def lmtp_transaction(to: tuple[str, ...], *text: str | bytes) -> Callable[[Conversation], None]:
    def script(c: Conversation) -> None:
        replies(c)
        each(c, LHLO)
        transaction(c, *(text or MESSAGE), recipients=to, answers=len(to))
        leave(c)
    return script


def lmtp_bdat(c: Conversation) -> None:
    replies(c)
    each(c, LHLO, "MAIL FROM:<ann@example.com>", "RCPT TO:<u1@example.org>", "RCPT TO:<u2@example.org>")
    c.send(b"BDAT 9\r\nSubject: ")
    replies(c)
    c.send(b"BDAT 9 LAST\r\nx\r\n\r\nbye\n")
    replies(c, 2, 3)
    leave(c)


LMTP: dict[str, Callable[[Conversation], None]] = {
    "lhlo": dialogue(hello=LHLO),
    "one-recipient": lmtp_transaction(("u1@example.org",)),
    "three-recipients": lmtp_transaction(("u1@example.org", "u2@example.org", "u3@example.org")),
    "some-refused": dialogue("MAIL FROM:<ann@example.com>", "RCPT TO:<u1@example.org>",
                             "RCPT TO:<nobody@refused.example>", "RCPT TO:<no@where@example.org>", "RSET", hello=LHLO),
    "bdat": lmtp_bdat,
    "errors": dialogue("EHLO client.example.com", "HELO client.example.com", "MAIL FROM:<ann@example.com>", LHLO,
                       "DATA", "RCPT TO:<u1@example.org>", "MAIL FROM:", "MAIL FROM:<ann@example.com> NONESUCH=1",
                       "MAIL FROM:<ann@example.com>", "DATA", "RCPT TO:<>", "NONESUCH", "VRFY u1", "NOOP", "HELP",
                       "STARTTLS x", "AUTH PLAIN AGEAYg==", hello=None),
}
