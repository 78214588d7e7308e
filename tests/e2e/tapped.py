# SPDX-License-Identifier: Apache-2.0 OR MIT
"""A relay between a client and a server on loopback that notes when octets passed, by the monotonic clock, as the client does."""

import asyncio
import bisect
import re
import threading
import time
from collections.abc import Iterator


class Stream:
    """What went in one direction of a connection. Each piece is stamped before it is passed on."""

    def __init__(self) -> None:
        self.octets = bytearray()
        self._ends: list[int] = []
        self._stamps: list[float] = []

    def add(self, piece: bytes) -> None:
        self._stamps.append(time.monotonic())
        self.octets += piece
        self._ends.append(len(self.octets))

    def matches(self, pattern: bytes) -> Iterator[tuple[float, re.Match[bytes]]]:
        """Each match, with the instant at which its last octet passed."""
        for match in re.finditer(pattern, bytes(self.octets)):
            yield self._stamps[bisect.bisect_left(self._ends, match.end())], match


class Tap:
    """Listens on `port` for as long as the `with` lasts; `connections` has what the client and the server have said."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self.connections: list[tuple[Stream, Stream]] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> "Tap":
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._relay, "127.0.0.1", 0), self._loop).result()
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
        said = (Stream(), Stream())
        self.connections.append(said)
        await asyncio.gather(self._pass_on(reader, server_writer, said[0]),
                             self._pass_on(server_reader, writer, said[1]), return_exceptions=True)

    @staticmethod
    async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, stream: Stream) -> None:
        try:
            while piece := await reader.read(65536):
                stream.add(piece)
                writer.write(piece)
                await writer.drain()
        finally:
            writer.close()
