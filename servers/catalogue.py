# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Every server that can be started by name. `hostile` is not here: each test writes its own."""

from .aiosmtpd import Aiosmtpd
from .apache import Apache
from .builtin import Builtin
from .busybox import BusyBox
from .caddy import Caddy
from .courier import Courier
from .courier_mta import CourierMta
from .cyrus import Cyrus
from .dovecot import Dovecot
from .exim import Exim
from .gunicorn import Gunicorn
from .h2o import H2o
from .haproxy import HaProxy
from .lighttpd import Lighttpd
from .mailutils import Mailutils
from .micro_httpd import MicroHttpd
from .mini_httpd import MiniHttpd
from .nginx import Nginx
from .nodejs import NodeJs
from .opensmtpd import OpenSmtpd
from .popa3d import Popa3d
from .postfix import Postfix
from .python_http import PythonHttp
from .sendmail import Sendmail
from .server import Server
from .smtp_sink import SmtpSink
from .varnish import Varnish
from .webfs import Webfs

ALL: dict[str, type[Server]] = {server.name: server for server in (
    Builtin, Postfix, SmtpSink, Exim, OpenSmtpd, Sendmail, CourierMta, Aiosmtpd,
    Dovecot, Cyrus, Courier, Mailutils, Popa3d,
    Nginx, Apache, Lighttpd, H2o, Caddy, HaProxy, Varnish, Webfs, MiniHttpd, MicroHttpd, BusyBox, PythonHttp, Gunicorn,
    NodeJs)}
