# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# How the tasks talk: progress to standard error in plain sentences, results to standard output.

say() { printf '%s\n' "$*" >&2; }

# stop SENTENCE...: ends the task; the last sentence says what to do.
stop() {
  printf 'run: %s\n' "$*" >&2
  exit 2
}

# clock SECONDS: "45 s", "1 min 20 s", "1 h 5 min".
clock() {
  if [ "$1" -lt 60 ]; then
    printf '%d s\n' "$1"
  elif [ "$1" -lt 3600 ]; then
    printf '%d min %d s\n' $(($1 / 60)) $(($1 % 60))
  else
    printf '%d h %d min\n' $(($1 / 3600)) $(($1 % 3600 / 60))
  fi
}

# roughly SECONDS: an estimate in words.
roughly() {
  if [ "$1" -lt 10 ]; then
    printf 'a few seconds\n'
  elif [ "$1" -lt 90 ]; then
    printf 'about %d s\n' $((($1 + 9) / 10 * 10))
  else
    printf 'about %d min\n' $((($1 + 59) / 60))
  fi
}

# logged FILE COMMAND...: runs a command with its output in a file; if it fails, the end of the file is shown.
logged() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if "$@" >"$log" 2>&1; then return 0; fi
  show_failure "$log" "$@"
}

# show_failure FILE COMMAND...: the end of the log of a command that failed. Always fails itself.
show_failure() {
  local log=$1
  shift
  tail -n 60 "$log" >&2
  say "The command '$*' failed. Its output is in $log."
  return 1
}
