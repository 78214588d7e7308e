# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# The verbs of ./run fuzz that are about other people's parsers.

# The targets of fuzz/peers, one a line.
fuzz_peers() { grep -l '^BACKTALK_FUZZ_TARGET' fuzz/peers/*.cpp | sed 's|.*/\(.*\)\.cpp|\1|' | sort; }

findings() { python3 tasks/fuzz_findings.py "$@"; }

help_fuzz_findings() {
  cat <<'TEXT'
./run fuzz findings

Lists what was found in other people's parsers: name, target, and whether it is known. Builds and installs nothing.
TEXT
}

help_fuzz_finding() {
  cat <<'TEXT'
./run fuzz finding NAME

Reads the input of a finding, if it is in the repository, with the target that shows it. `./run fuzz findings` lists
the names. Builds that target (preset fuzz): about a minute on two quiet cores the first time. Installs missing
packages from [build], [test] and [peers] in dependencies.txt.
TEXT
}

help_fuzz_rediscover() {
  cat <<'TEXT'
./run fuzz rediscover NAME [TIME]

Finds a finding again from the seeds, within TIME (60, 90s, 10m, 1h; two minutes by default). `./run fuzz findings`
lists the names. Builds the target that shows it (preset fuzz): about a minute on two quiet cores the first time.
Installs missing packages from [build], [test] and [peers] in dependencies.txt.
TEXT
}

help_fuzz_differences() {
  cat <<'TEXT'
./run fuzz differences TARGET

Prints the table of how a foreign HTTP parser is known to differ from Backtalk's, in Markdown. Compiles that table and
nothing else, which takes two seconds. Installs missing packages from [build] in dependencies.txt.
TEXT
}

# finding_target NAME: the target that shows a finding.
finding_target() {
  [ -n "${1:-}" ] || refuse "Which finding? ./run fuzz findings lists them."
  findings target "$1" 2>/dev/null || stop "There is no finding '$1'; ./run fuzz findings lists them."
}

# prepare_peer TARGET
prepare_peer() {
  install_sections build test peers
  configure_fuzzing
  build_fuzzing "fuzz_$1"
}

fuzz_findings() {
  no_arguments "$@"
  findings list
}

fuzz_finding() {
  local target
  [ $# -le 1 ] || refuse "./run fuzz finding does not take '$2'."
  target=$(finding_target "$@") || exit
  prepare_peer "$target"
  findings reproduce "$1" "build/fuzz/fuzz/fuzz_$target"
}

fuzz_rediscover() {
  local target protocol seeds seconds
  local -a corpus=()
  [ $# -le 2 ] || refuse "./run fuzz rediscover does not take '$3'."
  target=$(finding_target "$@") || exit
  seconds=$(seconds_of "${2:-120}") || exit
  prepare_peer "$target"
  protocol=$(protocol_of "$target")
  for seeds in "build/seeds/$protocol" "corpora/$protocol"; do [ ! -d "$seeds" ] || corpus+=("$seeds"); done
  findings rediscover "$1" "build/fuzz/fuzz/fuzz_$target" "$seconds" "-dict=fuzz/dictionaries/$protocol.dict" "${corpus[@]}"
}

# The table of known differences of a target. It is a constant in a file of its own, and is compiled with nothing but the
# function that prints it: the target's program would need all parsers and oracles.
fuzz_differences() {
  local target=${1:-} table program=build/differences/table
  target=${target#fuzz_}
  [ -n "$target" ] || refuse "Which target?"
  [ $# -le 1 ] || refuse "./run fuzz differences does not take '$2'."
  know_targets "$target"
  table=$(sed -n 's/.*\.differences = \([a-z0-9_]*\)().*/\1/p' "fuzz/peers/$target.cpp" 2>/dev/null || true)
  [ -n "$table" ] || stop "$target has no table of differences. These have one: $(with_differences | xargs)"
  install_sections build
  mkdir -p build/differences/include/backtalk/fuzz
  ln -sf "$PWD"/fuzz/{adapter,engine/octets}.hpp build/differences/include/backtalk/fuzz
  cat >build/differences/main.cpp <<TEXT
#include "engine/difference_table.hpp"
#include "peers/http_differences.hpp"
int main() {
  using namespace backtalk::fuzz;
  print_differences(Target{.name = "$target", .protocol = "http", .differences = $table()});
}
TEXT
  # The linker drops the other functions of that file, and with them what they would need.
  logged build/logs/differences.log clang++-19 -std=c++20 -ffunction-sections -Wl,--gc-sections \
    -Ifuzz -Iparsers/include -Ibuild/differences/include build/differences/main.cpp fuzz/engine/difference_table.cpp \
    "$(grep -lF "> $table() {" fuzz/peers/*.cpp)" -o "$program" || stop "The table does not compile."
  "$program"
}

# The targets that have such a table, one a line.
with_differences() { grep -l '\.differences = ' fuzz/peers/*.cpp | sed 's|.*/\(.*\)\.cpp|\1|'; }
