#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 OR MIT
# link_with_memory_sanitizer.sh COMPILER TARGET FLAGS... -- OBJECTS... -- LIBRARIES...
#
# libFuzzer's own code is not instrumented, and it shares the templates of the standard library with the target: the linker
# keeps one copy of each, and MemorySanitizer would tell of libFuzzer, or not of the target. So all that is instrumented
# becomes one object that shows nothing but the functions that libFuzzer calls.
set -e
compiler=$1 target=$2
shift 2
flags='' objects='' archives='' libraries='' part=flags
for word in "$@"; do
  case $part:$word in
    flags:--) part=objects ;;
    objects:--) part=libraries ;;
    flags:*) flags="$flags $word" ;;
    objects:*) objects="$objects $word" ;;
    *.a) archives="$archives $word" ;;
    *) libraries="$libraries $word" ;;
  esac
done
one=$target.one.o
# Words are split on purpose: no path of a build has a space.
# shellcheck disable=SC2086
ld -r --force-group-allocation --undefined=LLVMFuzzerTestOneInput -o "$one" $objects --start-group $archives --end-group
objcopy --keep-global-symbol=LLVMFuzzerTestOneInput --keep-global-symbol=LLVMFuzzerInitialize \
  --keep-global-symbol=LLVMFuzzerCustomMutator --keep-global-symbol=LLVMFuzzerCustomCrossOver "$one"
# shellcheck disable=SC2086
exec "$compiler" $flags -fsanitize=fuzzer -o "$target" "$one" $libraries
