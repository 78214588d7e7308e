# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Sendmail on loopback. It queues every message, and never runs its queue.

Debian makes its configuration with m4 from a hundred files; this one is written by hand, as short as it can be.
"""

from collections.abc import Iterator

from .server import Server, Service, certificate

CF = """\
V10
Cwlocalhost mx.example.org
Djmx.example.org
Dnmailer-daemon
DZtest
O QueueDirectory={directory}/queue
O DeliveryMode=queueonly
O QueueSortOrder=none
O SuperSafe=True
O PidFile={directory}/sendmail.pid
O StatusFile={directory}/statistics
O HelpFile=/dev/null
O AliasFile=
O HostsFile=/etc/hosts
O ServiceSwitchFile={directory}/switch
O MinFreeBlocks=0
O QueueLA=10000
O RefuseLA=10000
O MaxDaemonChildren=0
O ConnectionRateThrottle=0
O BadRcptThrottle=0
O DontBlameSendmail=Safe,GroupReadableKeyFile
O DefaultUser=mail:mail
O TrustedUser=root
O Timeout.ident=0
O PrivacyOptions=
O DontProbeInterfaces=True
O CACertPath=/etc/mail
O CACertFile=/etc/mail/cert.pem
O ServerCertFile=/etc/mail/cert.pem
O ServerKeyFile=/etc/mail/key.pem
O TLSSrvOptions=V
{daemons}
Troot
H?D?Date: $a
H?M?Message-Id: <$t.$i@$j>
HReceived: from $s by $j id $i; $b
SCanonify=3
R$*<$*>$*		$2
SParse0=0
R$*			$#local $: $1
Mlocal,	P=/bin/true, F=lsDFMAw5:/|@qPSn9, A=true
Mprog,	P=/bin/true, F=lsDFMoqeu9, A=true
"""


class Sendmail(Server):
    name = "sendmail"
    packages = ("sendmail-bin",)
    program = "usr/libexec/sendmail/sendmail"
    services = (Service("smtp", 25, "smtp"),)
    load_services = (Service("smtps", 465, "smtps"),)
    needs_root = True
    fixed_paths = True
    logs_to_syslog = True

    def configure(self) -> None:
        for account, like in (("smmta", "mail"), ("smmsp", "news")):
            self.account(account, like)
        cert, key = certificate(self.directory)
        # It reads a key only below directories that nobody else may write to, which /tmp is not.
        for path in (cert, key):
            self.write(f"etc/mail/{path.name}", path.read_bytes(), 0o600)
        # It looks up its own name and the client's; without a name server, a lookup fails at once.
        self.write("etc/hosts", "127.0.0.1 localhost.example.org localhost mx.example.org\n")
        self.write("etc/resolv.conf", "nameserver 127.0.0.1\n")
        self.write("switch", "hosts files\naliases files\n")
        self.write("statistics", "")
        (self.directory / "queue").mkdir(mode=0o700)
        daemons = "".join(
            f"O DaemonPortOptions=Name={service.name}, Family=inet, Addr=127.0.0.1, Port={self.port(service.name)}"
            f"{', M=s' if service.scheme == 'smtps' else ''}\n" for service in self.services)
        self.write("sendmail.cf", CF.format(directory=self.directory, daemons=daemons.rstrip()))

    def commands(self) -> Iterator[list[str]]:
        yield ["/usr/libexec/sendmail/sendmail", "-bD", "-C", f"{self.directory}/sendmail.cf"]

    def queued(self) -> int:
        """How many messages are in its queue."""
        return sum(1 for _ in (self.directory / "queue").rglob("qf*"))
