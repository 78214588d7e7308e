#!/bin/bash -eu
# SPDX-License-Identifier: Apache-2.0 OR MIT
# Builds the fuzz targets as ClusterFuzzLite and OSS-Fuzz ask for it. Takes from the environment
#
#   CC CXX CFLAGS CXXFLAGS   compilers and flags: the sanitizer, the engine's instrumentation and the architecture
#                            are all in them, so that SANITIZER, FUZZING_ENGINE and ARCHITECTURE need no case here
#   LIB_FUZZING_ENGINE       what $CXX links for an engine
#   SRC                      $SRC/backtalk is the source; $SRC/highway, where it is there, has Highway's headers
#   WORK                     a folder to build in; each sanitizer and each engine needs its own
#   OUT                      a folder for the results: X, X_seed_corpus.zip, X.dict and X.options for each target X
#
# and of its own TARGETS, the targets to build ("smtp_reply pop3_response"; default: all of Backtalk's parsers and
# sessions, and no foreign parser's), and SEEDS, a folder where backtalk_golden_seeds has been (default: it is built
# and run).
source=$SRC/backtalk
build=$WORK/backtalk

# CMake lists the programs: name, protocol, kind (own, peer, gallery) and program.
own_targets() { awk -F'\t' '$3 == "own" { print $1 }' "$build/fuzz_targets.txt"; }
protocol_of() { awk -F'\t' -v name="$1" '$1 == name { print $2 }' "$build/fuzz_targets.txt"; }

# A protocol's inputs in one archive: those of the golden conversations, and all others of corpora/.
zip_seeds() {
  local protocol=$1 archive=$2 folder=$WORK/seed_corpus/$1 file name
  if [ ! -e "$archive" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    cp "$SEEDS/$protocol"/* "$folder/"
    (cd "$source/corpora/$protocol" && find . -type f -name '*.txt') | while read -r file; do
      name=${file#./}
      cp "$source/corpora/$protocol/$file" "$folder/${name//\//-}"
    done
    rm -f "$archive"
    (cd "$folder" && python3 -m zipfile -c "$archive" .)
  fi
}

# Puts the inputs for one target alone into its archive.
add_own_seeds() {
  local folder=$source/fuzz/targets/$1_seeds
  [ ! -d "$folder" ] || python3 - "$2" "$folder"/* <<'END'
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "a") as archive:
    for path in sys.argv[2:]:
        archive.write(path, "own-" + os.path.basename(path))
END
}

# AFL++'s own compiler instruments all that it compiles but for what this list names: the branches of the oracles
# would lead it astray. (For the other engines CMake leaves them out.)
export AFL_LLVM_DENYLIST=$WORK/oracles.txt
printf 'src:*/fuzz/%s\n' 'oracles/*' 'reference/*' 'mutators/*' 'engine/*report*.cpp' \
  'engine/trial.cpp' 'engine/plan.cpp' 'engine/disagreement.cpp' >"$AFL_LLVM_DENYLIST"

highway=()
[ ! -d "$SRC/highway" ] || highway=(-DBACKTALK_HIGHWAY_INCLUDE="$SRC/highway")

# No build type: what -O and -g there is comes from CXXFLAGS. The C++ library goes into the programs.
cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE= \
  -DCMAKE_EXE_LINKER_FLAGS="${LDFLAGS:-} -static-libstdc++ -static-libgcc" \
  -DBACKTALK_FUZZ=ON -DBACKTALK_COUNT_WORK=ON -DBACKTALK_TESTS=OFF -DBACKTALK_LOADGEN=OFF -DBACKTALK_BENCH=OFF \
  -DBACKTALK_WERROR=OFF -DLIB_FUZZING_ENGINE="$LIB_FUZZING_ENGINE" "${highway[@]}"

read -r -a targets <<<"${TARGETS:-$(own_targets | tr '\n' ' ')}"
programs=("${targets[@]/#/fuzz_}")
[ -n "${SEEDS:-}" ] || programs+=(backtalk_golden_seeds)
cmake --build "$build" --target "${programs[@]}"

if [ -z "${SEEDS:-}" ]; then
  SEEDS=$WORK/seeds
  "$build/fuzz/seeds/backtalk_golden_seeds" "$SEEDS"
fi

for target in "${targets[@]}"; do
  program=fuzz_$target
  protocol=$(protocol_of "$target")
  cp "$build/fuzz/$program" "$OUT/$program"
  cp "$source/fuzz/dictionaries/$protocol.dict" "$OUT/$program.dict"
  zip_seeds "$protocol" "$WORK/$protocol.zip"
  cp "$WORK/$protocol.zip" "$OUT/${program}_seed_corpus.zip"
  add_own_seeds "$target" "$OUT/${program}_seed_corpus.zip"
  # Programs with a mutator of their own begin with their longest inputs, unless they are told not to.
  printf '[libfuzzer]\nlen_control = 100\n' >"$OUT/$program.options"
done
