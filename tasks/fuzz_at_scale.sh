# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# ./run fuzz-at-scale, and ./run fuzz with AFL++. docs/fuzz-at-scale.md has the rest.

help_fuzz_at_scale() {
  cat <<'TEXT'
./run fuzz-at-scale [OPTIONS] [SANITIZER-ENGINE...]

Builds every target as OSS-Fuzz does, for each sanitizer and engine, and makes the checks that OSS-Fuzz makes. Six
builds of about two minutes each on two quiet cores, less for what ccache has. Installs missing packages from [build]
and [test] in dependencies.txt, and unpacks AFL++ beside the system.
TEXT
  script_options "run fuzz-at-scale" 0 tests/fuzz_scale/test_build.py
}

# The builds that OSS-Fuzz would make, every target of them, and its checks. Options go to the program.
task_fuzz_at_scale() {
  script_arguments "run fuzz-at-scale" 0 tests/fuzz_scale/test_build.py "$@"
  install_sections build test
  unpack_afl
  python3 tests/fuzz_scale/test_build.py --all "$@"
}

# prepare_afl TARGET...: the programs, for AFL++, with AddressSanitizer.
prepare_afl() {
  install_sections build test
  unpack_afl
  say "Building for AFL++ in build/afl: about a minute for one target on two cores, less for what ccache has."
  python3 tasks/oss_fuzz.py address afl build/afl "$@" || stop "The targets do not build for AFL++."
  # For afl-fuzz itself, which has no sanitizer.
  clang++-19 -std=c++20 -O2 -shared -fPIC -Ifuzz fuzz/mutators/{afl_mutator,grammar,line_mutator,phrases}.cpp \
    -o build/afl/line_mutator.so || stop "The mutator for AFL++ does not build."
}

# afl_one TARGET SECONDS: fuzzes with one afl-fuzz. What was found before is where it goes on from.
afl_one() {
  local program=fuzz_$1 seconds=$2 campaign=build/afl/campaigns/fuzz_$1 found
  local seeds=build/afl/seeds/fuzz_$1
  mkdir -p "$campaign" "$seeds"
  python3 -m zipfile -e "build/afl/out/${program}_seed_corpus.zip" "$seeds"
  say "Fuzzing $1 with AFL++ for $seconds s; its campaign is $campaign."
  AFL_CUSTOM_MUTATOR_LIBRARY=build/afl/line_mutator.so BACKTALK_FUZZ_PROTOCOL=$(protocol_of "$1") \
    AFL_AUTORESUME=1 AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_TRY_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
    ASAN_OPTIONS=abort_on_error=1:symbolize=0:detect_leaks=0 \
    "$AFL_FOLDER/usr/bin/afl-fuzz" -m none -t 1000+ -V "$seconds" -i "$seeds" -o "$campaign" \
    -x "build/afl/out/$program.dict" -- "build/afl/out/$program" >"build/logs/afl-$1.log" 2>&1 ||
    { tail -n 20 "build/logs/afl-$1.log" >&2; return 1; }
  sed -n -E 's/^(execs_done|execs_per_sec|corpus_count|edges_found|saved_crashes|saved_hangs) +: /  \1 /p' \
    "$campaign/default/fuzzer_stats"
  found=$(find "$campaign/default/crashes" -type f -name 'id:*' | head -n 1)
  [ -z "$found" ] || { say "Its first finding: $found"; return 1; }
}
