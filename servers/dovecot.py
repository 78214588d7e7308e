# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Dovecot on loopback: IMAP, POP3, LMTP and submission, with its plugins for quota, ACL, metadata, compression and
notification."""

import base64
import collections
import hmac
import json
import re
import shutil
import time
from collections.abc import Iterator

from . import messages
from .network import wait_for
from .place import Place
from .server import Server, Service, certificate

CONFIGURATION = """
protocols = {protocols}
base_dir = {directory}/run
state_dir = {directory}/run
log_path = {directory}/dovecot.log
log_timestamp = "%Y-%m-%d %H:%M:%S.%{{usecs}} "
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
auth_mechanisms = plain login cram-md5 apop scram-sha-1 scram-sha-256{mechanisms}
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
{tokens}passdb {{
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
# Without it a client whose password was wrong waits for up to 15 s the next time.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
{submission}{proxied}
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
  quota_rule = *:{quota}
  acl = vfile
  acl_shared_dict = file:{directory}/mail/shared-mailboxes
}}
"""

SUBMISSION = """
service submission-login {{
  inet_listener submission {{
    port = {port}
  }}
  {submissions}
}}
protocol submission {{
  mail_max_userip_connections = 0
}}
"""


# XOAUTH2, with tokens that it checks by itself: JSON Web Tokens (RFC 7519), signed with TOKEN_KEY.
TOKEN_KEY = b"the key of the tests' tokens"
TOKENS = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {directory}/tokens.conf
}}
"""
TOKEN_SETTINGS = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={directory}/token-keys/
username_attribute = sub
username_format = %n
"""

# Listeners that expect a header of the PROXY protocol. The last of their names says whether TLS follows.
PROXIED = """
haproxy_trusted_networks = 127.0.0.0/8
haproxy_timeout = 3s
service {service}-login {{
  inet_listener {name}_proxied {{
    port = {port}
    haproxy = yes
    ssl = {ssl}
  }}
}}
"""
PROXIED_SERVICES = {"imap": "imap", "imaps": "imap", "pop3": "pop3", "pop3s": "pop3", "submission": "submission",
                    "submissions": "submission"}


def token(user: str, key: bytes = TOKEN_KEY) -> str:
    """An access token that lets the user in for an hour."""
    def encoded(octets: bytes) -> str:
        return base64.urlsafe_b64encode(octets).decode().rstrip("=")

    now = int(time.time())
    claims = {"sub": user, "iat": now - 60, "exp": now + 3600}
    signed = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{signed}.{encoded(hmac.digest(key, signed.encode(), 'sha256'))}"


class Dovecot(Server):
    """Users u1, u2, u3 and ann have the password `pass`; u1 has messages. With `relay`, the port of an SMTP server on
    loopback, it also accepts submissions and relays them to that server. With `tokens` they can also show a `token`.
    With `proxied` there are listeners that expect a header of the PROXY protocol: see `proxied_url`."""

    name = "dovecot"
    packages = ("dovecot-core", "dovecot-imapd", "dovecot-pop3d", "dovecot-lmtpd", "dovecot-submissiond")
    program = "usr/sbin/dovecot"
    services = (Service("imap", 143, "imap"), Service("pop3", 110, "pop3"), Service("lmtp", 24, "lmtp"),
                Service("imaps", 993, "imaps"), Service("pop3s", 995, "pop3s"))
    needs_root = True
    fixed_paths = True

    def __init__(self, place: Place | None = None, relay: int | None = None, tokens: bool = False,
                 proxied: bool = False, for_load: bool = False) -> None:
        super().__init__(place, for_load)
        self._relay = relay
        self._tokens = tokens
        self._proxied = proxied
        if relay:
            self.services = (*self.services, Service("submission", 587, "smtp"))
        if relay and for_load:
            self.services = (*self.services, Service("submissions", 465, "smtps"))

    def configure(self) -> None:
        cert, key = certificate(self.directory)
        submission = submissions = ""
        if self._relay and self.for_load:
            submissions = f"inet_listener submissions {{\n    port = {self.port('submissions')}\n    ssl = yes\n  }}"
        if self._relay:
            submission = SUBMISSION.format(port=self.port("submission"), submissions=submissions)
        self.write("dovecot.conf", CONFIGURATION.format(
            quota="storage=100G" if self.for_load else "storage=100M:messages=1000",
            protocols=f"imap pop3 lmtp{' submission' if self._relay else ''}", directory=self.directory,
            internal=self.account("dovecot", "mail"), login=self.account("dovenull", "nobody"), cert=cert, key=key,
            relay=self._relay or 25, submission=submission, mechanisms=" xoauth2" if self._tokens else "",
            tokens=self._configure_tokens() if self._tokens else "",
            proxied=self._proxied_listeners() if self._proxied else "",
            **{name: self.port(name) for name in ("imap", "imaps", "pop3", "pop3s", "lmtp")}))
        mail = self.directory / "mail"
        self.write("people", "".join(f"{user}:{{plain}}pass::::{mail}/{user}::\n"
                                     for user in ("u1", "u2", "u3", "ann")))
        messages.maildir(mail / "u1/Maildir", messages.MESSAGES)
        for path in (mail, *mail.rglob("*")):
            shutil.chown(path, "mail", "mail")

    def _configure_tokens(self) -> str:
        self.write("tokens.conf", TOKEN_SETTINGS.format(directory=self.directory))
        self.write("token-keys/default/HS256/default", base64.b64encode(TOKEN_KEY))
        return TOKENS.format(directory=self.directory)

    def _proxied_listeners(self) -> str:
        return "".join(PROXIED.format(service=service, name=name, port=self._proxied_port(name),
                                      ssl="yes" if name != service else "no")
                       for name, service in PROXIED_SERVICES.items() if self._relay or service != "submission")

    def _proxied_port(self, name: str) -> int:
        return self.place.port(f"{name}-proxied", 0)

    def proxied_url(self, name: str) -> str:
        """Where a service, or its twin over TLS, expects a header of the PROXY protocol first."""
        scheme = name.replace("submission", "smtp")
        return f"{scheme}://127.0.0.1:{self._proxied_port(name)}"

    def logins(self) -> dict[str, collections.Counter[str]]:
        """How often somebody has logged in to imap, pop3 and submission, by mechanism; waits for the log to rest."""
        def rested() -> bool:
            before = self.output()
            time.sleep(0.3)
            return before == self.output()

        wait_for(rested, "Dovecot's log does not come to rest:\n", self.output)
        return {service: collections.Counter(re.findall(
            rf"{service}-login: Info: Login: user=<[^>]*>, method=([^,]+),", self.output()))
            for service in ("imap", "pop3", "submission")}

    def commands(self) -> Iterator[list[str]]:
        yield ["/usr/sbin/dovecot", "-F", "-c", f"{self.directory}/dovecot.conf"]

    def close(self) -> None:
        self.kill()  # its master would wait for a second, so that its children can log their last words
        super().close()

    def output(self) -> str:
        log = self.directory / "dovecot.log"
        return super().output() + (log.read_text(errors="replace") if log.exists() else "")
