# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# ./run demo: loads the built-in server three ways and compares them.

demo_server=

stop_demo_server() {
  [ -n "$demo_server" ] || return 0
  kill "$demo_server" 2>/dev/null || true
  wait "$demo_server" 2>/dev/null || true
  demo_server=
}

# Starts `backtalk serve` and sets demo_url once it listens.
start_demo_server() {
  local said=$1/server
  # shellcheck disable=SC2154  # build.sh sets program
  "$program" serve smtp://127.0.0.1:0 >"$said" 2>&1 &
  demo_server=$!
  trap stop_demo_server EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  demo_url=
  for _ in {1..100}; do
    demo_url=$(sed -n 's/^listening on //p' "$said" | head -n 1)
    [ -z "$demo_url" ] || return 0
    kill -0 "$demo_server" 2>/dev/null || break
    sleep 0.05
  done
  cat "$said" >&2
  stop "backtalk serve did not start; its output is above."
}

# demo_load RESULT SENTENCE LOAD-OPTIONS...
demo_load() {
  local result=$1 sentence=$2
  shift 2
  say "  $sentence"
  # Its progress appears on standard error; the table replaces its summary.
  "$program" load "$demo_url" -c 8 -t 1 -d 2500ms --json "$result" "$@" >/dev/null ||
    stop "backtalk load failed; its output is above."
}

help_demo() {
  cat <<'TEXT'
./run demo

Starts the built-in server on a free port of 127.0.0.1, loads it three ways for 2.5 s each (lock step, RFC 2920
command groups, pipelined BDAT) and prints the results side by side. The full results are in build/demo.

Builds the program first (preset release): about a minute on two quiet cores, nothing if it is already built. Installs
missing packages from [build] and [demo] in dependencies.txt; that includes the compiler.
TEXT
}

task_demo() {
  local results=build/demo
  no_arguments "$@"
  install_sections build demo
  build_program
  mkdir -p "$results"
  start_demo_server "$results"
  say "Loading $demo_url over 8 connections, three ways, 2.5 s each:"
  demo_load "$results/lock-step.json" "1/3 lock step: each command waits for its reply" -p 1
  demo_load "$results/groups.json" "2/3 RFC 2920 command groups" -p 2
  demo_load "$results/bdat.json" "3/3 BDAT, 16 messages in flight on each connection" -p 16 --data bdat
  stop_demo_server
  say ""
  python3 bench/load/side_by_side.py "lock step=$results/lock-step.json" "groups=$results/groups.json" \
    "BDAT x16=$results/bdat.json"
}
