# SPDX-License-Identifier: Apache-2.0 OR MIT
"""A throwaway machine: this Debian as a copy-on-write layer, with packages installed in it.

Mounts, host name, processes and network are its own: a server in it sees `mx.example.org` with nothing but a loopback
interface, and its paths and accounts are those that Debian compiled in. When the command ends nothing is left.
"""

import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

HOST = "mx.example.org"
PACKAGES = ("iproute2", "openssl", "python3")  # needed inside besides the servers

# Its own mounts and host name; it ends when we end, whatever the reason.
APART = ("setpriv", "--pdeathsig", "KILL",
         "unshare", "--mount", "--uts", "--ipc", "--propagation", "private", "--fork", "--kill-child")

# $1 is the machine's directory, $2 the packages; the rest is the command.
BOOT = """
set -e
mount -t tmpfs none "$1"
cd "$1"
packages=$2
shift 2
mkdir upper work root
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root
mount --rbind /dev root/dev
mount -t proc none root/proc
mount -t tmpfs none root/run
mkdir root/run/lock
mount -t tmpfs none root/tmp
{mounts}
hostname "{host}"
printf '#!/bin/sh\\nexit 101\\n' >root/usr/sbin/policy-rc.d   # what is installed is not started
chmod 755 root/usr/sbin/policy-rc.d
printf '127.0.0.1 localhost {host}\\n' >root/etc/hosts.machine
echo {host} >root/etc/hostname; echo {host} >root/etc/mailname
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 HOME=/tmp
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
unset XDG_CACHE_HOME
chroot root apt-get update -qq
# shellcheck disable=SC2086
chroot root apt-get install -y -qq --no-install-recommends --allow-downgrades -o Dpkg::Use-Pty=0 $packages \
  >install.log 2>&1 || {{ tail -20 install.log >&2; exit 1; }}
mv root/etc/hosts.machine root/etc/hosts
rm -f root/etc/resolv.conf
echo 'nameserver 127.0.0.1' >root/etc/resolv.conf
exec unshare --net --pid --fork --kill-child chroot root /bin/sh -c \
  'mount -t proc none /proc; ip link set lo up; exec "$@"' sh "$@"
"""


def run(command: list[str], packages: list[str], mounts: dict[str, Path], limit_s: float = 600) -> None:
    """Runs a command in a machine of its own, with our standard output. `mounts` makes directories of this machine
    visible at paths of that one. Raises a SubprocessError if the command fails. Needs root."""
    binds = "\n".join(f"mkdir -p root{target}\nmount --bind {shlex.quote(str(source))} root{target}"
                      for target, source in mounts.items())
    directory = tempfile.mkdtemp(prefix="backtalk-machine-")
    try:
        subprocess.run([*APART, "sh", "-c", BOOT.format(host=HOST, mounts=binds), "sh", directory,
                        " ".join([*PACKAGES, *packages]), *command], check=True, stdin=subprocess.DEVNULL,
                       timeout=limit_s)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
