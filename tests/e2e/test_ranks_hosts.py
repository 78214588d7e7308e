# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Ranks on hosts of their own load a real server: Postfix counts what they count.

The hosts are network namespaces, which no other process of the machine sees. Where this process may not have any, they
are source addresses of loopback, and the test says so.
"""

import os
import sys
import tempfile
import unittest
from pathlib import Path

from hosts import Hosts, Relay, enter_own_network
from load import LoadTest, Run
from ranks import Mpirun, Ranks
from servers.postfix import Postfix

FOUR = 4
MESSAGES = 400
LOAD = ("-r", 200, "-d", "2s", "-c", 8)
alone: str | None = None  # why there are no hosts


def setUpModule() -> None:
    global alone
    alone = enter_own_network()
    if alone:
        print(f"\nranks on 127.0.0.2 to 127.0.0.5 in place of hosts: {alone}", file=sys.stderr)


@unittest.skipIf(Postfix.why_not(), Postfix.why_not())
class RanksOnHosts(LoadTest):
    def assert_counted(self, run: Run, postfix: Postfix, hosts: list[str]) -> None:
        self.assert_whole(run)
        self.assertEqual(run.transactions["completed"], MESSAGES, run.out + run.err)
        self.assertEqual(postfix.queued(), MESSAGES)
        shared = run.report["ranks"]
        self.assertEqual(([part["host"] for part in shared["parts"]], shared["lost"]), (hosts, []))
        self.assertIsNotNone(shared["begun_within_ns"])

    def on_loopback(self) -> None:
        """Each rank has a source address of its own."""
        with Postfix() as postfix:
            sources = [word for last in range(2, 2 + FOUR) for word in ("--source", f"127.0.0.{last}")]

            def place(rank: int) -> dict[str, object]:
                return {"BACKTALK_RANK": rank, "BACKTALK_RANKS": FOUR, "BACKTALK_COORDINATOR": f"127.0.0.2:{postfix.port() + 1}"}

            with Ranks(FOUR, postfix.url, *LOAD, *sources, place=place) as ranks:
                run = ranks.finish()[0]
            self.assert_counted(run, postfix, [os.uname().nodename] * FOUR)
            self.assertEqual(len(run.report["connections"]["sources"]), FOUR)

    def test_ranks_that_are_told_where_to_meet(self) -> None:
        if alone:
            self.on_loopback()
            return
        with Hosts(FOUR) as hosts, Postfix() as postfix, Relay(postfix.port()):
            def place(rank: int) -> dict[str, object]:
                return {"BACKTALK_RANK": rank, "BACKTALK_RANKS": FOUR, "BACKTALK_COORDINATOR": f"{hosts.addresses[0]}:7000"}

            with Ranks(FOUR, f"smtp://{Hosts.GATEWAY}:{postfix.port()}", *LOAD, place=place, prefix=hosts.prefix) as ranks:
                run = ranks.finish()[0]
            self.assert_counted(run, postfix, ["host1", "host2", "host3", "host4"])

    @unittest.skipUnless("BACKTALK_MPI" in os.environ, "backtalk-mpi is not built: -DBACKTALK_MPI=ON")
    def test_ranks_of_mpirun(self) -> None:
        if alone:
            return  # test_ranks.py has those of one host
        with Hosts(FOUR) as hosts, Postfix() as postfix, Relay(postfix.port()), tempfile.TemporaryDirectory() as folder:
            agent = Path(folder) / "agent"
            agent.write_text(hosts.agent())
            agent.chmod(0o755)
            flags = ("--mca", "plm_rsh_agent", str(agent), "--host", ",".join(hosts.addresses), "--map-by", "node")
            run = Mpirun(FOUR, f"smtp://{Hosts.GATEWAY}:{postfix.port()}", *LOAD, flags=flags).finish()
            self.assertEqual(run.code, 0, run.err)
            self.assert_counted(run, postfix, ["host1", "host2", "host3", "host4"])


if __name__ == "__main__":
    unittest.main()
