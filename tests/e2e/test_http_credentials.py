# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Authorization, Proxy-Authorization and Cookie: their values stand neither in results nor in what is kept of a stream,
whether a server repeats them or not."""

import base64
import json
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path

from load import Load, LoadTest
from servers.hostile import Peer, hostile

PASSWORD = "open-sesame-now"
BASIC = base64.b64encode(f"Aladdin:{PASSWORD}".encode()).decode()
TOKEN = "mF_9.B5f-4.1JqM-long"
COOKIE = "31d4d96e407aad42"
SECRETS = (PASSWORD, BASIC, TOKEN, COOKIE)

# The same fields by options and by a script.
FIELDS = (f"authorization: Basic {BASIC}", f"Proxy-Authorization: Bearer {TOKEN}", f"COOKIE: lang=en; sid={COOKIE}",
          "X-Open: in-the-open")


def answers(answer: bytes) -> Callable[[Peer], None]:
    """Gives that answer to each request, and ends the connection."""
    def behave(peer: Peer) -> None:
        for line in iter(peer.hear, b""):
            del line
        peer.say(answer)
        peer.close()
    return behave


def refuses(said: str) -> bytes:
    return f"HTTP/1.1 401 {said}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()


# What a server says, and whether the stream is kept as a broken one.
ANSWERS = {
    "the value": (refuses(f"no: Basic {BASIC}"), False),
    "the user and the password": (refuses(f"no Aladdin:{PASSWORD}"), False),
    "the password": (refuses(PASSWORD), False),
    "a cookie": (refuses(f"sid={COOKIE} is gone"), False),
    "its beginning": (refuses(f"{TOKEN[:12]}... is wrong"), False),
    "its end": (refuses(f"...{TOKEN[-12:]} is wrong"), False),
    "cut by what is kept of a text": (refuses("x" * (512 - len("HTTP/1.1 401 ") - 10) + TOKEN), False),
    "in a line that breaks the protocol": (f"HTTP/1.1 200 OK\r\nX-Sent: {TOKEN}\0\r\n\r\n".encode(), True),
    "in a head that has no end": (f"HTTP/1.1 200 OK\r\nX-Sent: {PASSWORD}".encode(), True),
    "cut by the end of the connection": (f"HTTP/1.1 200 OK\r\nX-Sent: Basic {BASIC[:12]}".encode(), True),
}


class HttpCredentials(LoadTest):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="backtalk-credentials-")))

    def by_options(self) -> list[str]:
        return [word for field in FIELDS for word in ("-H", field)]

    def by_script(self) -> list[str]:
        script = self.folder / "script.txt"
        script.write_text("".join(f"{line}\n" for line in (
            "== pass", "C: GET / HTTP/1.1", "C: Host: {host}", *(f"C: {field}" for field in FIELDS), "C:",
            "S: HTTP/1.1 200")))
        return ["--script", str(script)]

    def test_they_are_shown_nowhere(self) -> None:
        for way in (self.by_options, self.by_script):
            for name, (answer, is_kept) in ANSWERS.items():
                with self.subTest(way=way.__name__, answer=name), hostile(answers(answer)) as url:
                    bad = self.folder / f"{way.__name__} {name}"
                    run = Load(url.replace("smtp", "http", 1), "-n", 3, "-c", 1, "--save-bad", bad, *way()).finish()
                    self.assert_whole(run)
                    self.assertEqual(run.transactions["failed"], 3)
                    kept = b"".join(file.read_bytes() for file in bad.glob("*")).decode()
                    self.assertEqual(bool(kept), is_kept)
                    self.assertTrue(any("not shown" in example["text"] for example in run.report["examples"]))
                    self.assertTrue(all(example["hexdump"] is None for example in run.report["examples"]))
                    for secret in SECRETS:
                        for text in (run.out, run.err, json.dumps(run.report), kept):
                            self.assertNotIn(secret[:10], text)
                            self.assertNotIn(secret[-10:], text)

    def test_the_fields_themselves_stand_in_the_workload(self) -> None:
        with hostile(answers(refuses("no"))) as url:
            run = Load(url.replace("smtp", "http", 1), "-n", 1, *self.by_options()).finish()
        self.assertEqual(run.report["workload"]["header"],
                         ["authorization: ***", "Proxy-Authorization: ***", "COOKIE: ***", "X-Open: in-the-open"])
        self.assertEqual(run.said("reply-4xx"), "HTTP/1.1 401 no")


if __name__ == "__main__":
    unittest.main()
