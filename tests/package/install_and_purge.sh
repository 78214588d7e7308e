#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR MIT
# install_and_purge.sh DIR: installs the Debian packages of DIR, uses the program, purges the packages, and compares the
# system with what it was. Run it as root in a bare Debian 12 that is thrown away, such as a container of debian:12.
set -euo pipefail

debs=$(realpath "$1")
work=$(mktemp -d)
server=''
finish() {
  if [ -n "$server" ]; then kill -INT "$server" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT
export DEBIAN_FRONTEND=noninteractive

fail() {
  echo "install_and_purge.sh: $*" >&2
  exit 1
}

# snapshot FILE: each path, with the checksum of what is in /etc, /opt, /root, /home, /srv and /usr; and the state of each
# package. Left out are what apt, dpkg, ldconfig and man keep about any package: lists, logs and caches.
snapshot() {
  {
    find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /src -o -path "$debs" \
      -o -path /var/log -o -path /var/cache/apt -o -path /var/cache/debconf -o -path /var/cache/ldconfig \
      -o -path /var/cache/man -o -path /var/lib/apt -o -path '/var/lib/dpkg/*-old' \) -prune -o -printf '%y %m %U %G %p %l\n'
    find /etc /opt /root /home /srv /usr -xdev -type f ! -path /etc/ld.so.cache -exec sha256sum {} +
    # shellcheck disable=SC2016
    dpkg-query -W -f='${Package} ${Version} ${Status}\n'
  } | LC_ALL=C sort >"$1"
}

quietly() { "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "$*"; }; }

quietly apt-get update
quietly apt-get install -y --no-install-recommends man-db  # a bare system has no man
snapshot "$work/before"

echo "-- install"
quietly apt-get install -y --no-install-recommends "$debs"/*.deb
backtalk --version
for page in backtalk backtalk-load backtalk-serve backtalk-talk backtalk-parse backtalk-seeds backtalk-compare \
  backtalk-merge backtalk-calibrate backtalk-fill backtalk-report; do
  man "$page" 2>"$work/warnings" | grep -q "^NAME" || fail "man $page shows nothing"
  [ ! -s "$work/warnings" ] || fail "man $page: $(cat "$work/warnings")"
done
echo "man shows its pages"
: >"$work/said"
backtalk serve smtp://127.0.0.1:0 >"$work/said" 2>&1 &
server=$!
until grep -q '^listening on ' "$work/said"; do
  kill -0 "$server" 2>/dev/null || fail "the server did not start: $(cat "$work/said")"
  sleep 0.1
done
backtalk load "$(sed -n 's/^listening on //p' "$work/said")" -c 2 -n 100 2>&1 | tee "$work/result"
grep -q '^started 100 = completed 100 + failed 0 + unfinished 0' "$work/result" || fail "not every message completed"
kill -INT "$server"
wait "$server" || fail "the server did not end well"
server=''
# A snapshot that does not show the packages would not show what they leave.
snapshot "$work/installed"
for path in /usr/bin/backtalk /usr/share/man/man1/backtalk.1.gz /usr/share/bash-completion/completions/backtalk \
  /usr/share/zsh/vendor-completions/_backtalk /usr/share/fish/vendor_completions.d/backtalk.fish; do
  grep -q "^f .* $path " "$work/installed" || fail "$path is not installed"
done
echo "$(diff "$work/before" "$work/installed" | grep -c '^>') differences while installed"

echo "-- purge"
mapfile -t packages < <(for deb in "$debs"/*.deb; do dpkg-deb -f "$deb" Package; done)
quietly apt-get purge -y --autoremove "${packages[@]}"
# A file that is left would be seen.
mkdir /usr/share/backtalk
touch /usr/share/backtalk/planted
snapshot "$work/after"
rm -r /usr/share/backtalk
[ "$(diff "$work/before" "$work/after" | grep -c '^> .*/usr/share/backtalk')" -ge 2 ] || fail "it overlooks a file"
snapshot "$work/after"
diff "$work/before" "$work/after" || fail "that is left"
echo "Nothing is left of ${packages[*]}."
