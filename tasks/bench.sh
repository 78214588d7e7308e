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
      say "  parsers  the parsers against other parsers; what follows goes to Google Benchmark, e.g. --benchmark_filter=http"
      exit 2
      ;;
    *) stop "There is no suite '$suite': load or parsers." ;;
  esac
}

# The microbenchmarks: nine repetitions in random order, so that what drifts on the machine hits all alike.
bench_parsers() {
  install_sections build bench
  configure bench || stop "CMake could not configure the benchmarks."
  compile bench backtalk_bench || stop "The benchmarks do not build."
  build/bench/bench/backtalk_bench --benchmark_repetitions=9 --benchmark_enable_random_interleaving=true \
    --benchmark_report_aggregates_only=true "$@"
}
