# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# Building a preset, with its progress and an estimate. One build folder has one build at a time.

# Where the release build puts the program.
# shellcheck disable=SC2034
program=build/release/loadgen/cli/backtalk

# The presets, one a line. Each has a twin `ci-NAME` with the same build folder and a fixed compiler, which ./run uses.
presets() { sed -n '/"ci-/!s/^ *{"name": "\([a-z-]*\)", "displayName".*/\1/p' CMakePresets.json; }

told_to_wait=no

# locked PRESET COMMAND...: runs it while no other ./run in this tree configures or builds that preset.
locked() {
  local preset=$1 lock code=0
  shift
  mkdir -p build/locks build/logs
  exec {lock}>"build/locks/$preset"
  if ! flock --nonblock "$lock"; then
    [ "$told_to_wait" = yes ] ||
      say "Another ./run is building the preset $preset in this tree; waiting for it to finish."
    told_to_wait=yes
    flock "$lock"
  fi
  # Programs that the command starts do not inherit the lock, so none can keep it. A subshell that it leaves
  # behind does inherit it: unlocking releases it all the same.
  "$@" {lock}>&- || code=$?
  flock --unlock "$lock"
  exec {lock}>&-
  return "$code"
}

# configure PRESET [CMAKE OPTIONS]
configure() { locked "$1" configure_alone "$@"; }

configure_alone() {
  local preset=$1 pinned=ci-$1
  shift
  # `bench compare` also configures revisions whose presets had the compiler in them.
  grep -q "\"$pinned\"" CMakePresets.json || pinned=$preset
  local -a launcher=()
  # What ccache must not look at to keep what is compiled with a precompiled header.
  ! command -v ccache >/dev/null ||
    launcher=('-DCMAKE_CXX_COMPILER_LAUNCHER=env;CCACHE_SLOPPINESS=pch_defines,time_macros;ccache')
  logged "build/logs/$preset-configure.log" cmake --preset "$pinned" "${launcher[@]}" "$@"
}

# compile PRESET [TARGET...]
compile() { locked "$1" compile_alone "$@"; }

compile_alone() {
  local preset=$1 log=build/logs/$1-build.log
  local -a command=(cmake --build "build/$1")
  shift
  [ $# -eq 0 ] || command+=(--target "$@")
  say "$(what_is_to_do "$preset" "$@")"
  if [ -t 2 ]; then
    "${command[@]}" >&2
  else
    NINJA_STATUS='[%f/%t] ' "${command[@]}" 2>&1 | follow_build "$preset" "$log" || show_failure "$log" "${command[@]}"
  fi
}

# what_is_to_do PRESET [TARGET...]: a sentence on what Ninja is going to do.
what_is_to_do() {
  local preset=$1 said steps seconds words
  shift
  # A copy, because with build.ninja itself a dry run may stop at the step that runs CMake again.
  cp "build/$preset/build.ninja" "build/$preset/steps.ninja"
  said=$(ninja -C "build/$preset" -f steps.ninja -n "$@" 2>&1 || true)
  case $said in
    *'no work to do'*) printf 'The preset %s is up to date.\n' "$preset" && return ;;
  esac
  steps=$(grep -c '^\[' <<<"$said" || true)
  seconds=$((steps * $(tenths_a_step "$preset") / 10 / $(nproc)))
  words="$steps steps, $(roughly "$seconds")"
  [ "$seconds" -lt 10 ] || words+=" on $(nproc) cores, less for what ccache has"
  printf 'Building the preset %s: %s.\n' "$preset" "$words"
}

# tenths_a_step PRESET: the average time that a step keeps one core busy, in tenths of a second.
tenths_a_step() {
  case $1 in
    fuzz | fuzz-memory) printf '15\n' ;;
    gcc | tiny) printf '25\n' ;;
    *) printf '18\n' ;;
  esac
}

progress_every_s=15

# follow_build PRESET LOG: copies Ninja's output from standard input to LOG, and reports the progress now and then.
follow_build() {
  local preset=$1 log=$2 begun=$SECONDS told=$SECONDS at='' line='' part='' code
  while :; do
    # A read that times out may have read part of a line.
    code=0
    IFS= read -r -t 1 part || code=$?
    line+=$part
    if [ "$code" -le 128 ]; then
      if [ "$code" -eq 0 ] || [ -n "$line" ]; then printf '%s\n' "$line"; fi
      case $line in '['*/*']'*) at=${line%%]*}] ;; esac
      line=
      [ "$code" -eq 0 ] || break
    fi
    if [ $((SECONDS - told)) -ge "$progress_every_s" ]; then
      say "${at:+$at }building $preset ($(clock $((SECONDS - begun))) so far)"
      told=$SECONDS
    fi
  done >"$log"
}

# Only the program, as it is shipped: what demo and bench run.
build_program() {
  install_sections build
  # The tests need more packages; a build directory that already has them keeps them.
  [ -e build/release/CMakeCache.txt ] || configure release -DBACKTALK_TESTS=OFF ||
    stop "CMake could not configure the release build."
  compile release backtalk || stop "The program does not build."
}

help_build() {
  cat <<TEXT
./run build [PRESET]

Builds a preset of CMakePresets.json (default: release) in build/PRESET, including its tests, with the compiler that CI
uses: Clang 19, or GCC 12 for gcc and tiny. For another one, configure it yourself: CC=... CXX=... cmake --preset PRESET.
On two quiet cores release takes about 4 minutes the first time, and most others as long; dev, gcc and tiny take longer.
After that only what has changed is built. Installs missing packages from [build] and [test] in dependencies.txt; for
bench, also from [bench].

Presets: $(presets | xargs)
TEXT
}

task_build() {
  local preset=${1:-release}
  [ $# -le 1 ] || refuse "./run build does not take '$2': it builds one preset."
  case " $(presets | xargs) " in *" $preset "*) ;; *) refuse "There is no preset '$preset'." ;; esac
  install_sections build test
  [ "$preset" != bench ] || install_sections bench
  configure "$preset" || stop "CMake could not configure the preset '$preset'."
  compile "$preset" || stop "The preset '$preset' does not build."
  say "Built in build/$preset."
}
