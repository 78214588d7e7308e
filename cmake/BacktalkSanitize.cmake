# SPDX-License-Identifier: Apache-2.0 OR MIT
# BACKTALK_SANITIZE: a list for -fsanitize= that holds for the whole tree, so that no object is left out.
set(BACKTALK_SANITIZE "" CACHE STRING "Sanitizers for everything, e.g. address,undefined")
if(BACKTALK_SANITIZE)
  add_compile_options(-fsanitize=${BACKTALK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${BACKTALK_SANITIZE})
endif()
option(BACKTALK_COVERAGE "Instrument for llvm-cov" OFF)
if(BACKTALK_COVERAGE)
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
  add_link_options(-fprofile-instr-generate)
endif()
# The fuzz targets' view of the branches, in every object; the programs themselves link libFuzzer. Who names another
# engine has the flags for it in CXXFLAGS. Comparisons are not traced: the dictionaries have what they would teach the
# engine, at half the speed. Nor are calls through pointers, which the engine looks at beside its value profile only.
# Variables of functions that have returned are left to the replays (fuzz/engine/entry.cpp): functions need not ask each time.
if(BACKTALK_FUZZ AND "${LIB_FUZZING_ENGINE}$ENV{LIB_FUZZING_ENGINE}" STREQUAL "")
  add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize-coverage=trace-cmp,indirect-calls)
  if(BACKTALK_SANITIZE MATCHES "address")
    add_compile_options(-fsanitize-address-use-after-return=never)
  endif()
endif()
