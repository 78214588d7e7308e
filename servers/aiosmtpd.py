# SPDX-License-Identifier: Apache-2.0 OR MIT
"""aiosmtpd, Python's SMTP server. It writes a line for each message, and throws it away."""

import os
import sys
from collections.abc import Iterator

from .server import Server, Service, certificate

PROGRAM = """\
import asyncio
import ssl
import sys

from aiosmtpd.smtp import SMTP


class Handler:
    async def handle_DATA(self, server, session, envelope):
        print("message", len(envelope.content), flush=True)
        return "250 OK"


async def main(cert, key, smtp, smtps=None):
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(cert, key)
    loop = asyncio.get_running_loop()
    name = "mx.example.org"
    await loop.create_server(lambda: SMTP(Handler(), hostname=name, tls_context=tls), "127.0.0.1", smtp)
    if smtps:
        await loop.create_server(lambda: SMTP(Handler(), hostname=name), "127.0.0.1", smtps, ssl=tls)
    await asyncio.Event().wait()


asyncio.run(main(*sys.argv[1:]))
"""


class Aiosmtpd(Server):
    name = "aiosmtpd"
    packages = ("python3-aiosmtpd", "python3-attr", "python3-public")
    program = "usr/lib/python3/dist-packages/aiosmtpd/smtp.py"
    services = (Service("smtp", 25, "smtp"),)
    load_services = (Service("smtps", 465, "smtps"),)

    def configure(self) -> None:
        self._certificate = certificate(self.directory)
        self.write("program.py", PROGRAM)
        modules = [str(root / "usr/lib/python3/dist-packages") for root in self.files.unpacked]
        self.environment["PYTHONPATH"] = os.pathsep.join(modules)

    def commands(self) -> Iterator[list[str]]:
        # Debian's Python, as its modules are; another one would do, too.
        yield [sys.executable, "-B", f"{self.directory}/program.py", *map(str, self._certificate),
               *(str(self.port(service.name)) for service in self.services)]
