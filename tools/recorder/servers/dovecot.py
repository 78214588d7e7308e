# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Dovecot: IMAP, POP3, LMTP and submission, with its plugins for quota, ACL, metadata, compression and notification."""

import os

import mailbox
import normal
from conversation import Conversation
from scripts import imap, pop3, smtp

from .server import Recording, Server, certificate, write

MAIL_RULES = [
    normal.group_by(rb"\((\d\.\d{3} \+ \d\.\d{3}(?: \+ \d\.\d{3})?) secs\)", normal.always(b"0.001 + 0.001")),
    normal.MAILBOX_NUMBERS,
    normal.group_by(rb"(?:MAILBOXID|EMAILID|THREADID)[ (\"]+([0-9a-f]{8,64})", normal.hexadecimal),
    normal.group_by(rb"<([\w.+/=-]+)@mx\.example\.org>", normal.always(b"c.1.0123abcd.0123456789abcdefghijkl==")),
    normal.group_by(rb"(?m)^(?:\+OK )?\d+ ([0-9a-f]{16})\r", normal.hexadecimal),
]
LMTP_RULES = [
    normal.group_by(rb"<u\d@example\.org> ([\w+/=]{20,})(?::R\d)? Saved", normal.token),
    normal.group_by(rb"(?:queued as|id=) ?([\w-]{6,})", normal.token),
    normal.group_by(rb"(?m)^250 2\.0\.0 ([\w+/:=]{20,})", normal.token),
]

CONFIGURATION = """
protocols = imap pop3 lmtp submission
log_path = /tmp/dovecot-mail.log
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
submission_relay_port = 2525
submission_max_mail_size = 100k
lmtp_rcpt_check_quota = yes
imap_id_send = "name" * "version" "recorded"
passdb {{
  driver = passwd-file
  args = scheme=plain /etc/dovecot/people
}}
userdb {{
  driver = passwd-file
  args = /etc/dovecot/people
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
  location = maildir:/srv/mail/%%u/Maildir:INDEXPVT=~/shared/%%u
  list = children
}}
service lmtp {{
  inet_listener lmtp {{
    port = 24
  }}
}}
service submission-login {{
  inet_listener submission {{
    port = 587
  }}
}}
protocol imap {{
  mail_plugins = $mail_plugins imap_quota imap_acl imap_zlib
  imap_metadata = yes
  mail_max_userip_connections = 100
}}
protocol pop3 {{
  mail_max_userip_connections = 100
}}
plugin {{
  quota = maildir:User quota
  quota_rule = *:storage=100M:messages=1000
  acl = vfile
  acl_shared_dict = file:/srv/mail/shared-mailboxes
}}
"""


class Dovecot(Server):
    name = "dovecot"
    packages = ("dovecot-core", "dovecot-imapd", "dovecot-pop3d", "dovecot-lmtpd", "dovecot-submissiond", "postfix")

    def prepare(self) -> None:
        cert, key = certificate("/etc/dovecot")
        write("/etc/dovecot/dovecot.conf", CONFIGURATION.format(cert=cert, key=key))
        people = "".join(f"{name}:{{plain}}pass:::: /srv/mail/{name}::\n".replace(": /", ":/")
                         for name in ("u1", "u2", "u3", "ann"))
        write("/etc/dovecot/people", people)
        for place in ("cur", "new", "tmp"):
            os.makedirs(f"/srv/mail/u1/Maildir/{place}")
        for number, message in enumerate(mailbox.MESSAGES, 1):
            path = f"/srv/mail/u1/Maildir/cur/1700000000.M{number}.mx,S={len(message)}:2,{'S' if number == 1 else ''}"
            write(path, message)
            os.utime(path, (1700000000, 1700000000))
        self.run("chown", "-R", "mail:mail", "/srv/mail")

    def start(self) -> None:
        self.spawn("smtp-sink", "-u", "nobody", "127.0.0.1:2525", "16")
        self.spawn("dovecot", "-F")
        for port in (143, 110, 24, 587, 2525):
            self.wait_for_port(port)

    def recordings(self) -> list[Recording]:
        address = ("127.0.0.1", 143)
        several = {**imap.ALL, "another-session": imap.another_session(lambda: Conversation(address))}
        return [Recording("pop3", "dovecot", ("127.0.0.1", 110), pop3.ALL, MAIL_RULES),
                Recording("imap", "dovecot", address, several, MAIL_RULES),
                Recording("smtp", "dovecot-lmtp", ("127.0.0.1", 24), smtp.LMTP, LMTP_RULES),
                Recording("smtp", "dovecot-submission", ("127.0.0.1", 587), smtp.ALL, [*LMTP_RULES, *MAIL_RULES])]
