# shellcheck shell=bash
# Building a preset.

# Where the release build puts the program.
# shellcheck disable=SC2034
program=build/release/loadgen/cli/backtalk

# configure PRESET [CMAKE OPTIONS]
configure() {
  local preset=$1
  shift
  local -a launcher=()
  # What ccache must not look at to keep what is compiled with a precompiled header.
  ! command -v ccache >/dev/null ||
    launcher=('-DCMAKE_CXX_COMPILER_LAUNCHER=env;CCACHE_SLOPPINESS=pch_defines,time_macros;ccache')
  logged "build/logs/$preset-configure.log" cmake --preset "$preset" "${launcher[@]}" "$@"
}

# compile PRESET [TARGET...]
compile() {
  local preset=$1
  shift
  local -a targets=()
  [ $# -eq 0 ] || targets=(--target "$@")
  if [ -t 2 ]; then
    say "Building the preset $preset."
    cmake --build "build/$preset" "${targets[@]}" >&2
  else
    say "Building the preset $preset (output in build/logs/$preset-build.log)."
    logged "build/logs/$preset-build.log" cmake --build "build/$preset" "${targets[@]}"
  fi
}

# Only the program, as it is shipped: what demo and bench run.
build_program() {
  install_sections build
  # The tests need more packages; a build directory that already has them keeps them.
  [ -e build/release/CMakeCache.txt ] || configure release -DBACKTALK_TESTS=OFF ||
    stop "CMake could not configure the release build."
  compile release backtalk || stop "The program does not build."
}

task_build() {
  local preset=${1:-release}
  install_sections build test
  [ "$preset" != bench ] || install_sections bench
  configure "$preset" || stop "CMake could not configure the preset '$preset'; CMakePresets.json lists them."
  compile "$preset" || stop "The preset '$preset' does not build."
  say "Built in build/$preset."
}
