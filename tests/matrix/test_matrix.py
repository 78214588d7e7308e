# SPDX-License-Identifier: Apache-2.0 OR MIT
"""A quick part of the matrix, and what makes it fail: whatever is planted here must be found."""

import contextlib
import io
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

from subjects import ALL_SUBJECTS, Counter, Subject, completed, requests, web  # first: it knows where the rest is
import matrix
import page
from runs import Row, run_subject, why_not
from servers.nginx import Nginx
from side_by_side import SideBySide
from verdict import CLEAR, STARTTLS, TLS, Count, Outcome

QUICK = 40
TRANSACTIONS = {"started": 10, "completed": 10, "failed": 0, "unfinished": 0}


def outcome(server: int = 10, **changes: object) -> Outcome:
    return replace(Outcome(CLEAR, 10, 0, dict(TRANSACTIONS), {}, False, (Count("messages", server, 10),)), **changes)


class EveryProtocol(SideBySide):
    def test_one_server_of_each(self) -> None:
        def check(subject: Subject) -> None:
            if reason := why_not(subject):
                self.skipTest(reason)
            self.assertEqual(run_subject(subject, QUICK).problems, [], subject.name)

        self.side_by_side(check, [subject for subject in ALL_SUBJECTS if subject.quick])

    def test_each_has_a_quick_one(self) -> None:
        self.assertEqual({subject.protocol for subject in ALL_SUBJECTS if subject.quick},
                         {"SMTP", "LMTP", "POP3", "IMAP", "HTTP"})


class Verdict(unittest.TestCase):
    def test_equal_counts_hold(self) -> None:
        self.assertEqual(outcome().problems(), [])

    def test_one_too_few_or_too_many_does_not(self) -> None:
        for server in (9, 11):
            self.assertEqual(outcome(server).problems(), [f"the server counted {server} messages, Backtalk 10"])

    def test_equal_counts_that_are_not_those_asked_for_do_not(self) -> None:
        failed = TRANSACTIONS | {"completed": 9, "failed": 1}
        found = outcome(9, transactions=failed, errors={"timeout": 1}, counts=(Count("messages", 9, 9),)).problems()
        self.assertEqual(len(found), 1, found)
        self.assertIn("9 of 10 completed", found[0])

    def test_a_lost_transaction_does_not(self) -> None:
        found = outcome(transactions=TRANSACTIONS | {"started": 11}).problems()
        self.assertIn("do not add up", " ".join(found))

    def test_a_certificate_that_was_not_verified_does_not(self) -> None:
        for security in (STARTTLS, TLS):
            self.assertEqual(outcome(security=security).problems(), ["the server's certificate was not verified"])
            self.assertEqual(outcome(security=security, verified=True).problems(), [])

    def test_what_is_known_to_fail_must_fail_in_that_way(self) -> None:
        nothing = {"started": 0, "completed": 0, "failed": 0, "unfinished": 0}
        counts = (Count("messages", 0, 0),)
        fails = outcome(code=1, broken="tls-alert", transactions=nothing, errors={"tls-alert": 3}, counts=counts)
        self.assertEqual(fails.problems(), [])
        self.assertIn("known to fail", replace(fails, errors={"timeout": 3}).problems()[0])
        self.assertIn("known to fail", outcome(broken="tls-alert").problems()[0])


class ForgetfulNginx(Nginx):
    """One request is not in its log."""

    def access_log(self) -> str:
        lines = [line for line in super().access_log().splitlines() if self.page in line]
        return "\n".join(lines[1:])


def planted(server: type[Nginx], of_server=requests) -> Subject:
    return replace(web("planted", "nginx", "nothing"), server=server,
                   counters=(Counter("requests logged", of_server, completed),))


@unittest.skipIf(Nginx.why_not(), Nginx.why_not())
class Planted(unittest.TestCase):
    def found(self, subject: Subject) -> list[str]:
        return run_subject(subject, QUICK, patience_s=0.5).problems

    def test_a_line_that_the_log_lacks_is_found(self) -> None:
        found = self.found(planted(ForgetfulNginx))
        self.assertEqual(found, [f"{CLEAR}: the server counted {QUICK - 1} requests logged, Backtalk {QUICK}"])

    def test_a_count_that_is_one_too_high_is_found(self) -> None:
        found = self.found(planted(Nginx, lambda server: requests(server) + (requests(server) > 0)))
        self.assertEqual(found, [f"{CLEAR}: the server counted {QUICK + 1} requests logged, Backtalk {QUICK}"])

    def test_the_program_fails_and_the_page_shows_it(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            written = Path(folder) / "page.md"
            written.write_text(f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n")
            subject = planted(Nginx, lambda server: requests(server) + (requests(server) > 0))
            out, err = io.StringIO(), io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = matrix.main(["-n", "10", "--write", str(written)], [subject])
            text = written.read_text()
        self.assertEqual(code, 1)
        self.assertIn("does not hold: HTTP planted", err.getvalue())
        self.assertIn("**10 ≠ 11**", text)
        self.assertTrue(text.startswith("before\n") and text.endswith("after\n") and "old" not in text)

    def test_a_server_that_is_missing_fails_and_leaves_the_page(self) -> None:
        class Missing(Nginx):
            packages = ("no-such-package",)
            program = "usr/sbin/no-such-program"

        with tempfile.TemporaryDirectory() as folder:
            written = Path(folder) / "page.md"
            written.write_text(f"{page.BEGIN}\nold\n{page.END}\n")
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                code = matrix.main(["--write", str(written)], [planted(Missing)])
            self.assertEqual((code, "old" in written.read_text()), (1, True))


class Page(unittest.TestCase):
    def cell(self, *outcomes: Outcome) -> str:
        return page.cell(Row(web("a", "nginx", "nothing"), "1", outcomes), CLEAR)

    def test_what_a_cell_shows(self) -> None:
        self.assertEqual(self.cell(outcome(), outcome()), "10, 10")
        self.assertEqual(self.cell(outcome(), outcome(9)), "10, **10 ≠ 9**")
        self.assertEqual(self.cell(), "—")
        fails = outcome(code=1, broken="tls-alert", transactions=dict.fromkeys(TRANSACTIONS, 0),
                        errors={"tls-alert": 3}, counts=())
        self.assertEqual(self.cell(fails, fails), "fails: `tls-alert`")

    def test_a_server_without_pipelining(self) -> None:
        row = Row(web("a", "nginx", "nothing"), "1", (outcome(), outcome(pipelining=False)))
        self.assertIn("| no: lock step |", page.line(row, [CLEAR]))
        self.assertIn("| yes |", page.line(replace(row, outcomes=(outcome(), outcome())), [CLEAR]))

    def test_every_server_is_on_the_page_with_what_it_needs(self) -> None:
        text = (Path(__file__).resolve().parents[2] / "docs/servers.md").read_text()
        for subject in ALL_SUBJECTS:
            self.assertIn(f"\n| {subject.name} | `", text, subject.name)
            self.assertIn("\n".join(page.needs(subject)), text, subject.name)


if __name__ == "__main__":
    unittest.main()
