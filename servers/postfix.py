# SPDX-License-Identifier: Apache-2.0 OR MIT
"""A private Postfix on loopback that discards every message, counted by its own log.

Nothing of it is the machine's mail server: configuration, queue and log lie in a temporary directory, every transport
is discard(8), and no lookup leaves the machine.
"""

import collections
import grp
import os
import pwd
import re
import shutil
import signal
import time
from pathlib import Path

from .process import ServerProcess, free_port, have_ipv6, wait_for
from .unpacked import library_path, postfix_root

REFUSED = "nobody@refused.test"

MAIN_CF = """\
compatibility_level = 3.6
config_directory = {directory}/etc
queue_directory = {directory}/queue
data_directory = {directory}/data
command_directory = {root}usr/sbin
daemon_directory = {root}usr/lib/postfix/sbin
shlib_directory = {libraries}
meta_directory = {directory}/etc
mail_owner = {owner}
setgid_group = {group}
myhostname = mx.backtalk.test
mydomain = backtalk.test
mydestination =
inet_interfaces = loopback-only
inet_protocols = {protocols}
mynetworks = 127.0.0.0/8 [::1]/128
alias_maps =
alias_database =
local_recipient_maps =
default_transport = discard:
local_transport = discard:
relay_transport = discard:
virtual_transport = discard:
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions =
    check_recipient_access inline:{{{{{refused} = REJECT this recipient is refused}}}}, permit_mynetworks, reject
smtpd_peername_lookup = no
disable_dns_lookups = yes
enable_long_queue_ids = yes
maillog_file = {directory}/log/mail.log
maillog_file_prefixes = {directory}
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LANG=C LD_LIBRARY_PATH={libraries}
export_environment = TZ LANG=C LD_LIBRARY_PATH={libraries}
"""

MASTER_CF = """\
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
discard   unix - - n - - discard
error     unix - - n - - error
retry     unix - - n - - error
proxymap  unix - - n - - proxymap
anvil     unix - - n - 1 anvil
tlsmgr    unix - - n 1000? 1 tlsmgr
showq     unix n - n - - showq
postlog   unix-dgram n - n - 1 postlogd
"""

OWN_QUEUES = "active bounce corrupt defer deferred flush hold incoming private saved trace".split()
QUEUED = r"qmgr\[\d+\]: (\w+): from=<.*\(queue active\)"
REMOVED = r"qmgr\[\d+\]: (\w+): removed"
GROUP_QUEUES = {"maildrop": 0o730, "public": 0o710}


class Postfix(ServerProcess):
    """`settings` are lines of main.cf; `Postfix(message_size_limit=10000)`. Recipient REFUSED is refused with 554."""

    def __init__(self, **settings: object) -> None:
        super().__init__("postfix")
        root = postfix_root()
        assert root is not None
        self._root = root
        self._settings = settings
        self._was_killed = False
        self.port = free_port()
        self._make_directories()
        self._configure()
        self.environment.update(MAIL_CONFIG=str(self.directory / "etc"), LD_LIBRARY_PATH=library_path(root))

    def _make_directories(self) -> None:
        self._owner, self._group = _account(pwd.getpwnam, "postfix", "mail"), _account(grp.getgrnam, "postdrop", "news")
        for name in ("etc", "data", "log", "queue", "queue/pid"):
            (self.directory / name).mkdir()
        shutil.chown(self.directory / "data", self._owner)
        for name in OWN_QUEUES:
            self._make_queue(name, 0o700)
        for name, mode in GROUP_QUEUES.items():
            self._make_queue(name, mode, self._group)

    def _make_queue(self, name: str, mode: int, group: str | None = None) -> None:
        path = self.directory / "queue" / name
        path.mkdir()
        path.chmod(mode)
        shutil.chown(path, self._owner, group)

    def _configure(self) -> None:
        text = MAIN_CF.format(directory=self.directory, root=f"{str(self._root).rstrip('/')}/",
                              libraries=library_path(self._root), owner=self._owner, group=self._group,
                              protocols="all" if have_ipv6() else "ipv4", refused=REFUSED)
        text += "".join(f"{name} = {value}\n" for name, value in self._settings.items())
        (self.directory / "etc/main.cf").write_text(text)
        hosts = ["127.0.0.1", "[::1]"] if have_ipv6() else ["127.0.0.1"]
        listeners = "".join(f"{host}:{self.port} inet n - n - - smtpd\n" for host in hosts)
        (self.directory / "etc/master.cf").write_text(listeners + MASTER_CF)
        self.log_path.touch()

    def command(self) -> list[str]:
        return [str(self._root / "usr/lib/postfix/sbin/master"), "-c", str(self.directory / "etc"), "-d"]

    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self.port)

    def start(self) -> None:
        super().start()
        # The probe's own session must be out of the way: it counts against connection limits.
        wait_for(lambda: "disconnect from" in self.log(), "Postfix does not log:\n", self.log)
        self.log_start = len(self.log()) if not hasattr(self, "log_start") else self.log_start

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def url_ipv6(self) -> str:
        return f"smtp://[::1]:{self.port}"

    @property
    def log_path(self) -> Path:
        return self.directory / "log/mail.log"

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def output(self) -> str:
        return super().output() + self.log()

    # What the log counts

    def queued(self) -> int:
        """Messages that it took responsibility for; each has a queue identifier of its own. Waits for the last."""
        self._settle()
        return self.queued_so_far()

    def queued_so_far(self) -> int:
        return len(self._queue_ids(QUEUED))

    def refused_recipients(self) -> int:
        return len(re.findall(r"smtpd\[\d+\]: \w+: reject: RCPT from", self.log()))

    def connections_over_limit(self) -> int:
        return len(re.findall(r"Connection concurrency limit exceeded", self.log()))

    def commands(self) -> dict[str, tuple[int, int]]:
        """For each command of all ended sessions: (how many it accepted, how many came)."""
        self._settle()
        sums: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
        for summary in re.findall(r"disconnect from .*?( \w+=.*) commands=", self.log()[self.log_start:]):
            for name, accepted, came in re.findall(r" (\w+)=(\d+)(?:/(\d+))?", summary):
                sums[name][0] += int(accepted)
                sums[name][1] += int(came or accepted)
        return {name: (accepted, came) for name, (accepted, came) in sums.items()}

    def _queue_ids(self, pattern: str) -> set[str]:
        return set(re.findall(pattern, self.log()))

    def _settle(self) -> None:
        """Waits until everything queued is delivered and the log has been quiet for a while. What was being delivered
        when the server was killed may have lost its last line: then a longer quiet has to do."""
        def settled() -> bool:
            before = self.log()
            time.sleep(2 if self._was_killed else 0.3)
            return before == self.log() and (self._was_killed or self._queue_ids(QUEUED) == self._queue_ids(REMOVED))
        wait_for(settled, "Postfix does not come to rest:\n", lambda: self.log()[-4000:], limit_s=60)

    # Killed in mid-run

    def kill(self) -> None:
        """SIGKILL, as a crash: the smtpd processes at once, the master when what they had handed on is logged.

        The master stands still meanwhile, so that it starts no smtpd again; its death closes the port.
        """
        self._was_killed = True
        os.kill(self.pid, signal.SIGSTOP)
        for child in _children(self.pid, "smtpd"):
            os.kill(child, signal.SIGKILL)
        time.sleep(0.5)
        os.kill(self.pid, signal.SIGKILL)
        assert self.process is not None
        self.process.wait()
        wait_for(lambda: not _group_lives(self.pid), "Postfix's processes outlive its master")
        self.end_group()


def _account(look_up, wanted: str, otherwise: str) -> str:
    """Postfix's own account where the machine has it; else one that every Debian has and that owns no process."""
    try:
        look_up(wanted)
        return wanted
    except KeyError:
        return otherwise


def _children(parent: int, name: str) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, rest = stat.read_text().split(" (", 1)
        except OSError:
            continue  # ended meanwhile
        command, fields = rest.rsplit(") ", 1)
        if command == name and int(fields.split()[1]) == parent:
            found.append(int(pid))
    return found


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
        return True
    except ProcessLookupError:
        return False
