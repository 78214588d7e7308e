# shellcheck shell=bash
# ./run lint and ./run format

our_sources() {
  local part
  for part in parsers loadgen fuzz bench tests examples; do
    [ ! -d "$part" ] || find "$part" -name '*.cpp' -o -name '*.hpp'
  done | sort
}

# Those of the .cpp files that build/lint would compile.
compiled_sources() {
  local file
  while read -r file; do
    ! grep -qF "\"$PWD/$file\"" build/lint/compile_commands.json || printf '%s\n' "$file"
  done < <(our_sources | grep '\.cpp$')
}

task_format() {
  install_sections lint
  our_sources | xargs -r clang-format-19 -i
}

task_lint() {
  local failed=0
  install_sections build test bench lint
  our_sources | xargs -r clang-format-19 --dry-run -Werror || {
    say "Some files are not formatted: ./run format does it."
    failed=1
  }
  # A build that is only configured: every file on its own, the benchmarks too.
  configure release -B build/lint -DBACKTALK_TESTS=ON -DBACKTALK_BENCH=ON -DBACKTALK_UNITY=OFF ||
    stop "CMake could not configure the build that is looked at."
  compiled_sources | xargs -r -P "$(nproc)" -n 1 clang-tidy-19 --quiet -p build/lint 2>build/logs/clang-tidy-counts.log || {
    say "clang-tidy has something to say; it stands above."
    failed=1
  }
  [ "$failed" -eq 0 ] || return 1
  say "Nothing to complain about."
}
