# shellcheck shell=bash
# ./run fuzz findings|finding NAME|rediscover NAME [TIME]|differences TARGET: other people's parsers.

# The targets of fuzz/adapters, one a line.
fuzz_peers() { grep -l '^BACKTALK_FUZZ_TARGET' fuzz/adapters/*.cpp | sed 's|.*/\(.*\)\.cpp|\1|' | sort; }

findings() { python3 tasks/fuzz_findings.py "$@"; }

# prepare_peer TARGET
prepare_peer() {
  install_sections build test peers
  prepare_fuzzing "fuzz_$1" backtalk_golden_seeds
}

fuzz_findings() { findings list; }

fuzz_finding() {
  local target
  target=$(findings target "${1:-}") || stop "Usage: ./run fuzz finding NAME; ./run fuzz findings lists them."
  prepare_peer "$target"
  findings reproduce "$1" "build/fuzz/fuzz/fuzz_$target"
}

fuzz_rediscover() {
  local target protocol seeds
  local -a corpus=()
  target=$(findings target "${1:-}") || stop "Usage: ./run fuzz rediscover NAME [TIME]; ./run fuzz findings lists them."
  prepare_peer "$target"
  protocol=$(protocol_of "$target")
  for seeds in "build/seeds/$protocol" "corpora/$protocol"; do [ ! -d "$seeds" ] || corpus+=("$seeds"); done
  findings rediscover "$1" "build/fuzz/fuzz/fuzz_$target" "$(seconds_of "${2:-120}")" \
    "-dict=fuzz/dictionaries/$protocol.dict" "${corpus[@]}"
}

# The table of known differences of a target.
fuzz_differences() {
  [ -n "${1:-}" ] || stop "Usage: ./run fuzz differences TARGET"
  install_sections build test peers
  { configure asan -DBACKTALK_TESTS=ON -DBACKTALK_PEERS=ON && compile asan "replay_$1"; } || stop "replay_$1 does not build."
  "build/asan/fuzz/replay_$1" --differences
}
