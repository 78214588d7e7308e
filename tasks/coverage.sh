# shellcheck shell=bash
# ./run coverage: which lines and branches of parsers/ the tests reach.

task_coverage() {
  local -a objects=() programs
  local program one profile=build/coverage/tests.profdata
  install_sections build test
  build_preset coverage || stop "The coverage preset does not build."
  rm -rf build/coverage/profiles
  mkdir -p build/coverage/profiles
  # One profile a program, which the many processes that ctest starts add to.
  LLVM_PROFILE_FILE=$PWD/build/coverage/profiles/%m.profraw \
    ctest --test-dir build/coverage --output-on-failure -j2 -LE e2e || stop "Tests fail: their coverage says nothing."
  llvm-profdata-19 merge -sparse -o "$profile" build/coverage/profiles/*.profraw
  mapfile -t programs < <(find build/coverage -type f -perm -u+x ! -name '*.so' ! -path '*/CMakeFiles/*')
  for one in "${programs[@]}"; do
    [ "$(head -c 4 "$one" | tail -c 3)" = ELF ] || continue
    objects+=(-object "$one")
  done
  [ ${#objects[@]} -gt 0 ] || stop "There are no test programs in build/coverage."
  program=${objects[1]}
  llvm-cov-19 report "$program" "${objects[@]:2}" -instr-profile="$profile" \
    parsers/src parsers/include
  llvm-cov-19 show "$program" "${objects[@]:2}" -instr-profile="$profile" -format=html \
    -output-dir=build/coverage/html -show-branches=count parsers/src parsers/include >/dev/null
  grep -qw avx512bw /proc/cpuinfo ||
    say "This processor has no AVX-512: what parsers/src/simd holds for it cannot be reached here."
  say "Line by line: build/coverage/html/index.html"
}
