# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# ./run test: all that must hold, step by step; a failed step does not keep the others from running.

# suite NAME PRESET CTEST-OPTIONS...: runs tests, six at a time, since those with real servers mostly wait; the closing
# lines of ctest are kept for the summary.
suite() {
  local name=$1 preset=$2 code=0
  shift 2
  mkdir -p build/logs
  ctest --test-dir "build/$preset" --output-on-failure -j6 "$@" 2>&1 | tee "build/logs/ctest-$name.log" || code=$?
  return "$code"
}

build_preset() {
  local preset=$1
  shift
  configure "$preset" -DBACKTALK_TESTS=ON -DBACKTALK_MPI=ON && compile "$preset" "$@"
}

# The SIMD targets that this machine has, by the program's own word.
simd_targets() {
  BACKTALK_SIMD='?' "$program" parse smtp /dev/null 2>&1 | sed -n 's/.*use one of: *//p'
}

# The tests of what the parsers scan with these targets, and of what stands directly on them.
simd_tests='^(parsers_test|parsers_compared_test|golden_test|sessions_test|fuzz_replay)'

test_every_simd_target() {
  local target targets
  targets=$(simd_targets)
  [ -n "$targets" ] || { say "The program does not list its SIMD targets."; return 1; }
  for target in $targets; do
    say "-- BACKTALK_SIMD=$target"
    BACKTALK_SIMD=$target suite "simd-$target" release -R "$simd_tests" >/dev/null || {
      cat "build/logs/ctest-simd-$target.log"
      return 1
    }
  done
}

# Each public header is compiled alone: it includes what it needs.
test_headers() {
  find parsers/include -name '*.hpp' | sort | xargs -P "$(nproc)" -I '{}' clang++-19 -std=c++20 -Wall -Wextra -Werror \
    -Iparsers/include -fsyntax-only -include "$PWD/{}" -x c++ /dev/null || { say "A header does not compile alone."; return 1; }
}

# The installed library is used as a stranger would: outside the tree, through CMake and through pkg-config.
test_consumer() {
  local prefix work
  prefix=$(mktemp -d) work=$(mktemp -d)
  consume "$prefix" "$work"
  local code=$?
  rm -rf "$prefix" "$work"
  return "$code"
}

consume() {
  local prefix=$1 work=$2
  local -a flags
  logged build/logs/install.log cmake --install build/release --prefix "$prefix" &&
    cp -R examples/consumer "$work/source" &&
    logged build/logs/consumer-configure.log cmake -S "$work/source" -B "$work/build" -G Ninja \
      -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_PREFIX_PATH="$prefix" &&
    logged build/logs/consumer-build.log cmake --build "$work/build" &&
    "$work/build/consumer" || return 1
  say "-- with pkg-config and GCC"
  local pc
  pc=$(find "$prefix" -name backtalk.pc)
  read -ra flags < <(PKG_CONFIG_PATH=$(dirname "$pc") pkg-config --cflags --libs backtalk)
  g++-12 -std=c++20 -o "$work/by-hand" "$work/source/main.cpp" "${flags[@]}" && "$work/by-hand" || return 1
  say "-- in C: the shared and the static library, with CMake; with pkg-config and GCC"
  logged build/logs/consumer-configure.log cmake -S examples/c-api -B "$work/c" -G Ninja \
    -DCMAKE_C_COMPILER=clang-19 -DCMAKE_PREFIX_PATH="$prefix" &&
    logged build/logs/consumer-build.log cmake --build "$work/c" &&
    "$work/c/example_replies_c" && "$work/c/example_replies_c_static" || return 1
  read -ra flags < <(PKG_CONFIG_PATH=$(dirname "$pc") pkg-config --cflags --libs backtalk-c)
  gcc-12 -std=c99 -o "$work/in-c" examples/c-api/replies.c "${flags[@]}" &&
    LD_LIBRARY_PATH=$(dirname "$(dirname "$pc")") "$work/in-c"
}

# The packages hold what they should and nothing else; the program runs and the library is found, unpacked and alone.
test_packages() {
  local work
  work=$(mktemp -d)
  package_and_look "$work"
  local code=$?
  rm -rf "$work"
  return "$code"
}

package_and_look() {
  local work=$1 package
  make_packages build/release "$work" || return 1
  for package in backtalk backtalk-mpi libbacktalk-dev libbacktalk0.1 libbacktalk-fuzz-dev; do
    dpkg-deb -x "$work/${package}"_*.deb "$work/$package" || return 1
  done
  lint_packages "$work" || return 1
  python3 -B tests/package/check_files.py "$work/backtalk" "$work/backtalk-mpi" "$work/libbacktalk-dev" "$work/libbacktalk0.1" \
    "$work/libbacktalk-fuzz-dev" &&
    cp "$work"/libbacktalk0.1/usr/lib/libbacktalk.so.* "$work/libbacktalk-dev/usr/lib" &&
    "$work/backtalk/usr/bin/backtalk" --version &&
    logged build/logs/package-consumer.log cmake -S examples/consumer -B "$work/build" -G Ninja \
      -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_PREFIX_PATH="$work/libbacktalk-dev/usr" &&
    logged build/logs/package-consumer.log cmake --build "$work/build" &&
    "$work/build/consumer"
}

# lintian finds no error in a package, and finds the one in a package whose changelog is gone.
lint_packages() {
  local work=$1
  lintian --fail-on error "$work"/*.deb 2>"$work/lintian" || { cat "$work/lintian" >&2; return 1; }
  mkdir "$work/planted"
  dpkg-deb -R "$work"/libbacktalk0.1_*.deb "$work/planted/package" &&
    rm "$work/planted/package/usr/share/doc/libbacktalk0.1/changelog.gz" &&
    dpkg-deb -b --root-owner-group "$work/planted/package" "$work/planted/package.deb" >/dev/null || return 1
  if lintian --fail-on error "$work/planted/package.deb" >"$work/lintian" 2>&1; then
    say "lintian does not miss the changelog."
    return 1
  fi
  grep -q 'E: libbacktalk0.1: no-changelog' "$work/lintian"
}

# The program that is linked statically runs where there is nothing else.
test_static() {
  build_static && tests/package/in_an_empty_root.sh build/static/loadgen/cli/backtalk
}

# Each protocol's single header, where there is nothing else.
test_single_headers() {
  python3 -B tests/singleheader/test_singleheader.py build/release/parsers/libbacktalk-parsers.a
}

# One of the builds that OSS-Fuzz makes; ./run fuzz-at-scale makes them all, AFL++'s too.
# In the same folder each time, so that ccache knows the objects: their lines have paths.
test_fuzz_scale() {
  python3 tests/fuzz_scale/test_build.py --keep build/fuzz-scale --seeds build/release/seeds memory-libfuzzer
}

# The benchmarks: every row read once and compared with what Backtalk reads; no time is asserted.
test_benchmarks() {
  python3 -B tests/bench/test_page.py && build_benchmarks && python3 tests/bench/test_statistics.py &&
    python3 -B tests/bench/test_load_figures.py &&
    python3 tests/bench/test_parsers.py build/bench/bench/backtalk_bench
}

# What each parser needs for each input, against the baseline that says why it is what it is.
test_instructions() {
  build_benchmarks && bench_instructions >build/logs/instructions.log
}

# An adapter of somebody else's becomes a benchmark, from what is installed alone.
test_bench_consumer() {
  local prefix work code=0
  prefix=$(mktemp -d) work=$(mktemp -d)
  consume_benchmark "$prefix" "$work" || code=$?
  rm -rf "$prefix" "$work"
  return "$code"
}

consume_benchmark() {
  local prefix=$1 work=$2
  build_benchmarks &&
    compile bench &&
    logged build/logs/bench-install.log cmake --install build/bench --prefix "$prefix" &&
    cp -R examples/benchmark "$work/source" &&
    logged build/logs/bench-consumer-configure.log cmake -S "$work/source" -B "$work/build" -G Ninja \
      -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_PREFIX_PATH="$prefix" &&
    logged build/logs/bench-consumer-build.log cmake --build "$work/build" &&
    "$work/build/my_replies" --benchmark_min_time=0.0001 --benchmark_out="$work/rows.json" --benchmark_out_format=json \
      >build/logs/bench-consumer.log 2>&1 &&
    python3 bench/parsers.py --out "$work" --from "$work/rows.json" >"$work/tables" &&
    grep -E ' (my_replies|backtalk-adapter) ' "$work/tables"
}

# Parsers of somebody else as fuzz targets, from what is installed alone: the bug that each has is found from the seeds.
test_fuzz_consumer() {
  local prefix work code=0
  prefix=$(mktemp -d) work=$(mktemp -d)
  consume_fuzzing "$prefix" "$work" || code=$?
  rm -rf "$prefix" "$work"
  return "$code"
}

consume_fuzzing() {
  local prefix=$1 work=$2
  logged build/logs/install.log cmake --install build/release --prefix "$prefix" &&
    cp -R examples/own_parsers "$work/source" &&
    logged build/logs/fuzz-consumer-configure.log cmake -S "$work/source" -B "$work/build" -G Ninja \
      -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_PREFIX_PATH="$prefix" &&
    logged build/logs/fuzz-consumer-build.log cmake --build "$work/build" &&
    finds "$prefix" "$work" my_replies smtp '^oracle: split' && finds "$prefix" "$work" my_lines pop3 'runtime error: index' ||
    return 1
  say "-- the example of docs/fuzz-your-parser.md"
  cp -R examples/fuzz "$work/guide" &&
    logged build/logs/fuzz-consumer-configure.log cmake -S "$work/guide" -B "$work/build" -G Ninja --fresh \
      -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_PREFIX_PATH="$prefix" &&
    logged build/logs/fuzz-consumer-build.log cmake --build "$work/build" &&
    finds "$prefix" "$work" responses http '^oracle: reference' || return 1
  python3 tests/docs/check_fuzz_guide.py docs/fuzz-your-parser.md "$work/guide" "$work/build/responses" || return 1
  say "-- with GCC, as programs that run the seeds"
  logged build/logs/fuzz-consumer-configure.log cmake -S "$work/source" -B "$work/gcc" -G Ninja \
    -DCMAKE_C_COMPILER=gcc-12 -DCMAKE_CXX_COMPILER=g++-12 -DCMAKE_PREFIX_PATH="$prefix" &&
    logged build/logs/fuzz-consumer-build.log cmake --build "$work/gcc" || return 1
  if "$work/gcc/my_replies" "$prefix/share/backtalk/seeds/smtp" >"$work/log" 2>&1; then return 1; fi
  grep '^oracle: split' "$work/log"
}

# finds PREFIX WORK PROGRAM PROTOCOL REPORT: within a minute the program stops with that report.
finds() {
  local prefix=$1 work=$2 program=$3 protocol=$4
  mkdir -p "$work/corpus"
  if (cd "$work" && "build/$program" -max_total_time=60 -len_control=100 -max_len=16384 \
    -dict="$prefix/share/backtalk/dictionaries/$protocol.dict" corpus "$prefix/share/backtalk/seeds/$protocol" >log 2>&1); then
    say "$program found nothing in a minute."
    return 1
  fi
  grep -m1 "$5" "$work/log"
}

# Other people's parsers: their tables of differences hold against every seed, and the findings are still there.
test_peers() {
  configure asan -DBACKTALK_TESTS=ON -DBACKTALK_PEERS=ON && compile asan peers && suite peers asan -L peers
}

# Every real server, in every way that it can be loaded. Part of it is among the tests of the release build.
test_servers() {
  python3 -B tests/matrix/matrix.py --write docs/servers.md
}

# What ./run says before it does anything, how it reports, and what lint looks at.
test_tasks() {
  python3 -B -m unittest discover -s tests/tasks
}

# The tools that run campaigns and look into findings, on parsers with planted bugs.
test_fuzzing() {
  configure_fuzzing && build_fuzzing gallery && python3 tests/fuzz/campaign_test.py
}

help_test() {
  cat <<'TEXT'
./run test [STEP...]
./run test --list

Tests everything, step by step: format and the comments of the headers; release, on every SIMD target and with real
servers; NEON under QEMU; the public headers alone; the installed library; the single headers; benchmarks and
instruction counts; fuzzing tools; AddressSanitizer, UndefinedBehaviorSanitizer, ThreadSanitizer and MemorySanitizer;
foreign parsers; GCC 12 with tiny limits. A failed step does not stop the others. A summary comes last, with the time
and the processor time of each step; build/logs has the output of each.

Two steps run at the same time, but the tests with real servers have the machine for themselves. Builds the presets
release, bench, fuzz, asan, tsan and tiny. All that takes less than 25 minutes on two quiet cores. Installs missing
packages from [lint], [docs], [build], [test], [mpi], [peers], [bench], [servers] and [neon] in dependencies.txt, and
unpacks the servers of [unpacked] beside the system.

With STEPs it runs only those, and the builds that they need: ./run test asan, ./run test lint release. --list names them.
The step `servers`, which loads every real server and rewrites docs/servers.md, takes ten minutes more: it runs only if
it is named. So does the step `static`, which builds the preset static.
To run single tests, build the preset dev and use ctest: CONTRIBUTING.md shows how.
TEXT
}

# What is run, in this order; steps with the same name belong together. The tests with real servers have the machine for
# themselves. What works by itself, one thing after the other, runs beside the builds.
test_steps() {
  side_by_side steps_of_release_build steps_of_sources
  step release "release: all tests, with real servers" suite release release
  step servers "every real server counts what Backtalk counts; rewrites docs/servers.md (only if named)" test_servers
  side_by_side steps_of_other_builds steps_after_release
}

steps_of_sources() {
  step lint "format, licence lines, shell scripts" task_lint --all --quick
  step lint "clang-tidy of changed files" task_lint
  step tasks "the tasks themselves" test_tasks
  step docs "HTML of the headers' comments, without a warning" task_docs
}

steps_of_release_build() {
  step build "release: build" build_preset release
}

steps_after_release() {
  step simd "release: unit and conformance tests on every SIMD target" test_every_simd_target
  step neon "NEON: the kernels compiled for AArch64, their tests under QEMU" test_neon
  step headers "public headers compile alone" test_headers
  step consumer "the installed library, found by CMake and pkg-config" test_consumer
  step package "the Debian packages" test_packages
  step static "the program linked statically, alone in an empty root (only if named)" test_static
  step single-header "the single headers, compiled alone by two compilers: their events are the library's" test_single_headers
  step bench "benchmarks: every parser and peer once" test_benchmarks
  step instructions "benchmarks: instruction counts equal the baseline" test_instructions
  step bench-consumer "benchmarks: the installed library times a foreign parser" test_bench_consumer
  step fuzz-consumer "fuzzing: the installed library finds the bugs of foreign parsers" test_fuzz_consumer
  step fuzz "fuzzing: campaigns and triage find planted bugs" test_fuzzing
  step fuzz-scale "fuzz targets as OSS-Fuzz builds them, with MemorySanitizer" test_fuzz_scale
}

steps_of_other_builds() {
  step asan "AddressSanitizer and UndefinedBehaviorSanitizer: build" build_preset asan
  step asan "AddressSanitizer and UndefinedBehaviorSanitizer: unit and conformance tests, fuzz replay" suite asan asan -LE 'e2e|peers'
  step peers "foreign parsers: tables of differences, findings" test_peers
  step gcc "GCC 12, every default limit tiny: build without a warning" build_preset tiny
  step gcc "GCC 12, every default limit tiny: unit and conformance tests, fuzz replay" suite gcc-tiny tiny -LE e2e
  step tsan "ThreadSanitizer: build of the program" build_preset tsan backtalk
  step tsan "ThreadSanitizer: tests with threads" suite tsan tsan -L threads
}

# shellcheck disable=SC2034  # for steps.sh
test_only_by_name=(servers static)

# Steps that use what the release build has made.
test_uses_release=(release servers simd consumer package single-header fuzz-consumer fuzz-scale)

task_test() {
  local id known
  if [ "${1:-}" = --list ]; then
    list_steps yes
    return 0
  fi
  known=$(list_steps names | sort -u)
  for id in "$@"; do
    # shellcheck disable=SC2086  # one word a step
    contains "$id" $known || refuse "There is no step '$id'; ./run test --list names them."
    test_wanted+=("$id")
    if contains "$id" "${test_uses_release[@]}" && ! contains build "${test_wanted[@]}"; then test_wanted+=(build); fi
  done
  # All at once: two apt-get at the same time would stand in each other's way.
  if [ ${#test_wanted[@]} -gt 0 ]; then
    install_sections build test mpi peers servers neon
  else
    install_sections build test mpi peers servers neon lint docs bench
  fi
  unpack_servers
  rm -f build/logs/ctest-*.log
  run_steps
}
