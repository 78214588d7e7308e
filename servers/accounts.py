# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Accounts that a server needs by name and that the machine lacks. Only the server sees them.

Each has the user and group numbers of an account that every Debian has, so that its files always have an owner.
"""

import pwd
import shutil
import subprocess
from pathlib import Path


def exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
        return True
    except KeyError:
        return False


def either(name: str, otherwise: str) -> str:
    """`name` if the machine has that account, `otherwise` if not."""
    return name if exists(name) else otherwise


def add(etc: Path, name: str, like: str, password: str | None = None, home: str = "/nonexistent") -> None:
    """Adds an account, and a group of the same name, to copies of the machine's passwd, shadow and group in `etc`."""
    numbers = pwd.getpwnam(like)
    secret = _digest(password) if password else "*"
    for file, line in (("passwd", f"{name}:x:{numbers.pw_uid}:{numbers.pw_gid}::{home}:/bin/sh"),
                       ("shadow", f"{name}:{secret}:19000:0:99999:7:::"), ("group", f"{name}:x:{numbers.pw_gid}:")):
        etc.mkdir(exist_ok=True)
        if not (etc / file).exists():
            shutil.copy2(f"/etc/{file}", etc / file)
        with open(etc / file, "a") as table:
            table.write(f"{line}\n")


def _digest(password: str) -> str:
    return subprocess.run(["openssl", "passwd", "-6", password], check=True, capture_output=True, text=True,
                          timeout=60).stdout.strip()
