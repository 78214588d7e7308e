# SPDX-License-Identifier: Apache-2.0 OR MIT
# backtalk_add_fuzz_target(NAME SOURCES FILE... [LIBRARIES TARGET...] [REPLAY])
#
# A fuzz target out of an adapter (backtalk/fuzz/adapter.hpp or adapter.h), with Backtalk's oracles and
# mutator. With Clang it is a libFuzzer program; with another compiler, or with REPLAY, a program that runs
# the files and folders it is given. The parser under test is to be compiled with
# -fsanitize=fuzzer-no-link and the sanitizers that you want; then libFuzzer sees its branches.
# LIB_FUZZING_ENGINE, a variable or an environment variable, takes another engine's library in libFuzzer's
# place; CXXFLAGS then have to instrument for it.
function(backtalk_add_fuzz_target name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "REPLAY" "" "SOURCES;LIBRARIES")
  if(NOT ARG_SOURCES)
    message(FATAL_ERROR "backtalk_add_fuzz_target(${name}): SOURCES is needed: the file with the adapter.")
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE backtalk::fuzz ${ARG_LIBRARIES})
  set(engine "${LIB_FUZZING_ENGINE}")
  if(NOT engine)
    set(engine "$ENV{LIB_FUZZING_ENGINE}")
  endif()
  if(ARG_REPLAY OR NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_link_libraries(${name} PRIVATE backtalk::fuzz_replay)
  elseif(engine)
    # The function that it calls is in a library, which an engine that names it weakly, as AFL++'s does, would leave out.
    separate_arguments(engine UNIX_COMMAND "${engine}")
    target_link_options(${name} PRIVATE LINKER:--undefined=LLVMFuzzerTestOneInput)
    target_link_libraries(${name} PRIVATE ${engine})
  else()
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer-no-link)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  endif()
endfunction()
