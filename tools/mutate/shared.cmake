# SPDX-License-Identifier: Apache-2.0 OR MIT
# Included by CMake at every project() of the working copy: makes the library of the target BACKTALK_MUTATED shared,
# although the project says that it is static. `_add_library` is the command that this one replaces.
if(NOT COMMAND _add_library)
  function(add_library name)
    if(name STREQUAL BACKTALK_MUTATED)
      list(TRANSFORM ARGN REPLACE "^STATIC$" "SHARED")
      _add_library(${name} ${ARGN})
      # A mutant is not to be found by a warning. Without the macro of shared libraries, ccache has the objects already.
      target_compile_options(${name} PRIVATE -w)
      set_target_properties(${name} PROPERTIES DEFINE_SYMBOL "")
    else()
      _add_library(${name} ${ARGN})
    endif()
  endfunction()
endif()
