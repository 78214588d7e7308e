# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Exim on loopback. It throws every message away."""

import shutil
from collections.abc import Iterator

from .place import Place
from .server import Server, Service, certificate

MAIN = r"""
exim_path = {program}
exim_user = {user}
exim_group = {group}
spool_directory = {directory}/spool
log_file_path = {directory}/log/%slog
pid_file_path = {directory}/exim.pid
primary_hostname = mx.example.org
daemon_smtp_ports = {ports}
tls_on_connect_ports = {smtps}
local_interfaces = 127.0.0.1
tls_advertise_hosts = *
tls_certificate = {cert}
tls_privatekey = {key}
pipelining_advertise_hosts = *
host_lookup =
rfc1413_query_timeout = 0s
helo_allow_chars = _
message_logs = false
check_spool_space = 0
check_spool_inodes = 0
"""

ROUTER = r"""
begin routers
blackhole:
  driver = redirect
  data = :blackhole:
begin transports
begin retry
"""

# Without the limits on sessions and load that would throttle a test.
ACCEPTING = MAIN + r"""
acl_smtp_rcpt = accept
acl_smtp_data = accept
recipients_max = 50000
smtp_accept_max = 500
smtp_accept_max_per_connection = 1000000
smtp_accept_queue_per_connection = 0
smtp_connect_backlog = 500
smtp_reserve_hosts = *
""" + ROUTER

# With authenticators, and an ACL that refuses in several ways.
REFUSING = MAIN + r"""
domainlist local_domains = example.org
acl_smtp_helo = acl_helo
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data
acl_smtp_vrfy = accept
acl_smtp_expn = accept
acl_smtp_etrn = accept
smtp_etrn_command = /bin/true
chunking_advertise_hosts = *
dsn_advertise_hosts = *
smtputf8_advertise_hosts = *
prdr_enable = true
message_size_limit = 100K
smtp_receive_timeout = 20s
recipients_max = 2
begin acl
acl_helo:
  deny condition = ${{if match{{$sender_helo_name}}{{^-}}}}
       message = names do not begin so
  accept
acl_rcpt:
  deny message = The local part has characters that are not allowed here
       local_parts = ^[./|] : ^.*[@%!]
  defer local_parts = carol
        message = come back later\nin an hour or so
  accept domains = +local_domains
         local_parts = bob : postmaster : u1
  deny domains = +local_domains
       message = unknown user
  deny message = relay not permitted
acl_data:
  deny condition = ${{if !def:h_Subject:}}
       message = a subject is wanted
  accept
""" + ROUTER + r"""
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{ann}}}}{{eq{{$auth3}}{{pass}}}}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| Username: | Password:
  server_condition = ${{if and{{{{eq{{$auth1}}{{ann}}}}{{eq{{$auth2}}{{pass}}}}}}}}
  server_set_id = $auth1
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = pass
"""


class Exim(Server):
    """By default it accepts every recipient. With `refusing` it has users (ann, password `pass`) and accepts mail for
    only some recipients of example.org."""

    name = "exim"
    packages = ("exim4-daemon-light",)
    program = "usr/sbin/exim4"
    services = (Service("smtp", 25, "smtp"),)
    load_services = (Service("smtps", 465, "smtps"),)
    needs_root = True
    fixed_paths = True

    def __init__(self, place: Place | None = None, refusing: bool = False, for_load: bool = False) -> None:
        super().__init__(place, for_load)
        self._configuration = REFUSING if refusing else ACCEPTING

    def configure(self) -> None:
        user = "mail"
        self.account("Debian-exim", user)  # it does not start without
        cert, key = certificate(self.directory, user)
        for name in ("spool", "log"):
            (self.directory / name).mkdir()
            shutil.chown(self.directory / name, user, user)
        # Where Debian has it compiled in: it keeps its privileges with no other configuration.
        self.write("etc/exim4/exim4.conf", self._configuration.format(
            program=f"/{self.program}", user=user, group=user, directory=self.directory,
            ports=" : ".join(str(self.port(service.name)) for service in self.services),
            smtps=self.port("smtps") if self.for_load else "", cert=cert, key=key))

    def output(self) -> str:
        log = self.directory / "log/mainlog"
        return super().output() + (log.read_text(errors="replace") if log.exists() else "")

    def commands(self) -> Iterator[list[str]]:
        yield [f"/{self.program}", "-bdf"]
