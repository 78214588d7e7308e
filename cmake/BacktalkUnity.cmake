# SPDX-License-Identifier: Apache-2.0 OR MIT
# backtalk_compile_apart(FILE...): files that a unity build (BACKTALK_UNITY) compiles by themselves, because they use
# names in an anonymous namespace that other files of their target use for something else.
function(backtalk_compile_apart)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
