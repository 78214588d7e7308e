# SPDX-License-Identifier: Apache-2.0 OR MIT
# backtalk_runs_rarely(TARGET): what runs once a run of the program, or when somebody presses a key, is compiled with
# little optimisation, and in Debug builds with none.
function(backtalk_runs_rarely target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1> $<$<CONFIG:Debug>:-O0>)
endfunction()

# backtalk_runs_often(TARGET): what the tests run for seconds is optimised with sanitizers as well. Nothing else is: the
# same file takes up to three times as long to compile.
function(backtalk_runs_often target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Debug>:-O1>)
endfunction()
