# shellcheck shell=bash
# How the tasks talk: progress to standard error in plain sentences, results to standard output.

say() { printf '%s\n' "$*" >&2; }

# stop SENTENCE...: ends the task; the last sentence says what to do.
stop() {
  printf 'run: %s\n' "$*" >&2
  exit 2
}

# logged FILE COMMAND...: runs a command with its output in a file; where it fails, the end of it is shown.
logged() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if "$@" >"$log" 2>&1; then return 0; fi
  tail -n 60 "$log" >&2
  say "The command '$*' failed. All of its output is in $log."
  return 1
}
