# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Dovecot on loopback: IMAP, POP3, LMTP and submission, with its plugins for quota, ACL, metadata, compression and
notification."""

import shutil
from collections.abc import Iterator

from . import messages
from .place import Place
from .server import Server, Service, certificate

CONFIGURATION = """
protocols = {protocols}
base_dir = {directory}/run
state_dir = {directory}/run
log_path = {directory}/dovecot.log
default_internal_user = {internal}
default_internal_group = {internal}
default_login_user = {login}
default_process_limit = 1000
default_client_limit = 4096
listen = 127.0.0.1
hostname = mx.example.org
login_greeting = Dovecot (Debian) ready.
mail_location = maildir:~/Maildir
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
first_valid_gid = 1
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5 apop scram-sha-1 scram-sha-256
auth_failure_delay = 0
auth_username_format = %n
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
mail_attribute_dict = file:%h/attributes
mail_plugins = $mail_plugins quota acl notify zlib
mailbox_list_index = yes
submission_relay_host = 127.0.0.1
submission_relay_port = {relay}
submission_max_mail_size = 100k
lmtp_rcpt_check_quota = yes
imap_id_send = "name" * "version" "recorded"
passdb {{
  driver = passwd-file
  args = scheme=plain {directory}/people
}}
userdb {{
  driver = passwd-file
  args = {directory}/people
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Trash {{
    special_use = \\Trash
    auto = subscribe
  }}
  mailbox Archive {{
    special_use = \\Archive
  }}
}}
namespace shared {{
  type = shared
  separator = /
  prefix = shared/%%u/
  location = maildir:{directory}/mail/%%u/Maildir:INDEXPVT=~/shared/%%u
  list = children
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
{submission}
protocol imap {{
  mail_plugins = $mail_plugins imap_quota imap_acl imap_zlib
  imap_metadata = yes
  mail_max_userip_connections = 0
}}
protocol pop3 {{
  mail_max_userip_connections = 0
}}
plugin {{
  quota = maildir:User quota
  quota_rule = *:storage=100M:messages=1000
  acl = vfile
  acl_shared_dict = file:{directory}/mail/shared-mailboxes
}}
"""

SUBMISSION = """
service submission-login {{
  inet_listener submission {{
    port = {port}
  }}
}}
"""


class Dovecot(Server):
    """Users u1, u2, u3 and ann have the password `pass`; u1 has messages. With `relay`, the port of an SMTP server on
    loopback, it also accepts submissions and relays them to that server."""

    name = "dovecot"
    packages = ("dovecot-core", "dovecot-imapd", "dovecot-pop3d", "dovecot-lmtpd", "dovecot-submissiond")
    program = "usr/sbin/dovecot"
    services = (Service("imap", 143, "imap"), Service("pop3", 110, "pop3"), Service("lmtp", 24, "lmtp"),
                Service("imaps", 993, "imaps"), Service("pop3s", 995, "pop3s"))
    needs_root = True
    fixed_paths = True

    def __init__(self, place: Place | None = None, relay: int | None = None) -> None:
        super().__init__(place)
        self._relay = relay
        if relay:
            self.services = (*self.services, Service("submission", 587, "smtp"))

    def configure(self) -> None:
        cert, key = certificate(self.directory)
        submission = SUBMISSION.format(port=self.port("submission")) if self._relay else ""
        self.write("dovecot.conf", CONFIGURATION.format(
            protocols=f"imap pop3 lmtp{' submission' if self._relay else ''}", directory=self.directory,
            internal=self.account("dovecot", "mail"), login=self.account("dovenull", "nobody"), cert=cert, key=key,
            relay=self._relay or 25, submission=submission,
            **{name: self.port(name) for name in ("imap", "imaps", "pop3", "pop3s", "lmtp")}))
        mail = self.directory / "mail"
        self.write("people", "".join(f"{user}:{{plain}}pass::::{mail}/{user}::\n"
                                     for user in ("u1", "u2", "u3", "ann")))
        messages.maildir(mail / "u1/Maildir", messages.MESSAGES)
        for path in (mail, *mail.rglob("*")):
            shutil.chown(path, "mail", "mail")

    def commands(self) -> Iterator[list[str]]:
        yield ["/usr/sbin/dovecot", "-F", "-c", f"{self.directory}/dovecot.conf"]

    def output(self) -> str:
        log = self.directory / "dovecot.log"
        return super().output() + (log.read_text(errors="replace") if log.exists() else "")
