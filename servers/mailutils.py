# SPDX-License-Identifier: Apache-2.0 OR MIT
"""GNU mailutils on loopback: imap4d and pop3d, with the mailboxes of system accounts."""

from collections.abc import Iterator

from . import messages
from .server import Server, Service, certificate

CONFIGURATION = """
mode daemon;
foreground yes;
max-children 500;
pidfile "{directory}/{program}.pid";
transcript no;
{tls}mailbox {{ mail-spool "{directory}/mail"; mailbox-type mbox; }};
auth {{ authentication "generic:system"; authorization "system"; }};
logging {{ syslog no; facility mail; }};
server 127.0.0.1:{port} {{ {mode}}};
{server}"""

# It would not read a key below /tmp.
TLS = 'tls-file-checks {{ key-file none; cert-file none; }};\n' \
      'tls {{ ssl-certificate-file "{cert}"; ssl-key-file "{key}"; }};\n'

PROGRAMS = {"imap": "imap4d", "pop3": "pop3d"}


class Mailutils(Server):
    """Users u1 and u2 have the password `pass`; u1 has messages."""

    name = "mailutils"
    packages = ("mailutils-imap4d", "mailutils-pop3d")
    program = "usr/sbin/imap4d"
    services = (Service("imap", 143, "imap"), Service("pop3", 110, "pop3"))
    load_services = (Service("imaps", 993, "imaps"), Service("pop3s", 995, "pop3s"))
    needs_root = True
    fixed_paths = True

    def configure(self) -> None:
        for service, program in PROGRAMS.items():
            tls = mode = server = ""
            if self.for_load:
                cert, key = certificate(self.directory)
                tls, mode = TLS.format(cert=cert, key=key), "tls-mode ondemand; "
                server = f"server 127.0.0.1:{self.port(f'{service}s')} {{ tls-mode connection; }};\n"
            self.write(f"{program}.conf", CONFIGURATION.format(directory=self.directory, program=program, tls=tls,
                                                               mode=mode, server=server, port=self.port(service)))
        for user, held in (("u1", messages.MESSAGES), ("u2", [])):
            self.mail_user(user, messages.mbox(held))
        (self.directory / "mail").chmod(0o1777)

    def commands(self) -> Iterator[list[str]]:
        for program in PROGRAMS.values():
            yield [f"/usr/sbin/{program}", f"--config-file={self.directory}/{program}.conf", "--no-site-config"]
