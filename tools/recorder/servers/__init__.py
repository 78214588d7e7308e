# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The servers that are recorded, one class each; they run inside the throwaway machine (machine.py), as its root.

There they have what Debian gives them: the usual paths, accounts and ports.
"""

from .courier import Courier
from .cyrus import Cyrus
from .dovecot import Dovecot
from .exim import Exim
from .mailutils import Mailutils
from .opensmtpd import OpenSmtpd
from .popa3d import Popa3d
from .postfix import Postfix, SmtpSink
from .small_web import BusyBox, Gunicorn, MicroHttpd, MiniHttpd, NodeJs, PythonHttp, Webfs
from .web import Apache, Caddy, H2o, HaProxy, Lighttpd, Nginx

ALL = {server.name: server for server in (
    Postfix, SmtpSink, Exim, OpenSmtpd, Dovecot, Cyrus, Courier, Mailutils, Popa3d,
    Nginx, Apache, Lighttpd, H2o, Caddy, HaProxy, Webfs, MiniHttpd, MicroHttpd, BusyBox, PythonHttp, Gunicorn, NodeJs)}
