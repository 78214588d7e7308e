# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Exim with authenticators and an ACL that refuses in several ways."""

import normal
from scripts import smtp

from .server import Recording, Server, certificate, write

RULES = [normal.group_by(rb"id=([0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4})", normal.token)]

CONFIGURATION = r"""
primary_hostname = mx.example.org
domainlist local_domains = example.org
daemon_smtp_ports = 25
local_interfaces = 127.0.0.1
log_file_path = /var/log/exim4/%slog
tls_advertise_hosts = *
tls_certificate = {cert}
tls_privatekey = {key}
acl_smtp_helo = acl_helo
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data
acl_smtp_vrfy = accept
acl_smtp_expn = accept
acl_smtp_etrn = accept
smtp_etrn_command = /bin/true
pipelining_advertise_hosts = *
chunking_advertise_hosts = *
dsn_advertise_hosts = *
smtputf8_advertise_hosts = *
prdr_enable = true
message_size_limit = 100K
host_lookup =
rfc1413_query_timeout = 0s
helo_allow_chars = _
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
begin routers
blackhole:
  driver = redirect
  data = :blackhole:
begin transports
begin retry
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
    name = "exim"
    packages = ("exim4-daemon-heavy", "openssl")

    def prepare(self) -> None:
        cert, key = certificate("/etc/exim4")
        self.run("chown", "Debian-exim", cert, key)
        write("/etc/exim4/exim4.conf", CONFIGURATION.format(cert=cert, key=key))

    def start(self) -> None:
        self.spawn("exim4", "-bdf")
        self.wait_for_port(25)

    def recordings(self) -> list[Recording]:
        return [Recording("smtp", "exim", ("127.0.0.1", 25), smtp.ALL, RULES)]
