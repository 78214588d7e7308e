# SPDX-License-Identifier: Apache-2.0 OR MIT
"""One load that several processes share: what they count together is what the server has counted."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from load import LoadTest, Run, program, read_report
from ranks import Mpirun, Ranks, environment
from servers.builtin import Builtin
from servers.network import free_port, wait_for

FOUR = 4
RATE = ("-r", 400, "-d", "2s")  # which a busy machine keeps
HAVE_MPI = "BACKTALK_MPI" in os.environ


def by_address(port: int, ranks: int = FOUR, **more: object):
    return lambda rank: {"BACKTALK_RANK": rank, "BACKTALK_RANKS": ranks, "BACKTALK_COORDINATOR": f"127.0.0.1:{port}"} | more


def sessions_of(server: Builtin) -> int:
    """How many connections it has: each of its other descriptors is something else."""
    links = (os.readlink(entry) for entry in Path(f"/proc/{server.pid}/fd").iterdir())
    return sum(link.startswith("socket:") for link in links) - 1  # the one at which it listens


def in_kubernetes(rank: int) -> dict[str, object]:
    return {"JOB_COMPLETION_INDEX": rank, "BACKTALK_RANKS": FOUR}


class RanksTest(LoadTest):
    def assert_shared(self, run: Run, messages: int, ranks: int = FOUR) -> None:
        """Rank 0's result is of all ranks, and no message is missing."""
        self.assert_whole(run)
        self.assertEqual(run.transactions["completed"], messages, run.out + run.err)
        shared = run.report["ranks"]
        self.assertEqual([part["rank"] for part in shared["parts"]], list(range(ranks)))
        self.assertEqual((shared["of"], shared["lost"]), (ranks, []))
        self.assertEqual(sum(part["completed"] for part in shared["parts"]), messages)
        self.assertEqual(min(part["begun_after_ns"] for part in shared["parts"]), 0)
        self.assertEqual(shared["begun_within_ns"], max(part["begun_after_ns"] for part in shared["parts"]))
        self.assertNotIn("rank-lost", run.reasons)

    def merge(self, *files: Path) -> Run:
        done = subprocess.run([program(), "merge", *map(str, files), "--json", "-"], capture_output=True, text=True,
                              timeout=60, check=False)
        return Run(done.returncode, read_report(done.stdout) if done.stdout else {}, "", done.stderr)


@unittest.skipUnless(HAVE_MPI, "backtalk-mpi is not built: -DBACKTALK_MPI=ON")
class UnderMpirun(RanksTest):
    def test_four_ranks_share_a_rate(self) -> None:
        with Builtin() as server:
            run = Mpirun(FOUR, server.url, *RATE).finish()
            self.assertEqual(run.code, 0, run.err)
            self.assert_shared(run, 800)
            self.assertEqual([part["started"] for part in run.report["ranks"]["parts"]], [200] * FOUR)
            self.assertEqual((run.report["workload"]["rate_per_s"], run.report["workload"]["connections"]), (400, 10))
            self.assertIn("4 ranks on 1 host, begun within ", run.out)
            counts = server.counts()
            self.assertEqual((counts["messages"], counts["connections"]), (800, 10))

    def test_a_killed_rank_is_named_and_the_others_go_on(self) -> None:
        with Builtin() as server:
            mpirun = Mpirun(FOUR, server.url, "-r", 400, "-d", "10s")
            # The sessions of all ranks are open: before that, none would be missed.
            wait_for(lambda: sessions_of(server) >= 10, "the sessions were not opened", limit_s=60)
            wait_for(lambda: mpirun.process_of(2), "rank 2 has no process")
            victim = mpirun.process_of(2)
            assert victim is not None
            os.kill(victim, signal.SIGKILL)
            run = mpirun.finish()
            self.assertEqual(run.code, 1, run.err)
            self.assert_whole(run)
            self.assertEqual(run.reasons[0], "rank-lost")
            self.assertIn("LOST RANK: rank 2", run.out)
            shared = run.report["ranks"]
            self.assertEqual([lost["rank"] for lost in shared["lost"]], [2])
            self.assertEqual([part["rank"] for part in shared["parts"]], [0, 1, 3])
            self.assertEqual(run.transactions["completed"], 3000)
            self.assertGreaterEqual(server.counts()["messages"], 3000)

    def test_an_interrupt_ends_the_load_and_leaves_no_process(self) -> None:
        with Builtin() as server:
            mpirun = Mpirun(FOUR, server.url, "-r", 400, "-d", "60s")
            wait_for(lambda: sessions_of(server) >= 10, "the sessions were not opened", limit_s=60)
            others = [mpirun.process_of(rank) for rank in (1, 2, 3)]
            mpirun.process.send_signal(signal.SIGINT)
            run = mpirun.finish()
            self.assertNotEqual(run.code, 0)
            wait_for(lambda: not any(Path(f"/proc/{process}").exists() for process in others), "a rank is left")
            self.assertEqual(sessions_of(server), 0)

    def test_what_was_measured_before_an_interrupt_is_saved(self) -> None:
        """mpirun kills what it has started after a second, and these answers take longer."""
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=3s") as server:
            mpirun = Mpirun(FOUR, server.url, "-c", 4, "-d", "100s")
            wait_for(lambda: sessions_of(server) >= FOUR, "the sessions were not opened", limit_s=60)
            processes = [mpirun.process_of(rank) for rank in range(FOUR)]
            mpirun.process.send_signal(signal.SIGINT)
            run = mpirun.finish(later=True)
            self.assert_whole(run)
            self.assertTrue(run.report["interrupted"])
            self.assertEqual(([part["rank"] for part in run.report["ranks"]["parts"]], run.report["ranks"]["lost"]),
                             (list(range(FOUR)), []))
            wait_for(lambda: not any(Path(f"/proc/{process}").exists() for process in processes), "a rank is left")

    def test_a_killed_mpirun_ends_the_load(self) -> None:
        with Builtin() as server:
            mpirun = Mpirun(FOUR, server.url, "-r", 400, "-d", "300s")
            wait_for(lambda: sessions_of(server) >= 10, "the sessions were not opened", limit_s=60)
            mpirun.process.kill()
            run = mpirun.finish(later=True)
            self.assertTrue(run.report["interrupted"])
            wait_for(lambda: sessions_of(server) == 0, "a rank loads on", limit_s=60)

    def test_what_cannot_be_run_is_said_once(self) -> None:
        with Builtin() as server:
            for options, why in ((("-c", 3), "--connections 3: each of the 4 processes needs one"),
                                 (("--find-rate", "p99<9ms"), "--find-rate cannot be divided among ranks"),
                                 (("--no-such-option",), "unknown option")):
                run = Mpirun(FOUR, server.url, *options).finish()
                self.assertEqual((run.code, run.err.count(why)), (2, 1), run.err)
            self.assertEqual(server.counts()["connections"], 0)


class WithoutMpi(RanksTest):
    def test_it_does_not_load_once_for_each_process(self) -> None:
        with tempfile.TemporaryDirectory() as folder, Builtin() as server:
            alone = shutil.copy(program(), folder)
            done = subprocess.run([alone, "load", server.url, "-n", "4"], capture_output=True, text=True, timeout=60,
                                  env=environment(OMPI_COMM_WORLD_RANK=0, OMPI_COMM_WORLD_SIZE=4), check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn("install the package backtalk-mpi", done.stderr)
            self.assertEqual(server.counts()["connections"], 0)

    def test_a_comparison_is_not_made_by_each_process(self) -> None:
        done = subprocess.run([program(), "compare", "smtp://127.0.0.1:1", "smtp://127.0.0.1:2"], capture_output=True,
                              text=True, timeout=60, env=environment(OMPI_COMM_WORLD_RANK=0, OMPI_COMM_WORLD_SIZE=4),
                              check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("a comparison cannot be divided among ranks", done.stderr)

    def test_ranks_meet_at_an_address(self) -> None:
        with Builtin() as server, Ranks(FOUR, server.url, *RATE, place=by_address(free_port(), BACKTALK_TOKEN="t")) as ranks:
            first, *others = ranks.finish()
            self.assertEqual(first.code, 0, first.err)
            self.assert_shared(first, 800)
            self.assertEqual([(run.code, run.report, run.out, run.err) for run in others], [(0, {}, "", "")] * 3)
            self.assertEqual(server.counts()["messages"], 800)

    def test_tasks_of_slurm_meet_at_the_first_node(self) -> None:
        def task(rank: int) -> dict[str, object]:
            return {"SLURM_PROCID": rank, "SLURM_NTASKS": FOUR, "SLURM_JOB_ID": os.getpid(), "SLURM_STEP_ID": 3,
                    "SLURM_STEP_NODELIST": "127.0.0.1"}

        with Builtin() as server, Ranks(FOUR, server.url, *RATE, place=task) as ranks:
            self.assert_shared(ranks.finish()[0], 800)
            self.assertEqual(server.counts()["messages"], 800)

    def test_seven_messages_are_two_two_two_and_one(self) -> None:
        with Builtin() as server, Ranks(FOUR, server.url, "-n", 7, "-c", 4, place=by_address(free_port())) as ranks:
            run = ranks.finish()[0]
            self.assert_shared(run, 7)
            self.assertEqual([part["started"] for part in run.report["ranks"]["parts"]], [2, 2, 2, 1])

    def test_each_source_address_is_one_ranks(self) -> None:
        with Builtin() as server, Ranks(2, server.url, "-n", 40, "-c", 4, "--source", "127.0.1.1", "--source", "127.0.1.2",
                                        place=by_address(free_port(), 2)) as ranks:
            run = ranks.finish()[0]
            self.assert_shared(run, 40, ranks=2)
            self.assertEqual({source["address"]: source["opened"] for source in run.report["connections"]["sources"]},
                             {"127.0.1.1": 2, "127.0.1.2": 2})

    def test_a_rank_that_does_not_come_is_missed(self) -> None:
        with Builtin() as server, Ranks(1, server.url, "-n", 7, place=by_address(free_port(), BACKTALK_RANK_TIMEOUT=1)) as ranks:
            run = ranks.finish()[0]
            self.assertEqual(run.code, 2)
            self.assertIn("rank 1, rank 2 and rank 3 did not come within 1 s: nothing was loaded", run.err)
            self.assertEqual(server.counts()["connections"], 0)

    def test_a_rank_that_cannot_take_part_is_named(self) -> None:
        with tempfile.TemporaryDirectory() as folder, Builtin() as server:
            # The file is not where rank 1 is.
            places = [Path(folder) / "of-rank-0", Path(folder) / "of-rank-1"]
            for place in places:
                place.mkdir()
            (places[0] / "users").write_text("u p\n")

            def prefix(rank: int) -> list[str]:
                return ["env", f"--chdir={places[rank]}"]

            with Ranks(2, server.url, "--users", "users", "-n", 4, "-c", 2, place=by_address(free_port(), 2),
                       prefix=prefix) as ranks:
                first, other = ranks.finish()
            self.assertEqual((first.code, other.code, other.err), (2, 0, ""), first.err)
            self.assertRegex(first.err, r"rank 1 \(.*\): --users .*users")
            self.assertEqual(server.counts()["connections"], 0)


class InKubernetes(RanksTest):
    """Each pod saves its part, and `merge` has what mpirun has."""

    def test_the_parts_are_merged(self) -> None:
        with Builtin() as server, Ranks(FOUR, server.url, *RATE, place=in_kubernetes) as ranks:
            parts = ranks.finish()
            for rank, part in enumerate(parts):
                self.assertEqual(part.code, 0, part.err)
                self.assertIn(f"this is the part of rank {rank} of 4 ranks", part.notes)
                self.assertEqual(part.transactions["completed"], 200)
            whole = self.merge(*ranks.files)
            self.assertEqual(whole.code, 0, whole.err)
            self.assertEqual(whole.transactions["completed"], 800)
            self.assertEqual((whole.report["workload"]["rate_per_s"], whole.report["workload"]["connections"]), (400, 10))
            self.assertEqual([part["rank"] for part in whole.report["ranks"]["parts"]], [0, 1, 2, 3])
            self.assertNotIn("rank-lost", whole.reasons)
            without = self.merge(*(ranks.files[rank] for rank in (0, 1, 3)))
            self.assertEqual(without.reasons[0], "rank-lost")
            self.assertEqual(without.transactions["completed"], 600)
            self.assertEqual(server.counts()["messages"], 800)

    def test_one_part_does_not_count_twice(self) -> None:
        with Builtin() as server, Ranks(FOUR, server.url, *RATE, place=in_kubernetes) as ranks:
            ranks.finish()
            other = json.loads(ranks.files[1].read_text())
            other["ranks"]["parts"][0]["rank"] = 0
            ranks.files[1].write_text(json.dumps(other))
            refused = self.merge(*ranks.files[:2])
            self.assertEqual(refused.code, 2)
            self.assertIn("has a result of rank 0, which another one has too", refused.err)

    def test_a_pod_must_know_how_many_there_are(self) -> None:
        done = subprocess.run([program(), "load", "smtp://127.0.0.1:1"], capture_output=True, text=True, timeout=60,
                              env=environment(JOB_COMPLETION_INDEX=2), check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("set BACKTALK_RANKS", done.stderr)


if __name__ == "__main__":
    unittest.main()
