# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Courier's SMTP server on loopback. It queues every message; nothing delivers them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from .server import Server, Service, certificate

# Reads the package's own settings, as its start script does. RELAYCLIENT: clients may send to whomever they like.
SCRIPT = """\
set -a
. /etc/courier/esmtpd
RELAYCLIENT=; BOFHCHECKDNS=0; BOFHCHECKHELO=0; ESMTPAUTH=; ESMTPAUTH_TLS=; ESMTP_TLS_REQUIRED=0; ESMTP_USE_STARTTLS=0
TLS_CERTFILE={certificate}; COURIERTLS=/usr/bin/couriertls; TLS_TRUSTCERTS=; TLS_CACHEFILE=; TLS_PRIVATE_KEYFILE=
ulimit -d unlimited
exec /usr/sbin/couriertcpd -user=courier -group=courier -address=127.0.0.1 -maxprocs=500 -maxperc=500 -maxperip=500 \\
  -nodnslookup -noidentlookup {port} {tls}/usr/sbin/courieresmtpd
"""

QUEUE = ("tmp", "msgs", "msgq", "track", "filters", "allfilters")


class CourierMta(Server):
    name = "courier-mta"
    packages = ("courier-mta", "courier-base", "courier-authlib")
    program = "usr/lib/courier/courier/submit"
    services = (Service("smtp", 25, "smtp"),)
    load_services = (Service("smtps", 465, "smtps"),)
    needs_root = True
    fixed_paths = True

    def configure(self) -> None:
        self.account("courier", "mail")
        for root in self.files.unpacked or [Path("/")]:
            if (root / "etc/courier").is_dir():
                shutil.copytree(root / "etc/courier", self.directory / "courier", dirs_exist_ok=True)
        for name in ("me", "defaultdomain"):
            self.write(f"courier/{name}", "mx.example.org\n")
        self.write("courier/enablefiltering", "")
        for name in QUEUE:
            (self.directory / "queue" / name).mkdir(parents=True)
        if self.for_load:
            cert, key = certificate(self.directory)
            shutil.chown(self.write("both.pem", cert.read_bytes() + key.read_bytes(), 0o600), "mail")
        for path in (self.directory / "queue", *(self.directory / "queue").iterdir(), self.directory / "courier",
                     *(self.directory / "courier").rglob("*")):
            shutil.chown(path, "mail", "mail")

    def links(self) -> dict[str, Path]:
        return {"/etc/courier": self.directory / "courier", "/var/lib/courier": self.directory / "queue"}

    def commands(self) -> Iterator[list[str]]:
        for service in self.services:
            yield ["sh", "-c", SCRIPT.format(
                port=self.port(service.name), certificate=self.directory / "both.pem" if self.for_load else "",
                tls="/usr/bin/couriertls -server -tcpd " if service.scheme == "smtps" else "")]
