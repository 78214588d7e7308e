#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Relays TCP connections and delays every byte by the same time in each direction.

    delay_relay.py TARGET_PORT DELAY_MS      prints `listening on PORT` and relays until it is killed

For servers that cannot delay their replies, on kernels without netem. Bytes leave in the order and at the intervals in
which they arrived: the delay adds latency and does not limit throughput.
"""

import asyncio
import contextlib
import socket
import sys


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay_s: float) -> None:
    loop = asyncio.get_running_loop()
    due: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            when, data = await due.get()
            await asyncio.sleep(when - loop.time())
            if not data:
                writer.close()
                return
            writer.write(data)

    delivery = asyncio.create_task(deliver())
    data = b"-"
    while data:
        try:
            data = await reader.read(65536)
        except OSError:
            data = b""
        due.put_nowait((loop.time() + delay_s, data))
    with contextlib.suppress(OSError):
        await delivery


def without_nagle(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


async def main() -> None:
    target, delay_s = int(sys.argv[1]), float(sys.argv[2]) / 1000

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
        except OSError:
            writer.close()
            return
        without_nagle(writer)
        without_nagle(far_writer)
        await asyncio.gather(carry(reader, far_writer, delay_s), carry(far_reader, writer, delay_s))

    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    print(f"listening on {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
