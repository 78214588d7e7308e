# shellcheck shell=bash
# ./run fuzz [--engine afl] TARGET|all [TIME]

# The targets, one a line. The program of TARGET is fuzz_TARGET.
fuzz_targets() { sed -n 's/^fuzz_target(\([a-z0-9_]*\) .*/\1/p' fuzz/CMakeLists.txt | sort; }

# seconds_of 60|90s|10m|1h
seconds_of() {
  local number=${1%[smh]}
  case $number in '' | *[!0-9]*) stop "'$1' is not a time: 60, 90s, 10m or 1h." ;; esac
  case $1 in
    *m) printf '%s\n' $((number * 60)) ;;
    *h) printf '%s\n' $((number * 3600)) ;;
    *) printf '%s\n' "$number" ;;
  esac
}

# The protocol that a target is about: a part of its name, or said by its adapter.
protocol_of() {
  local protocol
  if [ -e "fuzz/adapters/$1.cpp" ]; then sed -n 's/.*\.protocol = "\([a-z0-9]*\)".*/\1/p' "fuzz/adapters/$1.cpp" && return; fi
  for protocol in smtp pop3 imap http; do
    case $1 in *"$protocol"*) printf '%s\n' "$protocol" && return 0 ;; esac
  done
}

# fuzz_one TARGET SECONDS: what it finds new goes to build/corpus, what breaks to build/findings.
fuzz_one() {
  local target=$1 program=fuzz_$1 seconds=$2 protocol dictionary seeds
  local -a arguments=()
  protocol=$(protocol_of "$target")
  dictionary=fuzz/dictionaries/$protocol.dict
  [ -z "$protocol" ] || [ ! -e "$dictionary" ] || arguments+=(-dict="$dictionary")
  mkdir -p "build/corpus/$program" "build/findings/$program"
  arguments+=("build/corpus/$program")
  for seeds in "build/seeds/$protocol" "corpora/$protocol"/{rfc,recorded,hostile,fuzzed,regressions}; do
    [ -z "$protocol" ] || [ ! -d "$seeds" ] || arguments+=("$seeds")
  done
  say "Fuzzing $target for $seconds s; findings go to build/findings/$program."
  "build/fuzz/fuzz/$program" -max_total_time="$seconds" -artifact_prefix="build/findings/$program/" \
    -print_final_stats=1 -len_control=100 "${arguments[@]}"
}

# prepare_fuzzing [TARGET...]: the programs, all or those, and the seeds.
prepare_fuzzing() {
  install_sections build test
  configure fuzz || stop "CMake could not configure the fuzz targets."
  compile fuzz "$@" || stop "The fuzz targets do not build."
  build/fuzz/fuzz/seeds/backtalk_golden_seeds build/seeds || stop "The seeds cannot be written to build/seeds."
}

task_fuzz_gallery() {
  prepare_fuzzing gallery backtalk_golden_seeds
  python3 tasks/fuzz_gallery.py "$@"
}

task_fuzz() {
  local engine=libfuzzer run_one=fuzz_one target seconds one failed=''
  local -a targets
  if [ "${1:-}" = --engine ]; then
    engine=${2:-}
    shift 2 || stop "--engine needs a name: libfuzzer or afl."
    case $engine in libfuzzer | afl) ;; *) stop "There is no engine '$engine': libfuzzer or afl." ;; esac
  fi
  target=${1:-}
  case $target in
    findings | finding | rediscover | differences) shift && "fuzz_$target" "$@"; return ;;
  esac
  target=${target#fuzz_}
  seconds=$(seconds_of "${2:-60}")
  mapfile -t targets < <(fuzz_targets)
  case $target in
    '')
      mapfile -t -O "${#targets[@]}" targets < <(fuzz_peers)
      say "Which target? all, peers, or one of:"
      printf '  %s\n' "${targets[@]}"
      exit 2
      ;;
    all) ;;
    peers) mapfile -t targets < <(fuzz_peers) && install_sections peers ;;
    *)
      mapfile -t -O "${#targets[@]}" targets < <(fuzz_peers)
      case " ${targets[*]} " in *" $target "*) ;; *) stop "There is no fuzz target '$target': ${targets[*]}" ;; esac
      targets=("$target")
      ;;
  esac
  if [ "$engine" = afl ]; then
    prepare_afl "${targets[@]}"
    run_one=afl_one
  else
    prepare_fuzzing
  fi
  for one in "${targets[@]}"; do
    "$run_one" "$one" "$seconds" || failed+=" $one"
  done
  [ -z "$failed" ] || { say "Found something:$failed. Its input is under build/findings."; return 1; }
  say "Nothing was found."
}
