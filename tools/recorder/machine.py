# SPDX-License-Identifier: Apache-2.0 OR MIT
"""A throwaway machine for one server: this Debian as a copy-on-write layer, with the server's packages installed in it.

Mounts, host name, processes and network are its own: the server sees `mx.example.org` with nothing but a loopback
interface, its paths and accounts are those that Debian compiled in, and when the command ends nothing of it is left.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

HOST = "mx.example.org"
PACKAGES = ("iproute2", "openssl", "python3")  # what the recorder itself needs in there
SOURCE = Path(__file__).resolve().parent

# Mounts and names of its own; it ends with us, however we end.
APART = ("setpriv", "--pdeathsig", "KILL",
         "unshare", "--mount", "--uts", "--ipc", "--propagation", "private", "--fork", "--kill-child")

# $1 is the machine's directory, $2 the recorder's, $3 where the recordings go, $4 the packages, $5 the server.
BOOT = """
set -e
mount -t tmpfs none "$1"
cd "$1"
mkdir upper work root
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root
mount --rbind /dev root/dev
mount -t proc none root/proc
mount -t tmpfs none root/run
mkdir root/run/lock
mount -t tmpfs none root/tmp
mkdir -p root/recorder root/recorded
mount --bind "$2" root/recorder
mount --bind "$3" root/recorded
hostname "{host}"
printf '#!/bin/sh\\nexit 101\\n' >root/usr/sbin/policy-rc.d   # what is installed is not started
chmod 755 root/usr/sbin/policy-rc.d
printf '127.0.0.1 localhost {host}\\n' >root/etc/hosts.recorder
echo {host} >root/etc/hostname; echo {host} >root/etc/mailname
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 HOME=/tmp
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
unset XDG_CACHE_HOME
chroot root apt-get update -qq
# shellcheck disable=SC2086
chroot root apt-get install -y -qq --no-install-recommends --allow-downgrades -o Dpkg::Use-Pty=0 $4 >install.log 2>&1 ||
  {{ tail -20 install.log >&2; exit 1; }}
mv root/etc/hosts.recorder root/etc/hosts
rm -f root/etc/resolv.conf
echo 'nameserver 127.0.0.1' >root/etc/resolv.conf
exec unshare --net --pid --fork --kill-child chroot root /bin/sh -c \
  'mount -t proc none /proc; exec python3 -B /recorder --inside "$1"' sh "$5"
"""


def run(server: str, packages: list[str], recorded: Path, limit_s: float = 600) -> None:
    """Records one server into the directory `recorded`; its output is ours. A SubprocessError where it fails."""
    directory = tempfile.mkdtemp(prefix="backtalk-recorder-")
    try:
        subprocess.run([*APART, "sh", "-c", BOOT.format(host=HOST), "sh", directory, str(SOURCE), str(recorded),
                        " ".join([*PACKAGES, *packages]), server], check=True, stdin=subprocess.DEVNULL,
                        timeout=limit_s)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def loopback_up() -> None:
    """Inside the machine: its only interface."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
