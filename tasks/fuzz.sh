# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# ./run fuzz and ./run fuzz-gallery: builds what a verb of tools/fuzz needs, then calls it.

fuzz_tool() { python3 -B tools/fuzz "$@"; }

# Its help is the tool's own: `called`, which help.sh declares, has the verb and --help.
# shellcheck disable=SC2154
help_fuzz() { fuzz_tool "${called[@]:1}"; }
help_fuzz_gallery() { fuzz_tool gallery --help; }

task_fuzz() {
  local needs
  command -v python3 >/dev/null || install_sections build test
  needs=$(fuzz_tool needs "$@") || exit 2
  prepare_fuzzing "$needs"
  fuzz_tool "$@"
}

task_fuzz_gallery() { task_fuzz gallery "$@"; }

# prepare_fuzzing LINES: carries out what `tools/fuzz needs` printed.
#   install SECTION...          missing packages of these sections of dependencies.txt
#   fuzz [TARGET...]            targets of the preset fuzz, and the seeds
#   configure PRESET [OPTION...]
#   compile PRESET TARGET...
#   unpack-afl                  AFL++, beside the system
prepare_fuzzing() {
  local line what
  local -a lines words
  mapfile -t lines <<<"$1"
  for line in "${lines[@]}"; do
    what=${line%% *}
    read -r -a words <<<"${line#"$what"}"
    case $what in
      install) install_sections "${words[@]}" ;;
      fuzz) configure_fuzzing && know_how_to_build "${words[@]}" && build_fuzzing "${words[@]}" ;;
      configure) configure "${words[@]}" || stop "CMake could not configure the preset ${words[0]}." ;;
      compile) compile "${words[@]}" || stop "The preset ${words[0]} does not build." ;;
      unpack-afl) unpack_afl ;;
    esac
  done
}

configure_fuzzing() {
  install_sections build test
  configure fuzz || stop "CMake could not configure the fuzz targets."
}

# know_how_to_build TARGET...: stops if CMake did not find the foreign parser that a target needs.
know_how_to_build() {
  local one
  for one in "$@"; do
    ninja -C build/fuzz -t query "$one" >/dev/null 2>&1 ||
      stop "The build found nothing to make '$one' of; ./run install-deps installs what it needs."
  done
}

# build_fuzzing [TARGET...]: the programs and the seeds.
build_fuzzing() {
  compile fuzz backtalk_golden_seeds "$@" || stop "The fuzz targets do not build."
  locked fuzz build/fuzz/fuzz/seeds/backtalk_golden_seeds build/seeds || stop "The seeds cannot be written to build/seeds."
}
