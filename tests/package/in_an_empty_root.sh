#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR MIT
# in_an_empty_root.sh PROGRAM: the statically linked program where it is the only file that there is: what a container FROM
# scratch has. As root, or where users may have namespaces of their own.
set -euo pipefail

program=$1
root=$(mktemp -d)
server=''
finish() {
  if [ -n "$server" ]; then
    kill -INT "$server" 2>/dev/null || true
    wait "$server" || true
  fi
  rm -rf "$root"
}
trap finish EXIT

fail() {
  echo "in_an_empty_root.sh: $*" >&2
  exit 1
}

# OpenSSL would look there for the authorities.
unset SSL_CERT_FILE SSL_CERT_DIR
alone=(chroot "$root")
[ "$(id -u)" -eq 0 ] || alone=(unshare --user --map-root-user chroot "$root")

cp "$program" "$root/backtalk"
# What needs a file beside it does not run here, or this would show nothing.
cp /bin/true "$root/true"
if "${alone[@]}" /true 2>/dev/null; then fail "a program that needs shared libraries runs in $root"; fi
rm "$root/true"

"${alone[@]}" /backtalk --version
: >"$root/said"
"${alone[@]}" /backtalk serve smtp://127.0.0.1:0 https://127.0.0.1:0 --save-cert /ca.pem >"$root/said" 2>&1 &
server=$!
until [ "$(grep -c '^listening on ' "$root/said")" -eq 2 ]; do
  kill -0 "$server" 2>/dev/null || fail "the servers did not start: $(cat "$root/said")"
  sleep 0.1
done
smtp=$(sed -n 's|^listening on \(smtp://[^ ]*\).*|\1|p' "$root/said")
https=$(sed -n 's|^listening on \(https://[^ ]*\).*|\1|p' "$root/said")

# load URL [OPTION...]: a hundred transactions, each of which completes.
load() {
  "${alone[@]}" /backtalk load "$@" -c 2 -n 100 2>&1 | tee "$root/result"
  grep -q '^started 100 = completed 100 + failed 0 + unfinished 0' "$root/result" || fail "load $*"
}
load "$smtp"
load "$https/" --cafile /ca.pem
# Without --cafile they are in the file where deploy/Dockerfile puts them.
if "${alone[@]}" /backtalk load "$https/" -n 1 --timeout 1s >/dev/null 2>&1; then fail "a stranger is trusted"; fi
mkdir -p "$root/usr/lib/ssl"
cp "$root/ca.pem" "$root/usr/lib/ssl/cert.pem"
load "$https/"
grep -q 'certificate verified' "$root/result" || fail "the certificate was not verified"

# Names come from /etc/hosts, without a library of nsswitch.conf.
if "${alone[@]}" /backtalk load "${smtp/127.0.0.1/here.test}" -n 1 >/dev/null 2>&1; then fail "here.test has an address"; fi
mkdir "$root/etc"
echo '127.0.0.1 here.test' >"$root/etc/hosts"
load "${smtp/127.0.0.1/here.test}"
echo "The program runs alone."
