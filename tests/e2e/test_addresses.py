# SPDX-License-Identifier: Apache-2.0 OR MIT
"""POP3, IMAP and HTTP over IPv6 and Unix sockets, in clear text and under TLS; SMTP's are in test_builtin.py."""

import tempfile
import unittest
from pathlib import Path

from load import LoadTest, load
from servers.builtin import Builtin
from servers.network import have_ipv6

LOGIN = ("--user", "u", "--password", "p")
# By scheme: options, and what its server calls a transaction.
CLIENTS = {"pop3": ((*LOGIN, "--script", "read"), "retrieved"), "imap": (LOGIN, "fetched"), "http": ((), "requests")}


class Addresses(LoadTest):
    def assert_agree(self, scheme: str, where: str, *options: object, serve: tuple[str, ...] = ()) -> None:
        protocol = scheme.removesuffix("s")
        own, served = CLIENTS[protocol]
        with self.subTest(scheme + where), Builtin(scheme + where, *serve) as server:
            self.assert_all_completed(load(server.url, "-n", 50, "-c", 2, *own, *options), 50)
            self.assertEqual(server.counts()[served], 50)

    @unittest.skipUnless(have_ipv6(), "this machine has no IPv6 on loopback")
    def test_ipv6(self) -> None:
        for scheme in CLIENTS:
            self.assert_agree(scheme, "://[::1]:0")

    def test_unix_sockets(self) -> None:
        for scheme in CLIENTS:
            self.assert_agree(scheme, "+unix:")

    @unittest.skipUnless(have_ipv6(), "this machine has no IPv6 on loopback")
    def test_a_certificate_names_an_ipv6_address(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            trusted = Path(folder) / "trusted.pem"
            for scheme in CLIENTS:
                self.assert_agree(f"{scheme}s", "://[::1]:0", "--cafile", trusted, serve=("--save-cert", str(trusted)))

    def test_tls_on_a_unix_socket(self) -> None:
        for scheme in CLIENTS:
            self.assert_agree(f"{scheme}s", "+unix:", "--insecure")
        for scheme in ("pop3", "imap"):
            self.assert_agree(scheme, "+unix:", "--starttls", "--insecure")


if __name__ == "__main__":
    unittest.main()
