# SPDX-License-Identifier: Apache-2.0 OR MIT
# backtalk_warnings(TARGET): the warnings that every target of ours is built with, and none may show.
function(backtalk_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
  # GCC 12 sees overlapping copies in std::string's operator+ that are not there (GCC bug 105651, mended in 13).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  if(BACKTALK_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()
