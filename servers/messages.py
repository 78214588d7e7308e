# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The messages in the mailbox of user `u1`, with LF line ends; user `u2` has none."""

import os
from pathlib import Path

PLAIN = """\
Return-Path: <ann@example.com>
From: Ann Example <ann@example.com>
To: u1@example.org
Subject: plain
Date: Mon, 23 Nov 2026 07:00:00 +0000
Message-ID: <1@example.com>

Hello.
"""

DOTS = """\
From: ann@example.com
To: u1@example.org, "Bob, B." <bob@example.org>
Subject: dots
Date: Mon, 23 Nov 2026 07:01:00 +0000
Message-ID: <2@example.com>
In-Reply-To: <1@example.com>
References: <1@example.com>

.
..
.one dot before
+OK is text here
-ERR too
* 1 EXISTS too
end
"""

NESTED = """\
From: "Ann \\"A.\\" Example" <ann@example.com>
Sender: secretary@example.com
Reply-To: Team: ann@example.com, bob@example.org;
To: u1@example.org
Cc: undisclosed-recipients:;
Subject: =?utf-8?q?nested_=E2=9C=93?=
Date: Mon, 23 Nov 2026 07:02:00 +0000
Message-ID: <3@example.com>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"; x="a \\"quoted\\" value"

preamble
--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=utf-8; format=flowed
Content-Transfer-Encoding: quoted-printable

plain =E2=9C=93
--inner
Content-Type: text/html; charset=utf-8
Content-Language: en, de

<p>html</p>
--inner--

--outer
Content-Type: message/rfc822
Content-Description: a message inside

From: inner@example.com
To: u1@example.org
Subject: inside
Content-Type: multipart/digest; boundary=digest

--digest

From: a@example.com
Subject: one

first
--digest--
--outer
Content-Type: application/octet-stream; name="data.bin"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename*=utf-8''d%C3%A4ta.bin; size=6
Content-ID: <part@example.com>
Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==
Content-Location: http://example.com/data.bin

AAECAwQF
--outer--
epilogue
"""

OCTETS = b"""\
From: =?iso-8859-1?q?J=F6rg?= <joerg@example.com>
To: u1@example.org
Subject: eight bits \xc3\xa9\xff
Date: Mon, 23 Nov 2026 07:03:00 +0000
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: 8bit

caf\xe9 \xff\xfe \x80
\ttab, bell \x07, delete \x7f
"""

ODD = """\
Subject:
From: nobody
To: <@route.example:user@example.org>, missing@, "quoted"@example.org (comment)
Date: sometime
X-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
\tfolded
 again
Content-Type: text

no end of line at the end"""

MESSAGES: list[bytes] = [message if isinstance(message, bytes) else message.encode()
                         for message in (PLAIN, DOTS, NESTED, OCTETS, ODD, "Subject: no body\n\n")]


def mbox(messages: list[bytes]) -> bytes:
    return b"".join(b"From ann@example.com Mon Nov 23 07:00:00 2026\n" + message.rstrip(b"\n") + b"\n\n"
                    for message in messages)


def maildir(path: Path, messages: list[bytes]) -> None:
    """Makes a Maildir in which the first message has been seen."""
    for place in ("cur", "new", "tmp"):
        (path / place).mkdir(parents=True)
    for number, message in enumerate(messages, 1):
        file = path / f"cur/1700000000.M{number}.mx,S={len(message)}:2,{'S' if number == 1 else ''}"
        file.write_bytes(message)
        os.utime(file, (1700000000, 1700000000))
