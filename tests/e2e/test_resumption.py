# SPDX-License-Identifier: Apache-2.0 OR MIT
"""TLS sessions that are resumed: as many as asked for, and the server's log says the same number."""

import collections
import unittest

from load import LoadTest, load
from servers.nginx import Nginx


class LoggingNginx(Nginx):
    """It logs of each request whether the handshake of its connection resumed a session."""

    load_settings = Nginx.load_settings | {
        "access_log off;": 'log_format resumed "$ssl_protocol $ssl_session_reused"; ssl_protocols TLSv1.2 TLSv1.3; '
                           "access_log {directory}/access.log resumed;"}

    def logged(self) -> dict[str, int]:
        """How many were full (".") and resumed ("r")."""
        self.stop()
        return collections.Counter((self.directory / "access.log").read_text().splitlines())


@unittest.skipIf(Nginx.why_not(), Nginx.why_not())
class Resumption(LoadTest):
    def test_the_share_is_what_the_server_logs(self) -> None:
        def check(case: tuple[str, int]) -> None:
            version, per_cent = case
            with LoggingNginx(for_load=True) as server:
                (server.directory / "access.log").write_text("")  # nginx appends
                # One at a time: of several one may be open for a request that another took, which nginx does not log.
                run = load(server.urls()["https"] + "/page.html", "-n", 400, "-c", 1, "--per-connection", 1, "--insecure",
                           "--tls-version", version, "--resume", f"{per_cent}%")
                self.assert_all_completed(run, 400)
                handshakes = run.report["connections"]["handshakes"]
                logged = server.logged()
            protocol = f"TLSv{version}"
            self.assertEqual({"full": logged.get(f"{protocol} .", 0), "resumed": logged.get(f"{protocol} r", 0),
                              "failed": 0}, handshakes)
            self.assertEqual(sum(logged.values()), 400)
            self.assertAlmostEqual(handshakes["resumed"], 4 * per_cent, delta=4)

        self.side_by_side(check, (("1.3", 70), ("1.2", 70), ("1.3", 0), ("1.2", 100)))


if __name__ == "__main__":
    unittest.main()
