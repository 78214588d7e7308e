# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Postfix on loopback. It discards every message, and its log counts them.

Nothing of it is the machine's mail server: configuration, queue and log lie in its own directory, every transport is
discard(8), and no lookup leaves the machine.
"""

import collections
import contextlib
import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from . import accounts
from .network import have_ipv6, wait_for
from .packages import Packages
from .place import Place
from .server import Server, Service, certificate

REFUSED = "nobody@refused.test"

MAIN_CF = """\
compatibility_level = 3.6
config_directory = {directory}/etc
queue_directory = {directory}/queue
data_directory = {directory}/data
command_directory = {commands}
daemon_directory = {daemons}
shlib_directory = {libraries}
meta_directory = {directory}/etc
mail_owner = {owner}
setgid_group = {group}
myhostname = mx.example.org
inet_protocols = {protocols}
alias_maps =
alias_database =
default_transport = discard:
local_transport = discard:
relay_transport = discard:
virtual_transport = discard:
smtpd_peername_lookup = no
disable_dns_lookups = yes
maillog_file = {directory}/log/mail.log
maillog_file_prefixes = {directory}
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LANG=C LD_LIBRARY_PATH={libraries}
export_environment = TZ LANG=C LD_LIBRARY_PATH={libraries}
"""

ACCEPTING = {
    "inet_interfaces": "loopback-only", "mydestination": "", "mynetworks": "127.0.0.0/8 [::1]/128",
    "local_recipient_maps": "", "smtpd_relay_restrictions": "permit_mynetworks, reject",
    "smtpd_recipient_restrictions":
        f"check_recipient_access inline:{{{{{REFUSED} = REJECT this recipient is refused}}}}, "
        "permit_mynetworks, reject",
    "enable_long_queue_ids": "yes",
}
REFUSING = {
    "inet_interfaces": "127.0.0.1", "mydestination": "example.org, mx.example.org", "mynetworks": "192.0.2.0/24",
    "local_recipient_maps": "inline:{bob=1,carol=1,postmaster=1,u1=1}", "smtpd_error_sleep_time": "0",
    "smtpd_client_auth_rate_limit": "0", "smtpd_sasl_auth_enable": "yes", "smtpd_sasl_local_domain": "mx.example.org",
    "smtpd_tls_security_level": "may", "smtpd_timeout": "20s", "message_size_limit": "100000",
}
STRICT = {
    "smtpd_helo_required": "yes", "strict_rfc821_envelopes": "yes", "disable_vrfy_command": "yes",
    "smtpd_tls_auth_only": "yes", "smtpd_forbid_bare_newline": "yes", "smtpd_hard_error_limit": "3",
    "smtpd_forbidden_commands": "CONNECT,GET,POST", "smtpd_recipient_limit": "2", "smtpd_junk_command_limit": "3",
    "smtpd_helo_restrictions": "reject_invalid_helo_hostname,reject_non_fqdn_helo_hostname",
    "smtpd_sender_restrictions": "reject_non_fqdn_sender,reject_unknown_sender_domain",
    "smtpd_data_restrictions": "reject_unauth_pipelining", "smtpd_delay_reject": "no",
}

FOR_LOAD = {"smtpd_client_connection_count_limit": "0", "smtpd_tls_security_level": "may"}

MASTER_CF = """\
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
discard   unix - - n - - discard
lmtp      unix - - n - - lmtp
error     unix - - n - - error
retry     unix - - n - - error
proxymap  unix - - n - - proxymap
anvil     unix - - n - 1 anvil
tlsmgr    unix - - n 1000? 1 tlsmgr
showq     unix n - n - - showq
postlog   unix-dgram n - n - 1 postlogd
"""

SASL_TOOLS = Packages(("sasl2-bin",), "usr/sbin/saslpasswd2")
OWN_QUEUES = "active bounce corrupt defer deferred flush hold incoming private saved trace".split()
GROUP_QUEUES = {"maildrop": 0o730, "public": 0o710}
QUEUED = r"qmgr\[\d+\]: (\w+): from=<.*\(queue active\)"
REMOVED = r"qmgr\[\d+\]: (\w+): removed"


class Postfix(Server):
    """By default it accepts every recipient except REFUSED, which it refuses with 554.

    `settings` are lines of main.cf: Postfix(message_size_limit=10000). With `refusing` it has a user (ann, password
    `pass`), accepts mail only for some recipients of example.org, and has a second service, `strict`, with every check
    that Postfix has. With `proxied` it also listens where it expects a header of the PROXY protocol: `proxied_url`.
    """

    name = "postfix"
    packages = ("postfix",)
    program = "usr/lib/postfix/sbin/master"
    services = (Service("smtp", 25, "smtp"),)
    load_services = (Service("smtps", 465, "smtps"),)
    needs_root = True

    def __init__(self, place: Place | None = None, refusing: bool = False, proxied: bool = False,
                 for_load: bool = False, **settings: object) -> None:
        super().__init__(place, for_load)
        self._proxied = proxied
        self._refusing = refusing
        self._settings = (REFUSING if refusing else ACCEPTING) | settings
        if refusing:
            self.services = (*self.services, Service("strict", 2525, "smtp"))
        self._was_killed = False
        self._log_start: int | None = None
        self._libraries = Path(self.files.file("usr/lib/postfix"))
        self.environment.update(MAIL_CONFIG=f"{self.directory}/etc", LD_LIBRARY_PATH=str(self._libraries))

    def configure(self) -> None:
        self._owner = accounts.either("postfix", "mail")
        self._group = "postdrop" if self._owner == "postfix" else "news"
        for name in ("etc", "data", "log", "queue", "queue/pid"):
            (self.directory / name).mkdir()
        shutil.chown(self.directory / "data", self._owner)
        for name in OWN_QUEUES:
            self._make_queue(name, 0o700)
        for name, mode in GROUP_QUEUES.items():
            self._make_queue(name, mode, self._group)
        if self._refusing:
            self._configure_authentication()
        if self.for_load:
            cert, key = certificate(self.directory)
            self._settings |= FOR_LOAD | {"smtpd_tls_cert_file": cert, "smtpd_tls_key_file": key}
        self._configure_services()
        self.log_path.touch()

    def _make_queue(self, name: str, mode: int, group: str | None = None) -> None:
        path = self.directory / "queue" / name
        path.mkdir()
        path.chmod(mode)
        shutil.chown(path, self._owner, group)

    def _configure_authentication(self) -> None:
        cert, key = certificate(self.directory / "etc")
        database = self.directory / "sasldb"
        self.write("etc/sasl/smtpd.conf", "pwcheck_method: auxprop\nauxprop_plugin: sasldb\n"
                                          f"sasldb_path: {database}\nmech_list: PLAIN LOGIN CRAM-MD5\n")
        self.run(SASL_TOOLS.file("usr/sbin/saslpasswd2"), "-f", database, "-c", "-p", "-u", "mx.example.org", "ann", stdin="pass")
        shutil.chown(database, self._owner)
        self._settings |= {"cyrus_sasl_config_path": f"{self.directory}/etc/sasl", "smtpd_tls_cert_file": cert,
                           "smtpd_tls_key_file": key}

    def _configure_services(self) -> None:
        text = MAIN_CF.format(directory=self.directory, commands=self.files.file("usr/sbin"),
                              daemons=self._libraries / "sbin", libraries=self._libraries, owner=self._owner,
                              group=self._group, protocols="all" if have_ipv6() else "ipv4")
        main = self.write("etc/main.cf", text + "".join(f"{name} = {value}\n" for name, value in self._settings.items()))
        # Until it is two seconds old it could still be changing: each program of Postfix would wait before it reads it.
        os.utime(main, (time.time() - 10,) * 2)
        hosts = ["127.0.0.1", "[::1]"] if have_ipv6() and not self._refusing else ["127.0.0.1"]
        listeners = "".join(f"{host}:{self.port('smtp')} inet n - n - - smtpd\n" for host in hosts)
        if self._refusing:
            options = "".join(f"\n -o {{ {name} = {value} }}" for name, value in STRICT.items())
            listeners += f"127.0.0.1:{self.port('strict')} inet n - n - - smtpd{options}\n"
        if self._proxied:
            listeners += (f"127.0.0.1:{self.place.port('proxied', 2526)} inet n - n - - smtpd\n"
                          " -o smtpd_upstream_proxy_protocol=haproxy -o smtpd_client_port_logging=yes\n")
        if self.for_load:
            listeners += (f"127.0.0.1:{self.port('smtps')} inet n - n - - smtpd\n"
                          " -o smtpd_tls_wrappermode=yes -o smtpd_tls_security_level=encrypt\n")
        self.write("etc/master.cf", listeners + MASTER_CF)

    def commands(self) -> Iterator[list[str]]:
        yield [str(self._libraries / "sbin/master"), "-c", f"{self.directory}/etc", "-d"]

    def start(self) -> None:
        super().start()
        # Wait for the end of the probe's session, which counts towards connection limits.
        wait_for(lambda: "disconnect from" in self.log(), "Postfix does not log:\n", self.log)
        if self._log_start is None:
            self._log_start = len(self.log())

    @property
    def url_ipv6(self) -> str:
        return f"smtp://[::1]:{self.port()}"

    @property
    def proxied_url(self) -> str:
        return f"smtp://127.0.0.1:{self.place.port('proxied', 2526)}"

    @property
    def log_path(self) -> Path:
        return self.directory / "log/mail.log"

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def output(self) -> str:
        return super().output() + self.log()

    # What the log counts

    def queued(self) -> int:
        """How many messages it took responsibility for, by their queue identifiers. Waits for the last one."""
        self._settle()
        return self.queued_so_far()

    def queued_so_far(self) -> int:
        return len(self._queue_ids(QUEUED))

    def refused_recipients(self) -> int:
        return len(re.findall(r"smtpd\[\d+\]: \w+: reject: RCPT from", self.log()))

    def connections_over_limit(self) -> int:
        return len(re.findall(r"Connection concurrency limit exceeded", self.log()))

    def commands_answered(self) -> dict[str, tuple[int, int]]:
        """For each command, over all sessions that have ended: how many it accepted, and how many came."""
        self._settle()
        sums: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
        for summary in re.findall(r"disconnect from .*?( \w+=.*) commands=", self.log()[self._log_start:]):
            for name, accepted, came in re.findall(r" (\w+)=(\d+)(?:/(\d+))?", summary):
                sums[name][0] += int(accepted)
                sums[name][1] += int(came or accepted)
        return {name: (accepted, came) for name, (accepted, came) in sums.items()}

    def _queue_ids(self, pattern: str) -> set[str]:
        return set(re.findall(pattern, self.log()))

    def _settle(self) -> None:
        """Waits until everything queued is delivered and the log has been quiet for a while. After a kill the last line
        of a delivery may be lost, so a longer quiet is enough."""
        def settled() -> bool:
            before = self.log()
            time.sleep(2 if self._was_killed else 0.3)
            return before == self.log() and (self._was_killed or self._queue_ids(QUEUED) == self._queue_ids(REMOVED))
        wait_for(settled, "Postfix does not come to rest:\n", lambda: self.log()[-4000:], limit_s=60)

    # A crash

    def kill(self) -> None:
        """SIGKILL, once the log has what the smtpd processes had handed on: until then they are stopped.

        To stop the master for so long would not do: postlogd blocks when nobody reads the status that it reports, and
        what was queued is then missing in the log. It is stopped at last, so that it does not restart smtpd; its death
        closes the port.
        """
        self._was_killed = True

        def stopped_and_quiet() -> bool:
            for pid in self.process.named("smtpd"):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)
            before = self.log()
            time.sleep(0.5)
            return before == self.log()

        wait_for(stopped_and_quiet, "Postfix's log does not come to rest")
        os.kill(self.pid, signal.SIGSTOP)
        # What the master has forked is named smtpd only later, and then serves its client for as long as that talks.
        for pid in self.process.named("smtpd") + self.process.named("master"):
            if pid != self.pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        os.kill(self.pid, signal.SIGKILL)
        wait_for(lambda: not self.process.session(), "Postfix's processes outlive its master")
        self.stop()
