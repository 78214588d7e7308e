# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Where Postfix's programs are: installed on this machine, or unpacked into the cache by `./run install-deps`."""

import os
from pathlib import Path


def postfix_root() -> Path | None:
    """The directory under which usr/lib/postfix and usr/sbin are; None where Postfix is neither here nor there."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "backtalk/servers/postfix"
    for root in (Path("/"), cache):
        if (root / "usr/lib/postfix/sbin/master").exists() and (root / "usr/sbin/smtp-sink").exists():
            return root
    return None


def library_path(root: Path) -> str:
    return str(root / "usr/lib/postfix")


def why_no_postfix() -> str | None:
    """Why Postfix cannot run here, in a sentence; None where it can."""
    if postfix_root() is None:
        return "Postfix is not there: run ./run install-deps"
    if os.geteuid() != 0:
        return "Postfix's master runs as root only, and these tests do not"
    return None


def why_no_smtp_sink() -> str | None:
    return None if postfix_root() is not None else "smtp-sink is not there: run ./run install-deps"
