# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Cyrus IMAP: IMAP, POP3 and LMTP."""

import imaplib

import mailbox
import normal
from conversation import Conversation
from scripts import imap, pop3, smtp

from .server import Recording, Server, certificate, write

RULES = [
    normal.MAILBOX_NUMBERS,
    normal.group_by(rb"(?:MAILBOXID|EMAILID|THREADID)[ (\"]+([\w-]{8,64})", normal.token),
    normal.group_by(rb"(?m)^(?:\+OK )?\d+ (\d{10})\.\d+\r", normal.always(b"1700000000")),
    normal.group_by(rb"<(\d+\.\d+)@mx\.example\.org>", normal.always(b"1234567890123456789.1700000000")),
    normal.group_by(rb"SESSIONID=<([\w.-]+)>", normal.always(b"mx.example.org-12-1700000000-1-1234567890123456789")),
    normal.group_by(rb"\"os-version\" \"([^\"]*)\"", normal.always(b"6.1.0-amd64")),
    normal.group_by(rb"\((\d\.\d{3}) secs?(?: \d+ calls)?\)", normal.always(b"0.001")),
]

IMAPD = """
configdirectory: /var/lib/cyrus
defaultpartition: default
partition-default: /var/spool/cyrus/mail
proc_path: /run/cyrus/proc
mboxname_lockpath: /run/cyrus/lock
lmtpsocket: /run/cyrus/socket/lmtp
idlesocket: /run/cyrus/socket/idle
notifysocket: /run/cyrus/socket/notify
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
servername: mx.example.org
popminpoll: 0
failedloginpause: 0
imapidresponse: yes
conversations: yes
reject8bit: no
munge8bit: no
tls_server_cert: {cert}
tls_server_key: {key}
"""

CYRUS = """
START {
  recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -r"
}
SERVICES {
  imap cmd="imapd -U 1000" listen="127.0.0.1:143" proto="tcp4" prefork=1
  pop3 cmd="pop3d -U 1000" listen="127.0.0.1:110" proto="tcp4" prefork=1
  lmtp cmd="lmtpd" listen="127.0.0.1:24" proto="tcp4" prefork=0
  lmtptrusted cmd="lmtpd -a" listen="127.0.0.1:2024" proto="tcp4" prefork=0
}
EVENTS {
}
"""


class Cyrus(Server):
    name = "cyrus"
    packages = ("cyrus-imapd", "cyrus-pop3d", "cyrus-common", "libsasl2-modules", "sasl2-bin", "openssl")

    def prepare(self) -> None:
        cert, key = certificate("/etc")
        self.run("chown", "cyrus", cert, key)
        write("/etc/imapd.conf", IMAPD.format(cert=cert, key=key))
        write("/etc/cyrus.conf", CYRUS)
        for user in ("u1", "u2", "u3"):
            self.run("saslpasswd2", "-c", "-p", "-u", "mx.example.org", user, stdin="pass")
        self.run("chown", "cyrus", "/etc/sasldb2")
        for place in ("/run/cyrus", "/run/cyrus/proc", "/run/cyrus/lock", "/run/cyrus/socket"):
            self.run("install", "-d", "-o", "cyrus", "-g", "mail", place)

    def start(self) -> None:
        # Debian names the programs so that they stand beside others.
        programs = "/usr/lib/cyrus/bin"
        master = "/usr/sbin/cyrmaster"
        self.spawn(master, "-D", PATH=f"{programs}:/usr/sbin:/usr/bin:/sbin:/bin")
        for port in (143, 110, 24, 2024):
            self.wait_for_port(port)
        self._fill()

    def _fill(self) -> None:
        for user in ("u1", "u2"):
            client = imaplib.IMAP4("127.0.0.1", 143)
            client.login(user, "pass")
            client.select("INBOX")
            for message in mailbox.MESSAGES if user == "u1" else []:
                client.append("INBOX", None, '"23-Nov-2026 07:00:00 +0000"', message.replace(b"\n", b"\r\n"))
            client.logout()

    def recordings(self) -> list[Recording]:
        address = ("127.0.0.1", 143)
        several = {**imap.ALL, "another-session": imap.another_session(lambda: Conversation(address))}
        return [Recording("pop3", "cyrus", ("127.0.0.1", 110), pop3.ALL, RULES),
                Recording("imap", "cyrus", address, several, RULES),
                Recording("smtp", "cyrus-lmtp", ("127.0.0.1", 2024), smtp.LMTP, RULES),
                Recording("smtp", "cyrus-lmtp-authenticated", ("127.0.0.1", 24), smtp.LMTP, RULES)]
