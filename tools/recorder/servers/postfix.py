# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Postfix, as it comes and in a strict configuration, and its test server smtp-sink."""

import normal
from scripts import smtp

from .server import Recording, Server, certificate, write

RULES = [normal.group_by(rb"queued as (\w+)", normal.token)]

SETTINGS = {
    "myhostname": "mx.example.org", "mydestination": "example.org, mx.example.org", "mynetworks": "192.0.2.0/24",
    "inet_interfaces": "127.0.0.1", "inet_protocols": "ipv4",
    "local_transport": "discard:", "default_transport": "discard:",
    "local_recipient_maps": "inline:{bob=1,carol=1,postmaster=1,u1=1}", "alias_maps": "", "smtpd_peername_lookup": "no",
    "disable_dns_lookups": "yes", "smtpd_error_sleep_time": "0", "smtpd_client_auth_rate_limit": "0",
    "smtpd_sasl_auth_enable": "yes", "smtpd_sasl_local_domain": "mx.example.org", "smtpd_tls_security_level": "may",
    "smtpd_timeout": "20s", "maillog_file": "/var/log/postfix.log", "message_size_limit": "100000",
}
STRICT = ("smtpd_helo_required=yes", "strict_rfc821_envelopes=yes", "disable_vrfy_command=yes",
          "smtpd_tls_auth_only=yes", "smtpd_forbid_bare_newline=yes", "smtpd_hard_error_limit=3",
          "smtpd_forbidden_commands=CONNECT,GET,POST", "smtpd_recipient_limit=2", "smtpd_junk_command_limit=3",
          "smtpd_helo_restrictions=reject_invalid_helo_hostname,reject_non_fqdn_helo_hostname",
          "smtpd_sender_restrictions=reject_non_fqdn_sender,reject_unknown_sender_domain",
          "smtpd_data_restrictions=reject_unauth_pipelining", "smtpd_delay_reject=no")


class Postfix(Server):
    name = "postfix"
    packages = ("postfix", "libsasl2-modules", "sasl2-bin", "openssl")

    def prepare(self) -> None:
        cert, key = certificate("/etc/postfix")
        write("/etc/postfix/main.cf", "compatibility_level = 3.6\n")
        self.run("postconf", "-e", *[f"{name}={value}" for name, value in SETTINGS.items()],
                 f"smtpd_tls_cert_file={cert}", f"smtpd_tls_key_file={key}")
        self.run("postconf", "-F", "*/*/chroot=n")
        self.run("postconf", "-M", "2525/inet=2525 inet n - n - - smtpd")
        self.run("postconf", "-P", *[f"2525/inet/{setting}" for setting in STRICT])
        write("/etc/postfix/sasl/smtpd.conf", "pwcheck_method: auxprop\nauxprop_plugin: sasldb\n"
                                              "mech_list: PLAIN LOGIN CRAM-MD5\n")
        self.run("saslpasswd2", "-c", "-p", "-u", "mx.example.org", "ann", stdin="pass")
        self.run("chown", "postfix", "/etc/sasldb2")

    def start(self) -> None:
        self.run("postfix", "start")
        self.wait_for_port(25)

    def stop(self) -> None:
        self.run("postfix", "abort")

    def recordings(self) -> list[Recording]:
        return [Recording("smtp", "postfix", ("127.0.0.1", 25), smtp.ALL, RULES),
                Recording("smtp", "postfix-strict", ("127.0.0.1", 2525), smtp.ALL, RULES)]


class SmtpSink(Server):
    name = "smtp-sink"
    packages = ("postfix",)

    def start(self) -> None:
        refusing = ["-8", "-p", "-q", "EHLO,VRFY", "-f", "RCPT"]
        for port, options in ((2525, []), (2526, ["-L"]), (2527, ["-e"]), (2528, refusing)):
            self.spawn("smtp-sink", "-u", "nobody", *options, f"127.0.0.1:{port}", "16")
            self.wait_for_port(port)

    def recordings(self) -> list[Recording]:
        some = {name: smtp.ALL[name] for name in ("ehlo", "other-commands", "order-errors")}
        return [Recording("smtp", "smtp-sink", ("127.0.0.1", 2525), smtp.ALL),
                Recording("smtp", "smtp-sink-lmtp", ("127.0.0.1", 2526), smtp.LMTP),
                Recording("smtp", "smtp-sink-no-esmtp", ("127.0.0.1", 2527), some),
                Recording("smtp", "smtp-sink-refusing", ("127.0.0.1", 2528), some)]
