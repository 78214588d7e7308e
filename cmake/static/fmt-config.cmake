# SPDX-License-Identifier: Apache-2.0 OR MIT
# fmt::fmt without a library: BACKTALK_STATIC finds this in place of the installed package, where that has a shared library.
if(NOT TARGET fmt::fmt)
  find_path(BACKTALK_FMT_HEADERS fmt/format-inl.h REQUIRED)
  add_library(fmt::fmt INTERFACE IMPORTED)
  set_target_properties(fmt::fmt PROPERTIES INTERFACE_COMPILE_DEFINITIONS FMT_HEADER_ONLY=1
    INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${BACKTALK_FMT_HEADERS})
endif()
set(fmt_FOUND ON)
