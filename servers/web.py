# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What the HTTP servers have in common: the documents that they serve."""

from pathlib import Path
from typing import ClassVar

from . import documents
from .server import Server, Service, certificate

APPLICATION = ("/echo", "/stream", "/nocontent", "/fields", "/status/418")  # what the CGI program answers

HTTPS = Service("https", 8443, "https")


class WebServer(Server):
    """`settings` is the text of a configuration file, in which {directory}, {documents} and {port} are replaced, and
    with TLS {https}, the port, and {cert}, {key} and {pem}, which holds both.
    """

    services = (Service("http", 8080, "http"),)
    settings: ClassVar[str] = ""
    load_settings: ClassVar[dict[str, str]] = {}  # for_load: what in the settings becomes what
    page: ClassVar[str] = "/page.html"  # what load tests ask for, and nothing else does

    def configure(self) -> None:
        documents.make(self.documents)
        if self._has_tls:
            cert, key = certificate(self.directory)
            self.write("both.pem", cert.read_bytes() + key.read_bytes(), 0o600)
        if self.settings:
            self.write("settings", self.filled(self.settings))

    @property
    def documents(self) -> Path:
        return self.directory / "www"

    def filled(self, text: str) -> str:
        values: dict[str, object] = {"directory": self.directory, "documents": self.documents, "port": self.port()}
        if self.for_load:
            for old, new in self.load_settings.items():
                text = text.replace(old, new)
        if self._has_tls:
            values |= {"https": self.port("https"), "cert": self.directory / "cert.pem",
                       "key": self.directory / "key.pem", "pem": self.directory / "both.pem"}
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    @property
    def _has_tls(self) -> bool:
        return any(service.scheme == "https" for service in self.services)

    def access_log(self) -> str:
        log = self.directory / "access.log"
        return log.read_text(errors="replace") if log.exists() else ""
