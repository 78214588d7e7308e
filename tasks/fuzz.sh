# shellcheck shell=bash
# ./run fuzz [--engine afl] TARGET|all|peers [TIME], ./run fuzz triage FILE, ./run fuzz minimise, ./run fuzz memory,
# ./run fuzz-gallery

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

configure_fuzzing() {
  install_sections build test
  configure fuzz || stop "CMake could not configure the fuzz targets."
}

# build_fuzzing [TARGET...]: the programs, all or those, and the seeds.
build_fuzzing() {
  compile fuzz backtalk_golden_seeds "$@" || stop "The fuzz targets do not build."
  build/fuzz/fuzz/seeds/backtalk_golden_seeds build/seeds || stop "The seeds cannot be written to build/seeds."
}

# prepare_fuzzing [TARGET...]: both.
prepare_fuzzing() {
  configure_fuzzing
  build_fuzzing "$@"
}

task_fuzz_gallery() {
  configure_fuzzing
  build_fuzzing gallery
  python3 tasks/fuzz_gallery.py "$@"
}

# fuzz_programs KIND: the names in the table of the build that are of that kind: own, peer or gallery.
fuzz_programs() { awk -F'\t' -v kind="$1" '$3 == kind {print "fuzz_" $1}' build/fuzz/fuzz_targets.txt; }

# fuzz_programs_of TARGET: what has to be built for it.
fuzz_programs_of() {
  case $1 in
    all) fuzz_programs own ;;
    peers) fuzz_programs peer ;;
    gallery.*) printf 'gallery\n' ;;
    *) { fuzz_programs own; fuzz_programs peer; } | grep -x "fuzz_${1#fuzz_}" ;;
  esac
}

# MemorySanitizer: another build of the targets. It has to see a planted read of memory that was never written, and then
# nothing in all seeds and corpora; with a time, fuzzing goes on from there.
fuzz_memory() {
  local target protocol kind program seconds=0 one
  local -a inputs programs
  [ $# -eq 0 ] || seconds=$(seconds_of "$1")
  prepare_fuzzing # the seeds are no program to look into: the usual build writes them
  configure fuzz-memory || stop "CMake could not configure the preset fuzz-memory."
  mapfile -t programs < <(sed -n 's/^fuzz_target(\([a-z0-9_]*\) .*/fuzz_\1/p' fuzz/CMakeLists.txt)
  compile fuzz-memory gallery "${programs[@]}" || stop "The targets do not build with MemorySanitizer."
  say "-- the planted read"
  if BACKTALK_GALLERY=reply_uninitialised build/fuzz-memory/fuzz/gallery/gallery fuzz/gallery/inputs/reply_uninitialised.txt \
    >build/logs/fuzz-memory-planted.log 2>&1 || ! grep -q 'use-of-uninitialized-value' build/logs/fuzz-memory-planted.log; then
    stop "MemorySanitizer did not see the planted read: build/logs/fuzz-memory-planted.log"
  fi
  while IFS=$'\t' read -r target protocol kind program; do
    [ "$kind" = own ] || continue
    say "-- $target"
    inputs=()
    for one in "build/seeds/$protocol" "corpora/$protocol" "build/corpus/$target"; do
      [ ! -d "$one" ] || inputs+=("$one")
    done
    BACKTALK_FUZZ_EVERYTHING=1 logged "build/logs/fuzz-memory-$target.log" "$program" -runs=0 "${inputs[@]}" || return 1
    [ "$seconds" -eq 0 ] || mkdir -p "build/findings/$target"
    [ "$seconds" -eq 0 ] || logged "build/logs/fuzz-memory-$target.log" "$program" -max_total_time="$seconds" -max_len=16384 \
      -len_control=100 -artifact_prefix="build/findings/$target/memory-" "${inputs[@]}" || return 1
    grep -h 'number_of_executed\|^Done' "build/logs/fuzz-memory-$target.log" | tail -n 1 >&2
  done <build/fuzz-memory/fuzz_targets.txt
  say "MemorySanitizer saw the planted read, and nothing else."
}

fuzz_usage() {
  cat <<'TEXT'
./run fuzz TARGET [TIME] [--long]   fuzz one target (60, 90s, 10m, 1h; 60 s by default)
./run fuzz all TIME                 each of this project's, two at once, with a table of how far they are
./run fuzz peers TIME               each foreign parser that was found when the build was configured
./run fuzz --engine afl TARGET|all  with AFL++, one after the other
./run fuzz gallery.NAME             a parser with a planted bug: what a finding looks like
./run fuzz memory [TIME]            all of this project's under MemorySanitizer: the corpora, then fuzzing for TIME each
./run fuzz triage FILE [TARGET]     what is wrong with an input, made small, as a transcript
./run fuzz minimise [PROTOCOL...]   replaces corpora/PROTOCOL/fuzzed with the best of it and of what was found: look at git diff
./run fuzz findings                 what was found in other people's parsers
./run fuzz finding NAME             reads a finding's input, where it is here, with the target that shows it
./run fuzz rediscover NAME [TIME]   finds it again from the seeds
./run fuzz differences TARGET       how a foreign parser is known to differ

--long takes inputs up to 256 KB in place of 16 and changes them whole, not in excerpts, which is slow.
TEXT
}

fuzz_triage() {
  [ $# -gt 0 ] || stop "Which file? ./run fuzz triage FILE [TARGET]"
  [ -e build/fuzz/fuzz_targets.txt ] || { configure_fuzzing && build_fuzzing; }
  python3 tasks/fuzz_triage.py "$@"
}

# What was found and is worth keeping, into corpora/PROTOCOL/fuzzed. Foreign parsers say what is better left out.
fuzz_minimise() {
  local -a programs
  install_sections peers
  configure_fuzzing
  mapfile -t programs < <(fuzz_programs own)
  build_fuzzing "${programs[@]}"
  { configure asan -DBACKTALK_TESTS=ON -DBACKTALK_PEERS=ON && compile asan peers; } || stop "The foreign parsers do not build."
  python3 tasks/fuzz_minimise.py "$@"
}

# fuzz_with_afl TARGET|all|peers [TIME]: one after the other.
fuzz_with_afl() {
  local target=${1:-} seconds one failed=''
  local -a targets
  target=${target#fuzz_}
  seconds=$(seconds_of "${2:-60}")
  case $target in
    all) mapfile -t targets < <(fuzz_targets) ;;
    peers) mapfile -t targets < <(fuzz_peers) && install_sections peers ;;
    *)
      mapfile -t targets < <(fuzz_targets && fuzz_peers)
      case " ${targets[*]} " in *" $target "*) ;; *) stop "There is no fuzz target '$target': ${targets[*]}" ;; esac
      targets=("$target")
      ;;
  esac
  prepare_afl "${targets[@]}"
  for one in "${targets[@]}"; do
    afl_one "$one" "$seconds" || failed+=" $one"
  done
  [ -z "$failed" ] || { say "Found something:$failed. Its input is under build/afl/campaigns."; return 1; }
  say "Nothing was found."
}

task_fuzz() {
  local target=${1:-} seconds=60
  local -a programs
  case $target in
    '' | help | -h | --help)
      fuzz_usage
      return
      ;;
    triage | minimise | memory | findings | finding | rediscover | differences)
      shift
      "fuzz_$target" "$@"
      return
      ;;
    --engine)
      shift
      case ${1:-} in
        afl)
          shift
          fuzz_with_afl "$@"
          return
          ;;
        libfuzzer) shift && target=${1:-} ;;
        *) stop "There is no engine '${1:-}': libfuzzer or afl." ;;
      esac
      ;;
  esac
  shift
  case ${1:-} in [0-9]*) seconds=$(seconds_of "$1") && shift ;; esac
  [ "$target" != peers ] || install_sections peers
  configure_fuzzing
  mapfile -t programs < <(fuzz_programs_of "$target")
  [ ${#programs[@]} -gt 0 ] ||
    stop "There is no fuzz target '$target': all, peers," "$(fuzz_programs own | xargs)" "$(fuzz_programs peer | xargs)" "or gallery.NAME."
  build_fuzzing "${programs[@]}"
  python3 tasks/fuzz_campaign.py --seconds "$seconds" "$@" "$target"
}
