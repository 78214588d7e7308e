# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What a connection costs the client in memory, at 10,000 connections on one thread."""

import resource

import clients
from clients import pinned
from comparison import ClientFailed, Target
from measurement import Measurement
from servers.builtin import Builtin

MANY, FEW = 10_000, 100
BESIDE = 100  # files that are open beside the connections
LOGIN = ("--user", "u1", "--password", "pass")
OPTIONS: dict[str, tuple[str, ...]] = {"smtp": (), "pop3": LOGIN, "imap": LOGIN, "http": ()}
CLEAR_KIB, TLS_KIB = 8, 48


def memory(measurement: Measurement) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < MANY + BESIDE:
        measurement.leave_out(f"memory at {MANY:,} connections", f"the hard limit of `ulimit -n` is {hard}, below {MANY + BESIDE}")
        return
    print(f"\nMemory for each of {MANY:,} connections on one thread (what the process has resident at most, less that with "
          f"{FEW}, ring and buffers included)")
    for protocol, options in OPTIONS.items():
        _row(measurement, protocol, CLEAR_KIB, options)
    for protocol, options in OPTIONS.items():
        if not measurement.quick or protocol == "http":
            _row(measurement, f"{protocol}s", TLS_KIB, (*options, "--insecure"))


def _row(measurement: Measurement, scheme: str, limit: float, options: tuple[str, ...]) -> None:
    def resident(url: str, connections: int) -> int:
        report, used = clients.backtalk(url, "-c", connections, "-n", 2 * connections, "--timeout", "60s", *options)
        if report["connections"]["ready_at_start"] != connections:
            raise ClientFailed(f"{report['connections']['ready_at_start']} of {connections} connections were ready")
        return used.resident_octets

    kib, why_not = None, ""
    try:
        with pinned(Builtin(f"{scheme}://127.0.0.1:0", "-c", str(MANY))) as server:
            kib = (resident(server.url, MANY) - resident(server.url, FEW)) / (MANY - FEW) / 1024
    except ClientFailed as failure:
        why_not = str(failure)
    measurement.figure(f"memory of {scheme}", {"kib": kib, "failed": why_not or None},
                   f"  {scheme:6} " + (f"FAILED: {why_not}" if kib is None else f"{kib:5.1f} KiB"))
    measurement.targets.append(Target(f"{scheme}, {MANY:,} connections: memory of each", limit, True, kib, why_not, " KiB"))
