# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# ./run fuzz and ./run fuzz-gallery. fuzz_peers.sh and fuzz_at_scale.sh have the rest of ./run fuzz.

# The targets, one a line. The program of TARGET is fuzz_TARGET.
fuzz_targets() { sed -n 's/^fuzz_target(\([a-z0-9_]*\) .*/\1/p' fuzz/targets/CMakeLists.txt | sort; }

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
  if [ -e "fuzz/peers/$1.cpp" ]; then sed -n 's/.*\.protocol = "\([a-z0-9]*\)".*/\1/p' "fuzz/peers/$1.cpp" && return; fi
  for protocol in smtp pop3 imap http; do
    case $1 in *"$protocol"*) printf '%s\n' "$protocol" && return 0 ;; esac
  done
}

# The exhibits of the gallery, one a line: gallery.NAME for `./run fuzz`.
fuzz_exhibits() { find fuzz/gallery/*/ -name '*.cpp' | sed 's|.*/\(.*\)\.cpp|gallery.\1|' | sort; }

# know_targets NAME...: stops if one of them is not a target. Called before a build.
know_targets() {
  local name known
  known=" all peers $({ fuzz_targets && fuzz_peers && fuzz_exhibits; } | xargs) "
  for name in "$@"; do
    case $known in *" $name "*) ;; *) no_target "$name" ;; esac
  done
}

# no_target NAME: stops, and lists the targets.
no_target() {
  list_fuzz_targets >&2
  say ""
  stop "There is no fuzz target '$1'; all targets are listed above."
}

list_fuzz_targets() {
  printf '%-8s %s\n' own: "$(fuzz_targets | xargs)" peers: "$(fuzz_peers | xargs)" \
    gallery: "$(fuzz_exhibits | xargs)"
}

configure_fuzzing() {
  install_sections build test
  configure fuzz || stop "CMake could not configure the fuzz targets."
}

# build_fuzzing [TARGET...]: the programs, all or those, and the seeds.
build_fuzzing() {
  compile fuzz backtalk_golden_seeds "$@" || stop "The fuzz targets do not build."
  locked fuzz build/fuzz/fuzz/seeds/backtalk_golden_seeds build/seeds || stop "The seeds cannot be written to build/seeds."
}

help_fuzz_gallery() {
  cat <<'TEXT'
./run fuzz-gallery [OPTIONS]

Measures how soon each planted bug of fuzz/gallery is found, and what each oracle is worth. Builds the gallery (preset
fuzz): about a minute on two quiet cores, nothing if it is already built. Then it fuzzes each bug --rounds times, for at
most --budget seconds: about ten minutes in all. Installs missing packages from [build] and [test] in dependencies.txt.
TEXT
  script_options "run fuzz-gallery" 0 tasks/fuzz_gallery.py
}

task_fuzz_gallery() {
  script_arguments "run fuzz-gallery" 0 tasks/fuzz_gallery.py "$@"
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
    *) { fuzz_programs own; fuzz_programs peer; } | grep -x "fuzz_$1" ;;
  esac
}

# MemorySanitizer: another build of the targets. It has to see a planted read of memory that was never written, and then
# nothing in all seeds and corpora; with a time, fuzzing goes on from there.
fuzz_memory() {
  local target protocol kind program seconds=0 one
  local -a inputs programs
  [ $# -le 1 ] || refuse "./run fuzz memory does not take '$2'."
  [ $# -eq 0 ] || seconds=$(seconds_of "$1") || exit 2
  configure_fuzzing && build_fuzzing # the seeds are no program to look into: the usual build writes them
  configure fuzz-memory || stop "CMake could not configure the preset fuzz-memory."
  mapfile -t programs < <(sed -n 's/^fuzz_target(\([a-z0-9_]*\) .*/fuzz_\1/p' fuzz/targets/CMakeLists.txt)
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

help_fuzz() {
  cat <<'TEXT'
./run fuzz TARGET... [TIME] [--long] [--jobs N]
                                    fuzz targets for TIME each (60, 90s, 10m, 1h; 60 s by default)
./run fuzz targets                  the targets: this project's own, peers (foreign parsers) and the gallery
./run fuzz all TIME                 each of this project's, two at once, with a table of how far they are
./run fuzz peers TIME               each foreign parser that was found when the build was configured
./run fuzz --engine afl TARGET|all  with AFL++, one after the other
./run fuzz gallery.NAME             a parser with a planted bug: what a finding looks like
./run fuzz memory [TIME]            all of this project's under MemorySanitizer: the corpora, then fuzzing for TIME each
./run fuzz triage FILE [TARGET]     what is wrong with an input, made small, as a transcript
./run fuzz minimise [PROTOCOL...]   replaces corpora/PROTOCOL/fuzzed with the best of it and of what was found
./run fuzz findings                 what was found in other people's parsers
./run fuzz finding NAME             reads a finding's input, where it is here, with the target that shows it
./run fuzz rediscover NAME [TIME]   finds it again from the seeds
./run fuzz differences TARGET       how a foreign parser is known to differ

--long takes inputs of up to 256 KB instead of 16, and mutates them whole instead of in excerpts, which is slow.
--jobs N fuzzes N targets at once. `./run fuzz VERB --help` explains a verb.

Builds the target and the libraries it needs (preset fuzz): about a minute on two quiet cores the first time, or two
for all targets; after that only what has changed. Installs missing packages from [build] and [test] in
dependencies.txt; for foreign parsers, also from [peers].
TEXT
}

help_fuzz_memory() {
  cat <<'TEXT'
./run fuzz memory [TIME]

Runs the corpora through all of this project's targets under MemorySanitizer, then fuzzes each for TIME (60, 90s, 10m,
1h; none by default). Builds the presets fuzz and fuzz-memory: about five minutes on two quiet cores the first time;
the corpora take two. Installs missing packages from [build] and [test] in dependencies.txt.
TEXT
}

help_fuzz_triage() {
  cat <<'TEXT'
./run fuzz triage FILE [TARGET] [OPTIONS]

Builds all targets (preset fuzz) if they have never been built: about two minutes on two quiet cores. Making an input
small takes a minute at most.
TEXT
  script_options "run fuzz triage" 0 tasks/fuzz_triage.py
}

help_fuzz_minimise() {
  cat <<'TEXT'
./run fuzz minimise [PROTOCOL...] [OPTIONS]

Builds this project's targets (preset fuzz) and the replays of foreign parsers (preset asan): about five minutes on
two quiet cores the first time. Merging takes minutes too. It changes corpora/: look at `git diff` afterwards.
Installs missing packages from [build], [test] and [peers] in dependencies.txt.
TEXT
  script_options "run fuzz minimise" 0 tasks/fuzz_minimise.py
}

fuzz_triage() {
  [ $# -gt 0 ] || refuse "Which file?"
  script_arguments "run fuzz triage" 0 tasks/fuzz_triage.py "$@"
  # If options come first, only the script can tell which argument is the file.
  case $1 in -*) ;; *) [ -f "$1" ] || stop "no such file: $1" ;; esac
  case ${2:--} in -*) ;; *) know_targets "${2#fuzz_}" ;; esac
  [ -e build/fuzz/fuzz_targets.txt ] || { configure_fuzzing && build_fuzzing; }
  python3 tasks/fuzz_triage.py "$@"
}

# What was found and is worth keeping, into corpora/PROTOCOL/fuzzed. Foreign parsers say what is better left out.
fuzz_minimise() {
  local -a programs
  script_arguments "run fuzz minimise" 0 tasks/fuzz_minimise.py "$@"
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
  [ -n "$target" ] || refuse "Which target is it?"
  [ $# -le 2 ] || refuse "./run fuzz --engine afl does not take '$3'."
  seconds=$(seconds_of "${2:-60}") || exit 2
  case $target in
    all) mapfile -t targets < <(fuzz_targets) ;;
    peers) mapfile -t targets < <(fuzz_peers) && install_sections peers ;;
    gallery.*) stop "The gallery is not built for AFL++." ;;
    *)
      know_targets "$target"
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

# fuzz_with_libfuzzer TARGET... [TIME] [OPTIONS]
fuzz_with_libfuzzer() {
  local seconds=60 target
  local -a targets=() programs=() some
  while [ $# -gt 0 ]; do
    case $1 in
      -*) break ;;
      [0-9]*) seconds=$(seconds_of "$1") || exit 2 ;;
      *) targets+=("${1#fuzz_}") ;;
    esac
    shift
  done
  [ ${#targets[@]} -gt 0 ] || no_target ''
  know_targets "${targets[@]}"
  script_arguments "run fuzz TARGET" 1 tasks/fuzz_campaign.py "$@"
  for target in "${targets[@]}"; do
    case " peers $(fuzz_peers | xargs) " in *" $target "*) install_sections peers ;; esac
  done
  configure_fuzzing
  for target in "${targets[@]}"; do
    mapfile -t some < <(fuzz_programs_of "$target")
    [ ${#some[@]} -gt 0 ] || stop "The build found nothing to make '$target' of; ./run install-deps installs what it needs."
    programs+=("${some[@]}")
  done
  build_fuzzing "${programs[@]}"
  python3 tasks/fuzz_campaign.py --seconds "$seconds" "$@" "${targets[@]}"
}

task_fuzz() {
  local word=${1:-}
  case $word in
    '' | help) help_fuzz ;;
    targets) shift && no_arguments "$@" && list_fuzz_targets ;;
    triage | minimise | memory | findings | finding | rediscover | differences) shift && "fuzz_$word" "$@" ;;
    --engine)
      case ${2:-} in
        afl) shift 2 && fuzz_with_afl "$@" ;;
        libfuzzer) shift 2 && fuzz_with_libfuzzer "$@" ;;
        *) refuse "There is no engine '${2:-}': libfuzzer or afl." ;;
      esac
      ;;
    -*) refuse "./run fuzz does not take '$word' there." ;;
    *) fuzz_with_libfuzzer "$@" ;;
  esac
}
