# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Cyrus on loopback: IMAP, POP3 and LMTP."""

import imaplib
from collections.abc import Iterator

from . import messages
from .place import Place
from .server import Server, Service, certificate

IMAPD = """
configdirectory: {directory}/lib
defaultpartition: default
partition-default: {directory}/spool
proc_path: {directory}/run/proc
mboxname_lockpath: {directory}/run/lock
lmtpsocket: {directory}/run/socket/lmtp
idlesocket: {directory}/run/socket/idle
notifysocket: {directory}/run/socket/notify
master_pid_file: {directory}/run/master.pid
cyrus_user: {user}
cyrus_group: mail
admins: cyrus
unixhierarchysep: yes
altnamespace: yes
virtdomains: off
autocreate_quota: 0
autocreate_post: yes
allowplaintext: yes
allowapop: yes
sasl_mech_list: PLAIN LOGIN CRAM-MD5
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {directory}/sasldb
servername: mx.example.org
popminpoll: 0
failedloginpause: 0
maxlogins_per_host: 0
maxlogins_per_user: 0
imapidresponse: yes
conversations: yes
reject8bit: no
munge8bit: no
tls_server_cert: {cert}
tls_server_key: {key}
"""

CYRUS = """
START {{
  recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -C {imapd} -r"
}}
SERVICES {{
  imap cmd="/usr/lib/cyrus/bin/imapd -C {imapd} -U 1000" listen="127.0.0.1:{imap}" proto="tcp4" prefork=1
  pop3 cmd="/usr/lib/cyrus/bin/pop3d -C {imapd} -U 1000" listen="127.0.0.1:{pop3}" proto="tcp4" prefork=1
  lmtp cmd="/usr/lib/cyrus/bin/lmtpd -C {imapd} -a" listen="127.0.0.1:{lmtp}" proto="tcp4" prefork=0
  lmtpauth cmd="/usr/lib/cyrus/bin/lmtpd -C {imapd}" listen="127.0.0.1:{authenticated}" proto="tcp4" prefork=0
{for_load}}}
EVENTS {{
}}
"""

FOR_LOAD = """\
  imaps cmd="/usr/lib/cyrus/bin/imapd -s -C {imapd} -U 1000" listen="127.0.0.1:{imaps}" proto="tcp4" prefork=0
  pop3s cmd="/usr/lib/cyrus/bin/pop3d -s -C {imapd} -U 1000" listen="127.0.0.1:{pop3s}" proto="tcp4" prefork=0
"""


class Cyrus(Server):
    """Users u1, u2 and u3 have the password `pass`; u1 has messages. The LMTP service `authenticated` requires a
    login."""

    name = "cyrus"
    packages = ("cyrus-imapd", "cyrus-pop3d", "cyrus-common", "sasl2-bin")
    program = "usr/lib/cyrus/bin/imapd"
    services = (Service("imap", 143, "imap"), Service("pop3", 110, "pop3"), Service("lmtp", 2024, "lmtp"),
                Service("authenticated", 24, "lmtp"))
    load_services = (Service("imaps", 993, "imaps"), Service("pop3s", 995, "pop3s"))
    logs_to_syslog = True
    needs_root = True
    fixed_paths = True

    def __init__(self, place: Place | None = None, for_load: bool = False) -> None:
        super().__init__(place, for_load)
        self._filled = False

    def configure(self) -> None:
        user = self.account("cyrus", "mail")
        cert, key = certificate(self.directory)
        imapd = self.write("imapd.conf", IMAPD.format(directory=self.directory, user=user, cert=cert, key=key))
        values = {"imapd": imapd} | {service.name: self.port(service.name) for service in self.services}
        self.write("cyrus.conf", CYRUS.format(for_load=FOR_LOAD.format(**values) if self.for_load else "", **values))
        for name in ("lib", "lib/socket", "spool", "run", "run/proc", "run/lock", "run/socket"):
            (self.directory / name).mkdir()

    def commands(self) -> Iterator[list[str]]:
        if not self._filled:
            for user in ("u1", "u2", "u3"):
                self.run("saslpasswd2", "-f", self.directory / "sasldb", "-c", "-p", "-u", "mx.example.org", user,
                         stdin="pass")
            self.run("chown", "-R", "cyrus:mail", self.directory)
        # Debian's name for Cyrus's `master`.
        yield ["/usr/sbin/cyrmaster", "-D", "-C", f"{self.directory}/imapd.conf", "-M", f"{self.directory}/cyrus.conf",
               "-p", f"{self.directory}/run/master.pid"]

    def fill(self) -> None:
        if self._filled:
            return
        self._filled = True
        for user in ("u1", "u2"):
            client = imaplib.IMAP4("127.0.0.1", self.port("imap"), timeout=20)
            client.login(user, "pass")
            client.select("INBOX")
            for message in messages.MESSAGES if user == "u1" else []:
                client.append("INBOX", None, '"23-Nov-2026 07:00:00 +0000"', message.replace(b"\n", b"\r\n"))
            client.logout()
