# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# How each task explains itself. A task NAME has a function help_NAME; a verb or suite of it has help_NAME_VERB. These
# functions only print: they install and build nothing.

# The task and its arguments as called, for `refuse`.
called=()

# help_function TASK [ARGUMENT...]: the help function of the first argument that has one, or else that of the task.
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

# asks_for_help ARGUMENT...: true if one of them is -h or --help.
asks_for_help() {
  local word
  for word in "$@"; do
    case $word in -h | --help) return 0 ;; esac
  done
  return 1
}

# refuse SENTENCE...: stops a task that was called wrongly: prints its help, then what is wrong.
refuse() {
  "$(help_function "${called[@]}")" >&2
  say ""
  stop "$*"
}

# no_arguments "$@": refuses any argument.
no_arguments() { [ $# -eq 0 ] || refuse "./run ${called[0]} does not take '$1'."; }

# script_arguments NAME GIVEN SCRIPT ARGUMENT...: stops the task unless the Python script accepts the arguments. Called
# before a build, which can take minutes. tasks/arguments.py explains NAME and GIVEN.
script_arguments() {
  command -v python3 >/dev/null || return 0
  python3 tasks/arguments.py "$@" || exit 2
}

# script_options NAME GIVEN SCRIPT: the script's own description of its options.
script_options() {
  printf '\n'
  if command -v python3 >/dev/null; then
    python3 tasks/arguments.py "$@" --help
  else
    printf 'To list the options, install python3, or read %s.\n' "$3"
  fi
}
