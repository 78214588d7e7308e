# shellcheck shell=bash
# ./run bench SUITE

task_bench() {
  local suite=${1:-}
  [ $# -eq 0 ] || shift
  case $suite in
    load)
      install_sections build bench servers
      unpack_servers
      build_program
      python3 bench/load/figures.py "$@"
      ;;
    parsers) bench_parsers "$@" ;;
    instructions) bench_instructions "$@" ;;
    compare) bench_compare "$@" ;;
    worst) bench_worst "$@" ;;
    '')
      say "Which suite?"
      say "  load     the load generator against real servers and its peers"
      say "  parsers  every parser against its peers; --filter http/a for some of them, --help for the rest"
      say "  instructions  what each parser needs for each input, counted under callgrind, against the committed baseline"
      say "  compare REV   the working tree's parsers against those of another revision, with a U-test"
      say "  worst    look for the slowest inputs (--seconds S for each, --only SUBJECT)"
      exit 2
      ;;
    *) stop "There is no suite '$suite': load, parsers, instructions, compare or worst." ;;
  esac
}

# build_benchmarks [CMAKE OPTIONS]: what the parsers suite and its relatives run. Peers that are part of a mail server
# are unpacked beside the system.
build_benchmarks() {
  install_sections build bench
  unpack_section bench-unpacked
  configure bench -DBACKTALK_UNPACKED="$servers_dir" "$@" || stop "CMake could not configure the benchmarks."
  compile bench backtalk_bench || stop "The benchmarks do not build."
}

# Every parser beside its peers, in one run.
bench_parsers() {
  build_benchmarks
  python3 bench/parsers.py "$@"
}

bench_instructions() {
  build_benchmarks
  compile bench backtalk_bench_instructions || stop "The program that is counted does not build."
  python3 bench/instructions.py "$@"
}

# What is found is written to bench/worst, from where the search goes on.
bench_worst() {
  build_benchmarks
  compile bench backtalk_bench_worst backtalk_golden_seeds || stop "The search does not build."
  build/bench/fuzz/seeds/backtalk_golden_seeds build/seeds || stop "The seeds cannot be written to build/seeds."
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
  [ -n "$revision" ] || stop "Which revision is it to be compared with? ./run bench compare main"
  shift
  git rev-parse --quiet --verify "$revision^{commit}" >/dev/null || stop "git knows no revision '$revision'."
  build_benchmarks
  compared_tree=$(mktemp -d)
  trap remove_compared_tree EXIT
  git worktree add --quiet --detach "$compared_tree/tree" "$revision"
  say "Building $revision beside the working tree, in $compared_tree."
  # In a subshell, with that tree's own presets.
  (cd "$compared_tree/tree" && configure bench -DBACKTALK_UNPACKED="$servers_dir" && compile bench backtalk_bench) ||
    stop "The benchmarks of $revision do not build here."
  python3 "$here/bench/compare.py" "$compared_tree/tree/build/bench/bench/backtalk_bench" \
    build/bench/bench/backtalk_bench --names "$revision" "working tree" "$@"
}
