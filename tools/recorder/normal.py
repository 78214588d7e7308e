# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Replaces what differs from one recording to the next, or reveals the machine, with fixed text of the same length.

The same length, because IMAP literals, POP3 sizes and HTTP bodies are counted. Nothing else of what a server said is
touched.
"""

import re
from collections.abc import Callable

Rule = tuple[re.Pattern[bytes], Callable[[re.Match[bytes]], bytes]]

DAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
TIME = rb"\d\d:\d\d:\d\d"


TOKEN = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def same_length(text: bytes, length: int) -> bytes:
    return (text * (length // len(text) + 1))[:length]


def shape(octets: bytes) -> bytes:
    """Digits become 1, 2, 3, ..., letters become a, b, c, ... of the same case; everything else stays."""
    out = bytearray()
    for place, octet in enumerate(octets):
        if 0x30 <= octet <= 0x39:
            out.append(0x31 + place % 9)
        elif 0x41 <= octet <= 0x5A:
            out.append(0x41 + place % 26)
        elif 0x61 <= octet <= 0x7A:
            out.append(0x61 + place % 26)
        else:
            out.append(octet)
    return bytes(out)


def token(octets: bytes) -> bytes:
    """For random text, in which not even the positions of digits are the same: only separators stay."""
    return bytes(octet if octet in b"-.:@" else TOKEN[place % len(TOKEN)] for place, octet in enumerate(octets))


def hexadecimal(octets: bytes) -> bytes:
    return same_length(b"0123456789abcdef", len(octets))


def always(text: bytes) -> Callable[[bytes], bytes]:
    """For text that is not counted, whose length may change."""
    return lambda _: text


def group_by(pattern: bytes, how: Callable[[bytes], bytes]) -> Rule:
    """A rule that changes only the groups of the pattern."""
    def change(found: re.Match[bytes]) -> bytes:
        out, at = b"", found.start()
        for number in range(1, (found.re.groups or 0) + 1):
            start, end = found.span(number)
            if start < 0:
                continue
            out += found.string[at:start] + how(found[number])
            at = end
        return out + found.string[at:found.end()]
    return (re.compile(pattern), change)


def _internet_date(found: re.Match[bytes]) -> bytes:
    """A Monday if the day has two digits, a Wednesday if it has one."""
    day = found["day"]
    day = b"04" if day.startswith(b"0") else b"23" if day.isdigit() and len(day) == 2 else day[:-1] + b"4"
    return (b"Mon" if day == b"23" else b"Wed") + found["comma"] + b" " + day + b" Nov 2026 07:00:00"


def _clock_date(found: re.Match[bytes]) -> bytes:
    return b"Mon Nov 23 07:00:00 " + found["zone"] + b"2026"


def _with_middle(text: bytes) -> Callable[[re.Match[bytes]], bytes]:
    return lambda found: text.replace(b"?", found["middle"])


# Applied in this order to both sides of every conversation.
EVERYWHERE: list[Rule] = [
    (re.compile(DAY + rb"(?P<comma>,) (?P<day>[ \d]?\d) " + MONTH + rb" \d{4} " + TIME), _internet_date),
    (re.compile(DAY + rb" " + MONTH + rb" [ \d]\d " + TIME + rb" (?P<zone>(?:[A-Z]+ )?)\d{4}"), _clock_date),
    (re.compile(rb"[ \d]\d-" + MONTH + rb"-\d{4}(?P<middle>[ :]?)" + TIME), _with_middle(b"23-Nov-2026?07:00:00")),
    (re.compile(rb"[ \d]\d-" + MONTH + rb"-\d{4}(?P<middle> )\d\d:\d\d(?!:)"), _with_middle(b"23-Nov-2026?07:00")),
    (re.compile(rb"\d\d/" + MONTH + rb"/20\d\d(?P<middle>[ :])" + TIME), _with_middle(b"23/Nov/2026?07:00:00")),
    (re.compile(rb"20\d\d-\d\d-\d\d(?P<middle>[ T])" + TIME), _with_middle(b"2026-11-23?07:00:00")),
    (re.compile(rb"20\d\d-" + MONTH + rb"-\d\d(?P<middle> )" + TIME), _with_middle(b"2026-Nov-23?07:00:00")),
    # A SASL challenge; those of PLAIN and LOGIN are shorter and always the same.
    group_by(rb"(?m)^(?:\+|334) ([A-Za-z0-9+/=]{17,})\r", lambda text: same_length(b"PDEyMzQ1Njc4OTBAbXg+", len(text))),
]

# What IMAP servers number by the clock.
MAILBOX_NUMBERS: Rule = group_by(rb"(?:UIDVALIDITY |APPENDUID |COPYUID )(\d{9,10})",
                                 lambda text: same_length(b"1700000000", len(text)))


def normalise(octets: bytes, rules: list[Rule]) -> bytes:
    for pattern, change in [*EVERYWHERE, *rules]:
        octets = pattern.sub(change, octets)
    return octets
