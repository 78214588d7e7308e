# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What the HTTP servers serve: files, and a CGI program for responses that files cannot cause."""

import os
from pathlib import Path

NOV_2026 = 1795417200  # Mon, 23 Nov 2026 07:00:00 GMT

CGI = r"""#!/bin/sh
# POST /echo and some answers that files do not give.
case ${PATH_INFO:-$REQUEST_URI} in
  */echo) printf 'Content-Type: text/plain\r\n\r\n'; [ -z "$CONTENT_LENGTH" ] || head -c "$CONTENT_LENGTH" ;;
  */stream) printf 'Content-Type: text/plain\r\n\r\n'; for i in 1 2 3; do echo "part $i"; sleep 0.1; done ;;
  */nocontent) printf 'Status: 204 No Content\r\n\r\n' ;;
  */fields) printf 'Content-Type: text/plain\r\nSet-Cookie: a=1; Path=/; HttpOnly\r\nSet-Cookie: b="2, 3"; Secure\r\n'
    printf 'Link: </style.css>; rel=preload; as=style\r\nX-Empty:\r\nX-Utf8: caf\303\251\r\n'
    printf 'Vary: Accept, Accept-Encoding\r\n'
    printf 'Cache-Control: max-age=60, must-revalidate\r\nWarning: 199 - "a \\"quoted\\" text"\r\n\r\nfields\n' ;;
  */status/418) printf 'Status: 418 I am a teapot\r\nContent-Type: text/plain\r\n\r\nshort and stout\n' ;;
  *) printf 'Status: 404 Not Found\r\nContent-Type: text/plain\r\n\r\nnothing here\n' ;;
esac
"""


FILES = {
    "index.html": "<!doctype html><title>index</title><p>Hello.\n",
    "page.html": "<!doctype html><title>page</title><p>A page.\n",
    "empty.txt": "",
    "octets.bin": bytes(range(256)),
    "lines.txt": "".join(f"line {number} of some text that repeats itself\n" for number in range(60)),
    "a file.txt": "a space in its name\n",
    "folder/one.txt": "one\n",
    "folder/two <&>.txt": "two\n",
    "secret/file.txt": "secret\n",
    "private/index.html": "private\n",
    "cgi-bin/app": CGI,
}


def make(root: Path) -> None:
    """Writes the files below `root`, all with the same date."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(0o644)
    (root / "cgi-bin/app").chmod(0o755)
    (root / "secret").chmod(0o700)
    for path in (root, *root.rglob("*")):
        os.utime(path, (NOV_2026, NOV_2026))
