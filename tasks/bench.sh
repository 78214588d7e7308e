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
    '')
      say "Which suite?"
      say "  load     the load generator against real servers and its peers"
      say "  parsers  every parser against its peers; --filter http/a for some of them, --help for the rest"
      exit 2
      ;;
    *) stop "There is no suite '$suite': load or parsers." ;;
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
