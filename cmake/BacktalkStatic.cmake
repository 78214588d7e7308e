# SPDX-License-Identifier: Apache-2.0 OR MIT
# BACKTALK_STATIC: a program that needs no file beside it, for containers that have nothing else: glibc and all libraries
# are linked in. Where it resolves names, glibc reads /etc/hosts and /etc/resolv.conf, and no other module of nsswitch.conf.
option(BACKTALK_STATIC "Link the program with static libraries alone" OFF)
if(BACKTALK_STATIC)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  set(OPENSSL_USE_STATIC_LIBS ON)
  set(Boost_USE_STATIC_LIBS ON)
  # A position-independent one, which is loaded at random addresses.
  add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-static-pie>)
  # Debian has {fmt} as a shared library, and as headers.
  set(fmt_DIR ${CMAKE_CURRENT_LIST_DIR}/static)
endif()

# backtalk_link_private(TARGET LIBRARY...): what an imported static library needs, if it is linked statically.
function(backtalk_link_private target)
  if(BACKTALK_STATIC)
    target_link_libraries(${target} INTERFACE ${ARGN})
  endif()
endfunction()
