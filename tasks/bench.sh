# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# ./run bench SUITE

help_bench() {
  cat <<'TEXT'
./run bench SUITE [OPTIONS]

  load          the load generator against its peers, on real and built-in servers, for all protocols
  parsers       every parser beside its peers, in one run
  known         what the load generator measures where the answer is known
  differences   whether its comparisons find differences that are known, and only those
  live-view     what the live view of a load costs
  instructions  instruction counts of each parser on each input, under callgrind, against the committed baseline
  compare REV   the parsers of the working tree against those of another revision
  worst         search for the slowest inputs

`./run bench SUITE --help` lists the options of each, and says what it builds and how long it takes. On two quiet
cores the benchmarks (preset bench) take about a minute to build the first time.
TEXT
}

help_bench_load() {
  cat <<'TEXT'
./run bench load [OPTIONS]

Builds the program (preset release): about a minute on two quiet cores, nothing if it is already built. Then it
measures for about twenty minutes (--quick: five; each part alone, such as --only http: about one), with the client on
one core and the servers on the other. Keep the machine quiet meanwhile. Installs missing packages from [build], [bench]
and [servers] in dependencies.txt, and unpacks the servers of [unpacked] beside the system.
TEXT
  script_options "run bench load" 0 bench/load/figures.py
}

help_bench_known() {
  cat <<'TEXT'
./run bench known [OPTIONS]

Builds the program (preset release): about a minute on two quiet cores, nothing if it is already built. Then it loads
built-in servers whose figures are known, for under four minutes, and prints both. Keep the machine quiet meanwhile.
TEXT
  script_options "run bench known" 1 bench/known_answers.py
}

help_bench_differences() {
  cat <<'TEXT'
./run bench differences [OPTIONS]

Builds the program (preset release): about a minute on two quiet cores, nothing if it is already built. Then it runs
`backtalk compare` sixty times on equal servers and twenty times on different ones, for about ten minutes. Keep the
machine quiet meanwhile.
TEXT
  script_options "run bench differences" 0 bench/known_differences.py
}

help_bench_live_view() {
  cat <<'TEXT'
./run bench live-view [OPTIONS]

Builds the program (preset release): about a minute on two quiet cores, nothing if it is already built. Then it runs ten
pairs of loads, with the live view and without, for about two minutes. Keep the machine quiet meanwhile.
TEXT
  script_options "run bench live-view" 0 bench/live_view.py
}

help_bench_parsers() {
  cat <<'TEXT'
./run bench parsers [OPTIONS]

Builds the benchmarks (preset bench): about a minute on two quiet cores, nothing if they are already built. Then it
measures for some minutes, or seconds with --quick or a --filter such as http/a. Installs missing packages from
[build] and [bench] in dependencies.txt.
TEXT
  script_options "run bench parsers" 0 bench/parsers.py
}

help_bench_instructions() {
  cat <<'TEXT'
./run bench instructions [OPTIONS]

Builds the benchmarks and the program that is counted (preset bench): about a minute on two quiet cores, nothing if
they are already built. Counting takes half a minute. Installs missing packages from [build] and [bench] in
dependencies.txt.
TEXT
  script_options "run bench instructions" 0 bench/instructions.py
}

help_bench_compare() {
  cat <<'TEXT'
./run bench compare REV [OPTIONS]

Builds the benchmarks (preset bench) of the working tree, the program that judges the samples (preset release), and the
benchmarks of revision REV in a temporary folder: about a minute each on two quiet cores. Then it runs both in turn,
which takes minutes unless --filter chooses a few rows.
Installs missing packages from [build] and [bench] in dependencies.txt.
TEXT
  script_options "run bench compare REV" 2 bench/compare.py
}

help_bench_worst() {
  cat <<'TEXT'
./run bench worst [OPTIONS]

Builds the benchmarks and the search (preset bench): about a minute on two quiet cores, nothing if they are already
built. Then it searches for --seconds a subject and size (20: twelve minutes in all). What it finds goes to
bench/worst, where the next search begins. Installs missing packages from [build] and [bench] in dependencies.txt.
TEXT
  script_options "run bench worst" 3 bench/worst.py
}

task_bench() {
  local suite=${1:-}
  [ $# -eq 0 ] || shift
  case $suite in
    load | known | differences | live-view | parsers | instructions | compare | worst) "bench_${suite//-/_}" "$@" ;;
    '') refuse "Which suite?" ;;
    *) refuse "There is no suite '$suite'." ;;
  esac
}

# build_benchmarks: what the parsers suite and its relatives run. Peers that are part of a mail server are unpacked beside
# the system.
build_benchmarks() {
  install_sections build bench
  unpack_section bench-unpacked
  # shellcheck disable=SC2154  # packages.sh sets servers_dir
  configure bench -DBACKTALK_UNPACKED="$servers_dir" || stop "CMake could not configure the benchmarks."
  compile bench backtalk_bench || stop "The benchmarks do not build."
}

bench_load() {
  script_arguments "run bench load" 0 bench/load/figures.py "$@"
  install_sections build bench servers
  unpack_servers
  build_program
  python3 bench/load/figures.py "$@"
}

bench_known() {
  script_arguments "run bench known" 1 bench/known_answers.py "$@"
  install_sections build
  build_program
  python3 bench/known_answers.py "$@"
}

bench_differences() {
  script_arguments "run bench differences" 0 bench/known_differences.py "$@"
  install_sections build
  build_program
  python3 bench/known_differences.py "$@"
}

bench_live_view() {
  script_arguments "run bench live-view" 0 bench/live_view.py "$@"
  install_sections build bench
  build_program
  python3 bench/live_view.py "$@"
}

# Every parser beside its peers, in one run.
bench_parsers() {
  script_arguments "run bench parsers" 0 bench/parsers.py "$@"
  build_benchmarks
  python3 bench/parsers.py "$@"
}

bench_instructions() {
  script_arguments "run bench instructions" 0 bench/instructions.py "$@"
  build_benchmarks
  compile bench backtalk_bench_instructions || stop "The program whose instructions are counted does not build."
  python3 bench/instructions.py "$@"
}

# What is found is written to bench/worst, from where the search goes on.
bench_worst() {
  script_arguments "run bench worst" 3 bench/worst.py "$@"
  build_benchmarks
  compile bench backtalk_bench_worst backtalk_golden_seeds || stop "The search for slow inputs does not build."
  build/bench/fuzz/seeds/backtalk_golden_seeds build/seeds || stop "The seeds could not be written to build/seeds."
  python3 bench/worst.py build/bench/bench/backtalk_bench_worst build/seeds bench/worst "$@"
}

compared_tree=

remove_compared_tree() {
  [ -n "$compared_tree" ] || return 0
  git worktree remove --force "$compared_tree/tree" 2>/dev/null || true
  rm -rf "$compared_tree"
  compared_tree=
}

# bench_compare REVISION [OPTIONS of bench/compare.py]
bench_compare() {
  local revision=${1:-} here=$PWD
  [ -n "$revision" ] || refuse "Compare with which revision? For example: ./run bench compare main"
  shift
  git rev-parse --quiet --verify "$revision^{commit}" >/dev/null || stop "There is no revision '$revision'."
  script_arguments "run bench compare REV" 2 bench/compare.py "$@"
  build_benchmarks
  build_program
  compared_tree=$(mktemp -d)
  trap remove_compared_tree EXIT
  git worktree add --quiet --detach "$compared_tree/tree" "$revision"
  say "Building $revision in $compared_tree."
  # In a subshell, with that tree's own presets.
  (cd "$compared_tree/tree" && configure bench -DBACKTALK_UNPACKED="$servers_dir" && compile bench backtalk_bench) ||
    stop "The benchmarks of $revision do not build here."
  python3 "$here/bench/compare.py" "$compared_tree/tree/build/bench/bench/backtalk_bench" \
    build/bench/bench/backtalk_bench --names "$revision" "working tree" "$@"
}
