# shellcheck shell=bash
# How each task explains itself. A task NAME has a function help_NAME, a verb or suite of it help_NAME_VERB; they print,
# and do nothing else: no package is installed and nothing is built.

# What was called, for `refuse`: the task and its arguments.
called=()

# help_function TASK [ARGUMENT...]: the function that explains them: that of the first argument which has one, or the task's.
help_function() {
  local task=${1//-/_} word
  shift
  for word in "$@"; do
    if declare -F "help_${task}_${word//-/_}" >/dev/null; then
      printf 'help_%s_%s\n' "$task" "${word//-/_}"
      return
    fi
  done
  printf 'help_%s\n' "$task"
}

# asks_for_help ARGUMENT...: whether one of them is -h or --help.
asks_for_help() {
  local word
  for word in "$@"; do
    case $word in -h | --help) return 0 ;; esac
  done
  return 1
}

# refuse SENTENCE...: ends a task that was called wrongly, with its help and what is wrong.
refuse() {
  "$(help_function "${called[@]}")" >&2
  say ""
  stop "$*"
}

# no_arguments "$@": refuses whatever there is.
no_arguments() { [ $# -eq 0 ] || refuse "./run ${called[0]} does not take '$1'."; }

# script_arguments NAME SCRIPT ARGUMENT...: ends the task unless the Python script would take them. NAME is how the
# script's usage calls it. Asked before anything is built, which may take minutes.
script_arguments() {
  command -v python3 >/dev/null || return 0
  python3 tasks/arguments.py "$@" || exit 2
}

# script_options NAME SCRIPT: the script's own account of its options.
script_options() {
  printf '\n'
  if command -v python3 >/dev/null; then
    python3 tasks/arguments.py "$@" --help
  else
    printf 'The options stand in %s (python3, which would print them, is not installed).\n' "$2"
  fi
}
