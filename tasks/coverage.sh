# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# ./run coverage: which lines and branches of parsers/ the tests reach; ./run coverage fuzz: and which the corpora.

# show_coverage FOLDER PROGRAMS: the profiles in FOLDER, as a table, and line by line in FOLDER/html. PROGRAMS is a pattern
# of those of the preset that wrote them, each of which has its own copy of the parsers.
show_coverage() {
  local folder=$1 names=$2 one
  local -a objects=() programs
  llvm-profdata-19 merge -sparse -o "$folder/all.profdata" "$folder"/profiles/*.profraw
  mapfile -t programs < <(find build/coverage -type f -perm -u+x -name "$names" ! -name '*.so' ! -path '*/CMakeFiles/*')
  for one in "${programs[@]}"; do
    [ "$(head -c 4 "$one" | tail -c 3)" = ELF ] || continue
    objects+=(-object "$one")
  done
  [ ${#objects[@]} -gt 0 ] || stop "There are no programs in build/coverage."
  one=${objects[1]}
  llvm-cov-19 report "$one" "${objects[@]:2}" -instr-profile="$folder/all.profdata" parsers/src parsers/include
  llvm-cov-19 export "$one" "${objects[@]:2}" -instr-profile="$folder/all.profdata" parsers/src parsers/include \
    >"$folder/all.json"
  llvm-cov-19 export "$one" "${objects[@]:2}" -instr-profile="$folder/all.profdata" -format=lcov parsers/src \
    parsers/include >"$folder/all.lcov"
  llvm-cov-19 show "$one" "${objects[@]:2}" -instr-profile="$folder/all.profdata" -format=html \
    -output-dir="$folder/html" -show-branches=count parsers/src parsers/include >/dev/null
  grep -qw avx512bw /proc/cpuinfo ||
    say "This processor has no AVX-512, so the tests do not reach the AVX-512 code in parsers/src/simd."
  say "Line by line: $folder/html/index.html"
}

# The corpora through every fuzz target's replay: the seeds, corpora/, and what fuzzing has added in build/corpus.
coverage_of_corpora() {
  local folder=build/coverage/corpora target protocol input one
  local -a inputs targets programs=()
  mapfile -t targets < <(sed -n 's/^\([a-z0-9_]*\) *\([a-z0-9]*\) *own$/\1 \2/p' fuzz/targets.txt)
  for one in "${targets[@]}"; do programs+=("replay_${one% *}"); done
  build_preset coverage backtalk_golden_seeds "${programs[@]}" || stop "The preset coverage does not build."
  rm -rf "$folder/profiles"
  mkdir -p "$folder/profiles"
  "$(find build/coverage -name backtalk_golden_seeds -type f)" build/seeds
  for one in "${targets[@]}"; do
    target=${one% *} protocol=${one#* }
    inputs=()
    for input in "build/seeds/$protocol" "corpora/$protocol" "build/corpus/$target"; do
      [ ! -d "$input" ] || inputs+=("$input")
    done
    LLVM_PROFILE_FILE=$PWD/$folder/profiles/$target.profraw "build/coverage/fuzz/replay_$target" "${inputs[@]}" \
      >"build/logs/coverage-$target.log" 2>&1 || stop "replay_$target found something: build/logs/coverage-$target.log"
    say "$target: $(tail -n 1 "build/logs/coverage-$target.log")"
  done
  show_coverage "$folder" 'replay_*'
}

help_coverage() {
  cat <<'TEXT'
./run coverage [fuzz]

Runs the tests, instrumented, and prints the coverage of parsers/: a table, and line by line in build/coverage/html.
Fails if a line is neither reached nor explained. With fuzz it runs the corpora through the fuzz targets instead.

Builds the preset coverage: about five minutes on two quiet cores the first time; the tests take two. Installs missing
packages from [build] and [test] in dependencies.txt.
TEXT
}

task_coverage() {
  [ $# -le 1 ] || refuse "./run coverage does not take '$2'."
  case ${1:-} in fuzz | '') ;; *) refuse "./run coverage does not take '$1'." ;; esac
  install_sections build test
  if [ "${1:-}" = fuzz ]; then
    coverage_of_corpora
    return
  fi
  build_preset coverage || stop "The preset coverage does not build."
  rm -rf build/coverage/profiles
  mkdir -p build/coverage/profiles
  # One profile a program, which the many processes that ctest starts add to.
  LLVM_PROFILE_FILE=$PWD/build/coverage/profiles/%m.profraw \
    ctest --test-dir build/coverage --output-on-failure -j2 -LE e2e || stop "Tests failed, so their coverage means nothing."
  show_coverage build/coverage '*'
  python3 tasks/coverage_gaps.py build/coverage/all.json build/coverage/all.lcov ||
    stop "Some code is not reached by any test, and no comment beside it says why."
}
