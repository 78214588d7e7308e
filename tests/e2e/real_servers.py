# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Real servers that are started once for all tests of a module."""

import unittest
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from load import LoadTest
from servers.server import Server

_started: dict[type[Server], Server] = {}


def start_for_module(kinds: Iterable[type[Server]]) -> None:
    """For setUpModule: starts those that can run here."""
    _started.update((kind, kind()) for kind in kinds if not kind.why_not())
    for server in _started.values():
        unittest.addModuleCleanup(server.close)
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda server: server.start(), _started.values()))


class RealServers(LoadTest):
    """Tests that leave something behind, or count everything that a server did, start one of their own."""

    def server(self, kind: type[Server]) -> Server:
        """The module's; skips what needs it where it cannot run."""
        if reason := kind.why_not():
            self.skipTest(reason)
        return _started[kind]

    def on_each(self, check: Callable[[Server], None], kinds: Iterable[type[Server]]) -> None:
        self.side_by_side(lambda kind: check(self.server(kind)), kinds)
