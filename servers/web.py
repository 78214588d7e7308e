# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What the HTTP servers have in common: the documents that they serve."""

from pathlib import Path
from typing import ClassVar

from . import documents
from .server import Server, Service

APPLICATION = ("/echo", "/stream", "/nocontent", "/fields", "/status/418")  # what the CGI program answers


class WebServer(Server):
    """`settings` is the text of a configuration file, in which {directory}, {documents} and {port} are replaced."""

    services = (Service("http", 8080, "http"),)
    settings: ClassVar[str] = ""

    def configure(self) -> None:
        documents.make(self.documents)
        if self.settings:
            self.write("settings", self.filled(self.settings))

    @property
    def documents(self) -> Path:
        return self.directory / "www"

    def filled(self, text: str) -> str:
        for name, value in (("directory", self.directory), ("documents", self.documents), ("port", self.port())):
            text = text.replace(f"{{{name}}}", str(value))
        return text
