# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# ./run demo: loads the built-in servers of all protocols, and shows the results in one table.

demo_server=

stop_demo_server() {
  [ -n "$demo_server" ] || return 0
  kill "$demo_server" 2>/dev/null || true
  wait "$demo_server" 2>/dev/null || true
  demo_server=
}

# demo_url SCHEME: where the server listens for it.
demo_url() { sed -n "s|^listening on \($1://.*\)|\1|p" "$demo_said"; }

# Starts one `backtalk serve` for all protocols, and returns once it listens for each.
start_demo_server() {
  local scheme
  local -a urls=()
  demo_said=$1/server
  for scheme in smtp pop3 imap http; do urls+=("$scheme://127.0.0.1:0"); done
  # shellcheck disable=SC2154  # build.sh sets program
  "$program" serve "${urls[@]}" --mailbox-octets "$demo_mailbox_octets" >"$demo_said" 2>&1 &
  demo_server=$!
  trap stop_demo_server EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  for _ in {1..100}; do
    [ "$(grep -c '^listening on' "$demo_said")" -lt "${#urls[@]}" ] || return 0
    kill -0 "$demo_server" 2>/dev/null || break
    sleep 0.05
  done
  cat "$demo_said" >&2
  stop "backtalk serve did not start; its output is above."
}

# The SMTP server keeps what it accepts, so the number of messages is bounded: 3 x 200,000 of 256 octets, each with
# what the mailbox needs for it.
demo_mailbox_octets=$((1 << 30))
demo_mail=(-n 200000 --size 256)
# SMTP has delivered to this user by default.
demo_reader=(--user recipient --password any)

# demo_load NAME SENTENCE URL LOAD-OPTIONS...: the result is NAME.json. Adds to demo_rows.
demo_load() {
  local result=$demo_results/$1.json sentence=$2 url=$3
  shift 3
  say "  $sentence"
  # Its progress appears on standard error; the table replaces its summary.
  "$program" load "$url" -c 8 -t 1 -d 1500ms --json "$result" "$@" >/dev/null ||
    stop "backtalk load failed; its output is above."
  demo_rows+=("$sentence=$result")
}

help_demo() {
  cat <<'TEXT'
./run demo

Starts the built-in SMTP, POP3, IMAP and HTTP servers in one process, on free ports of 127.0.0.1, and loads each for
1.5 s at most: SMTP in lock step, with RFC 2920 command groups, and with pipelined BDAT; POP3 and IMAP, which read the
mail that SMTP has delivered; HTTP. Prints the results in one table, after less than 15 seconds. The full results are in
build/demo.

Builds the program first (preset release): about a minute on two quiet cores, nothing if it is already built. Installs
missing packages from [build] and [demo] in dependencies.txt; that includes the compiler.
TEXT
}

task_demo() {
  no_arguments "$@"
  demo_results=build/demo
  demo_rows=()
  install_sections build demo
  build_program
  mkdir -p "$demo_results"
  start_demo_server "$demo_results"
  say "Loading the built-in servers over 8 connections, for 1.5 s each:"
  demo_load smtp-lock-step "SMTP, lock step" "$(demo_url smtp)" "${demo_mail[@]}"
  demo_load smtp-groups "SMTP, command groups" "$(demo_url smtp)" "${demo_mail[@]}" -p 2
  demo_load smtp-bdat "SMTP, 16 BDAT in flight" "$(demo_url smtp)" "${demo_mail[@]}" -p 16 --data bdat
  demo_load pop3 "POP3, 4 TOP in flight" "$(demo_url pop3)" "${demo_reader[@]}" --script headers -p 4
  demo_load imap "IMAP, 4 FETCH in flight" "$(demo_url imap)" "${demo_reader[@]}" --script read -p 4
  demo_load http "HTTP, 4 GET in flight" "$(demo_url http)/1024" -p 4
  stop_demo_server
  say ""
  python3 bench/load/table.py "${demo_rows[@]}"
}
