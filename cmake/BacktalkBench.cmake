# SPDX-License-Identifier: Apache-2.0 OR MIT
# backtalk_add_benchmark(NAME SOURCES FILE... [LIBRARIES TARGET...])
#
# A benchmark out of a fuzz adapter (backtalk/fuzz/adapter.hpp or adapter.h): the adapter's parser on Backtalk's inputs,
# beside Backtalk's own parser, direct and through an adapter, and the limits. Compile the parser as it is shipped,
# without sanitizers. Needs Google Benchmark (Debian: libbenchmark-dev), and a Backtalk that was built with BACKTALK_BENCH.
function(backtalk_add_benchmark name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LIBRARIES")
  if(NOT ARG_SOURCES)
    message(FATAL_ERROR "backtalk_add_benchmark(${name}): SOURCES is needed: the file with the adapter.")
  endif()
  if(NOT TARGET backtalk::bench)
    find_package(benchmark REQUIRED)
    if(NOT EXISTS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/BacktalkBenchTargets.cmake)
      message(FATAL_ERROR "backtalk_add_benchmark: this Backtalk was installed from a build without BACKTALK_BENCH; "
        "./run build bench && cmake --install build/bench --prefix DIR installs one with it.")
    endif()
    include(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/BacktalkBenchTargets.cmake)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE backtalk::bench backtalk::fuzz ${ARG_LIBRARIES})
endfunction()
