# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# How the steps of ./run test run, those of the function test_steps: a failed one does not keep the others from running.

test_results=()
test_failures=0
test_listed=
test_lists=no
test_wanted=()
# Steps that run only if they are named.
test_only_by_name=()
# Where a step that runs beside another keeps its output until it has ended.
test_kept_output=

# step ID NAME COMMAND...: runs one step of the tests if it is wanted, and remembers how it went for the summary. With
# --list it prints the step instead, and the name of several steps only once.
step() {
  local id=$1
  shift
  case $test_lists in
    names)
      echo "$id"
      return 0
      ;;
    yes)
      if [ "$id" = "$test_listed" ]; then
        printf '  %-15s %s\n' '' "$1"
      else
        printf '  %-15s %s\n' "$id" "$1"
      fi
      test_listed=$id
      return 0
      ;;
  esac
  if [ ${#test_wanted[@]} -gt 0 ]; then
    contains "$id" "${test_wanted[@]}" || return 0
  elif contains "$id" "${test_only_by_name[@]}"; then
    return 0
  fi
  local name=$1 before=$SECONDS outcome=passed cpu_s cpu_before_s
  shift
  mkdir -p build/logs
  count_cpu
  cpu_before_s=$cpu_s
  if ! run_step "$name" "$@"; then
    outcome=FAILED
    test_failures=$((test_failures + 1))
  fi
  count_cpu
  test_results+=("$(printf '%-7s %4d s  %4d s CPU  %s' "$outcome" $((SECONDS - before)) $((cpu_s - cpu_before_s)) "$name")")
}

# run_step NAME COMMAND...: in a subshell, so that a `stop` ends the step and not the run.
run_step() {
  local name=$1 code=0
  shift
  if [ -z "$test_kept_output" ]; then
    say ""
    say "== $name"
    ("$@") || code=$?
  else
    ("$@") >"$test_kept_output" 2>&1 || code=$?
    { printf '\n== %s\n' "$name"; cat "$test_kept_output"; } >&2
  fi
  return "$code"
}

# count_cpu: sets cpu_s to the processor time that this shell's children have used, in whole seconds.
count_cpu() {
  local kept=build/logs/times.$BASHPID one
  local -a words
  # Not $(times): a subshell has children of its own.
  times >"$kept"
  { read -r; read -r -a words; } <"$kept"
  rm -f "$kept"
  cpu_s=0
  for one in "${words[@]}"; do
    one=${one%.*}
    cpu_s=$((cpu_s + ${one%m*} * 60 + ${one#*m}))
  done
}

# side_by_side STEPS STEPS: runs two functions that call `step` at the same time. The output of the second one's steps is
# shown when each has ended.
side_by_side() {
  if [ "$test_lists" != no ]; then
    "$1"
    "$2"
    return 0
  fi
  local beside results=build/logs/steps-beside failures=0
  local -a more=()
  mkdir -p build/logs
  : >"$results"
  # A process group of its own, which ends with this run.
  set -m
  steps_beside "$2" "$results" &
  beside=$!
  set +m
  trap 'kill -- "-'"$beside"'" 2>/dev/null' EXIT
  "$1"
  wait "$beside" || failures=$?
  trap - EXIT
  mapfile -t more <"$results"
  test_results+=("${more[@]}")
  test_failures=$((test_failures + failures))
}

# steps_beside STEPS FILE: the steps of a function; how they went is written to the file, and the status says how many
# failed. They build with as many processes as there are processors, as others build meanwhile.
steps_beside() {
  test_results=()
  test_failures=0
  test_kept_output=build/logs/step-beside.log
  CMAKE_BUILD_PARALLEL_LEVEL=$(nproc)
  export CMAKE_BUILD_PARALLEL_LEVEL
  "$1"
  [ ${#test_results[@]} -eq 0 ] || printf '%s\n' "${test_results[@]}" >"$2"
  exit "$test_failures"
}

# list_steps yes|names: prints them; runs none.
list_steps() {
  test_lists=$1
  test_steps
  test_lists=no
}

# run_steps: those that are wanted, and the summary. Fails if one of them failed.
run_steps() {
  local first_second=$SECONDS
  test_steps
  print_summary $((SECONDS - first_second))
  [ "$test_failures" -eq 0 ]
}

# print_summary SECONDS
print_summary() {
  local log
  say ""
  printf '== Tests\n'
  for log in build/logs/ctest-*.log; do
    [ -e "$log" ] || continue
    printf '%s:\n' "$(basename "$log" .log)"
    grep -E '^[0-9]+% tests passed|^Total Test time|^No tests were found' "$log" | sed 's/^/  /' || true
  done
  printf '\n== Steps\n'
  printf '%s\n' "${test_results[@]}"
  if [ "$test_failures" -eq 0 ]; then
    printf 'All steps passed in %d s.\n' "$1"
  else
    printf '%d of %d steps failed; build/logs has the output of each.\n' "$test_failures" "${#test_results[@]}"
  fi
}

# contains WORD WORD...: whether the first is among the others.
contains() {
  local word=$1 one
  shift
  for one in "$@"; do [ "$one" != "$word" ] || return 0; done
  return 1
}
