# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`load URL URL --weight 3,1`: connections are dealt by weight, and each server's own count agrees with the result's."""

import contextlib
import re
import time
import unittest

from load import Load, LoadTest, Run, load
from servers.builtin import Builtin
from servers.hostile import Peer, hostile
from servers.network import free_port

LOGIN = ("--user", "u1", "--password", "pass")
TLS = ("--insecure",)
CLIENTS = {"smtp": (), "lmtp": (), "pop3": LOGIN, "imap": LOGIN, "http": (), "smtps": TLS, "pop3s": (*LOGIN, *TLS),
           "imaps": (*LOGIN, *TLS), "https": TLS}


class TargetTest(LoadTest):
    def servers(self, scheme: str, count: int) -> list[Builtin]:
        return [self.enterContext(Builtin(f"{scheme}://127.0.0.1:0")) for _ in range(count)]

    def assert_divided(self, run: Run) -> None:
        """The targets' counts add up to the run's."""
        self.assert_whole(run)
        targets = run.report["targets"]
        for one in targets:
            counts = one["transactions"]
            self.assertEqual(counts["started"], counts["completed"] + counts["failed"] + counts["unfinished"])
            self.assertEqual(one["latency_ns"]["count"], counts["completed"])
        for key in ("started", "completed", "failed", "unfinished", "in_doubt"):
            self.assertEqual(sum(one["transactions"][key] for one in targets), run.transactions[key], key)
        for key in ("opened", "failed"):
            self.assertEqual(sum(one["connections"][key] for one in targets), run.report["connections"][key], key)
        names = {name for one in targets for name in one["errors"]}
        self.assertEqual({name: sum(one["errors"].get(name, 0) for one in targets) for name in names}, run.errors)


class Weights(TargetTest):
    def test_connections_are_dealt_exactly_with_every_protocol(self) -> None:
        def check(scheme: str) -> None:
            with contextlib.ExitStack() as stack:
                servers = [stack.enter_context(Builtin(f"{scheme}://127.0.0.1:0")) for _ in range(2)]
                for threads in (1, 3):
                    run = load(servers[0].url, servers[1].url, "--weight", "3,1", "-c", 8, "-t", threads, "-n", 400,
                               *CLIENTS[scheme])
                    self.assert_all_completed(run, 400)
                    self.assert_divided(run)
                    targets = run.report["targets"]
                    self.assertEqual([one["weight"] for one in targets], [3, 1])
                    self.assertEqual([one["url"] for one in targets], [server.url for server in servers])
                    self.assertEqual([one["connections"]["opened"] for one in targets], [6, 2], scheme)
                    self.assertTrue(all(one["transactions"]["completed"] for one in targets))

        self.side_by_side(check, CLIENTS)

    def test_the_servers_count_the_same(self) -> None:
        for options in ((), ("-r", 500), ("--session-rate", 200), ("-p", 4, "--data", "bdat")):
            with self.subTest(options):
                servers = self.servers("smtp", 3)
                run = load(*(server.url for server in servers), "--weight", "2,1,1", "-c", 8, "-n", 400, *options)
                self.assert_all_completed(run, 400)
                self.assert_divided(run)
                self.assertEqual([server.messages() for server in servers],
                                 [one["transactions"]["completed"] for one in run.report["targets"]])

    def test_sessions_are_dealt_by_weight(self) -> None:
        """Each session takes the next connection in turn, if that is free, of which three in four are the first's."""
        servers = self.servers("smtp", 2)
        run = load(servers[0].url, servers[1].url, "--weight", "3,1", "--session-rate", 100, "-c", 100, "-n", 200)
        self.assert_all_completed(run, 200)
        self.assert_divided(run)
        self.assertEqual([one["transactions"]["started"] for one in run.report["targets"]], [150, 50])
        self.assertEqual([server.messages() for server in servers], [150, 50])

    def test_without_weights_they_are_equal(self) -> None:
        servers = self.servers("http", 3)
        run = load(*(server.url for server in servers), "-c", 9, "-n", 300)
        self.assert_all_completed(run, 300)
        self.assertEqual([one["connections"]["opened"] for one in run.report["targets"]], [3, 3, 3])

    def test_one_url_has_no_targets(self) -> None:
        run = load(self.servers("smtp", 1)[0].url, "-n", 5)
        self.assert_all_completed(run, 5)
        self.assertEqual(run.report["targets"], [])

    def test_the_summary_names_each(self) -> None:
        servers = self.servers("smtp", 2)
        run = Load(servers[0].url, servers[1].url, "--weight", "3,1", "-c", 4, "-n", 40).finish()
        for server, weight, opened in zip(servers, (3, 1), (3, 1), strict=True):
            self.assertIn(f"target {server.url} (weight {weight}): {opened} connections opened, 0 failed; ", run.out)


class Down(TargetTest):
    def test_the_run_goes_on_and_its_failures_are_its_own(self) -> None:
        server = self.servers("smtp", 1)[0]
        down = f"smtp://127.0.0.1:{free_port()}"
        for options in ((), ("-r", 200)):
            with self.subTest(options):
                run = load(server.url, down, "-c", 4, "-d", "1s", "--timeout", "2s", *options)
                self.assert_divided(run)
                up, lost = run.report["targets"]
                self.assertGreater(up["transactions"]["completed"], 50)
                self.assertEqual((up["errors"], up["connections"]["failed"]), ({}, 0))
                self.assertEqual((lost["transactions"]["started"], lost["connections"]["opened"]), (0, 0))
                self.assertEqual(lost["errors"], {"connect-refused": lost["connections"]["failed"]})
                self.assertGreater(lost["connections"]["failed"], 0)

    def test_one_that_refuses_fails_alone(self) -> None:
        good = self.servers("smtp", 1)[0]
        bad = self.enterContext(Builtin("smtp://127.0.0.1:0", "--fault", "refuse-message=1"))
        run = load(good.url, bad.url, "-c", 4, "-n", 200)
        self.assert_divided(run)
        first, second = run.report["targets"]
        self.assertEqual((first["transactions"]["failed"], first["errors"]), (0, {}))
        self.assertEqual(second["transactions"]["completed"], 0)
        self.assertEqual(sum(second["errors"].values()), second["transactions"]["failed"])
        self.assertEqual(run.code, 1)


    def assert_lost(self, run: Run, url: str, said: str) -> None:
        """Its part of the load was not what was asked for, and the verdict says which it was."""
        self.assert_divided(run)
        self.assertEqual((run.code, run.reasons), (1, ["server-lost"]), run.report["verdict"])
        sentence = next(reason["sentence"] for reason in run.report["verdict"]["reasons"]
                        if reason["code"] == "server-lost")
        self.assertRegex(sentence, said.format(url=re.escape(url)))

    def test_one_that_was_never_there_makes_the_result_invalid(self) -> None:
        server = self.servers("smtp", 1)[0]
        down = f"smtp://127.0.0.1:{free_port()}"
        for options in ((), ("-r", 200), ("-t", 2), ("-n", 300)):
            with self.subTest(options):
                run = load(down, server.url, "--weight", "1,9", "-c", 10, "--timeout", "2s",
                           *(() if "-n" in options else ("-d", "1s")), *options)
                self.assert_lost(run, down, r"no session could be opened with {url} \(\d+ x connect-refused\) in the "
                                            "whole run: 10.*% of the connections were to go there")

    def test_one_that_never_greets_was_never_there_either(self) -> None:
        server = self.servers("smtp", 1)[0]
        with hostile(Peer.sleep_until_gone) as silent:
            run = load(server.url, silent, "-c", 4, "-d", "1s", "--timeout", "300ms")
            self.assert_lost(run, silent, "no session could be opened with {url}")

    def test_one_without_tls_counts_its_handshakes(self) -> None:
        good = self.servers("https", 1)[0]
        plain = self.servers("http", 1)[0].url.replace("http", "https")
        run = load(plain, good.url, "--insecure", "-c", 4, "-d", "1s")
        self.assert_lost(run, plain, "no session could be opened with {url}")
        # Of which the first is not the one that has agreed on anything.
        self.assertEqual(run.report["target"]["tls"]["version"], "TLSv1.3")

    def test_one_that_goes_away_and_does_not_come_back(self) -> None:
        stays, goes = self.servers("smtp", 2)
        running = Load(stays.url, goes.url, "-c", 8, "-d", "4s", "--allow-failures", "5%")
        time.sleep(1.5)
        goes.kill()
        self.assert_lost(running.finish(), goes.url, "{url} .*went away and did not come back")

    def test_one_that_is_restarted_is_named(self) -> None:
        stays, restarted = self.servers("smtp", 2)
        running = Load(stays.url, restarted.url, "-c", 8, "-d", "60s", "--allow-failures", "50%")
        time.sleep(1)
        restarted.kill()
        time.sleep(0.6)  # the client is to find nobody there, even if it waits for a core
        restarted.start()
        time.sleep(2.5)
        run = running.interrupt()
        self.assert_divided(run)
        self.assertEqual(run.reasons, ["server-restarted"], run.report["verdict"])
        sentence = next(one["sentence"] for one in run.report["verdict"]["reasons"] if one["code"] == "server-restarted")
        self.assertIn(f"{restarted.url} was restarted: all connections", sentence)
        self.assertEqual([one["connections"]["restarts"] for one in run.report["targets"]], [0, 1])
        self.assertFalse(any(one["connections"]["lost"] for one in run.report["targets"]))

    def test_one_that_is_down_beside_another_is_no_restart(self) -> None:
        server = self.servers("smtp", 1)[0]
        down = f"smtp://127.0.0.1:{free_port()}"
        run = load(down, server.url, "-c", 8, "--session-rate", 40, "--per-connection", 2, "-d", "1s")
        self.assert_divided(run)
        self.assertEqual(run.report["connections"]["restarts"]["count"], 0)
        self.assertNotIn("server-restarted", run.reasons)
        self.assertIn("server-lost", run.reasons)

    def test_where_nothing_completes_each_has_its_own_errors(self) -> None:
        bad = self.enterContext(Builtin("smtp://127.0.0.1:0", "--fault", "refuse-message=1"))
        down = f"smtp://127.0.0.1:{free_port()}"
        run = load(down, bad.url, "-c", 4, "-n", 40)
        self.assertEqual(run.reasons, ["nothing-completed"])
        sentence = run.report["verdict"]["reasons"][0]["sentence"]
        self.assertRegex(sentence, rf"no messages completed at {re.escape(down)} \(\d+ x connect-refused\) and "
                                   rf"{re.escape(bad.url)} \(\d+ x reply-5xx\); one of them said ")


class Usage(TargetTest):
    def test_refusals(self) -> None:
        one, other = "smtp://127.0.0.1:9", "smtp://127.0.0.2:9"
        for words, said in (((one, "--weight", "3"), "--weight has no effect with one URL"),
                            ((one, other, "--weight", "3"), "expected a number from 1 to 10000 for each of the 2 URLs"),
                            ((one, other, "--weight", "3,0"), "expected a number from 1 to 10000"),
                            ((one, other, "--weight", "3,x"), "expected a number from 1 to 10000"),
                            ((one, other, "--weight", ""), "--weight needs N,N,...: it is empty"),
                            ((one, "imap://127.0.0.2:9"), "all targets of a load have one scheme"),
                            ((one, "stray"), "unexpected argument `stray`"),
                            ((one, ""), "unexpected argument ``"),
                            ((one, "no:url"), "invalid URL `no:url`"),
                            ((one, other, "--address", "127.0.0.3"), "--address has no effect with several URLs"),
                            ((one, other, "-c", 1), "each needs at least one"),
                            ((one, other, "--weight", "10000,1", "-c", 3), "so little weight"),
                            ((one, "smtp://192.0.2.1"), "--i-may-load-this-target")):
            run = load(*words)
            self.assertEqual((run.code, run.report), (2, {}), run.err)
            self.assertIn(said, run.err)


if __name__ == "__main__":
    unittest.main()
