# SPDX-License-Identifier: Apache-2.0 OR MIT
# Foreign mail clients as fuzz targets: what Debian packages. Of a library that is installed only what it does to
# memory that it shares with the program is seen; from a source tree it is compiled with what the preset asks for.

# mail_peer(NAME [SOURCES FILE...] [LIBRARIES TARGET...] [INCLUDES DIR...] [OPTIONS OPTION...] [DEPENDS TARGET...])
#
# Its replay in the tests is through tools/fuzz: a seed may show a defect that is known.
function(mail_peer name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LIBRARIES;INCLUDES;OPTIONS;DEPENDS")
  require_listed(${name})
  set(protocol ${protocol_of_${name}})
  set(sources ${name}.cpp leaks.cpp ${ARG_SOURCES})
  set(programs "")
  if(BACKTALK_FUZZ)
    backtalk_add_fuzz_target(fuzz_${name} SOURCES ${sources} LIBRARIES ${ARG_LIBRARIES})
    list_fuzz_program(${name} ${protocol} ${kind_of_${name}} fuzz_${name})
    list(APPEND programs fuzz_${name})
  endif()
  if(BACKTALK_TESTS)
    backtalk_add_fuzz_target(replay_${name} SOURCES ${sources} LIBRARIES ${ARG_LIBRARIES} REPLAY)
    list(APPEND programs replay_${name})
    find_package(Python3 REQUIRED COMPONENTS Interpreter)
    add_test(NAME fuzz_replay.${name} COMMAND ${Python3_EXECUTABLE} -B ${PROJECT_SOURCE_DIR}/tools/fuzz
      replay ${name} $<TARGET_FILE:replay_${name}> ${CMAKE_BINARY_DIR}/seeds/${protocol} ${seeds_of_${protocol}})
    set_tests_properties(fuzz_replay.${name} PROPERTIES
      LABELS "fuzz-replay;peers" FIXTURES_REQUIRED fuzz_seeds TIMEOUT 120)
    add_dependencies(peers replay_${name})
  endif()
  foreach(program IN LISTS programs)
    backtalk_warnings(${program})
    # As it always was: if this is not optimised, GNU mailutils' IMAP client reads one seed in two ways.
    backtalk_runs_often(${program})
    target_include_directories(${program} PRIVATE ${PROJECT_SOURCE_DIR}/fuzz)
    target_include_directories(${program} SYSTEM PRIVATE ${ARG_INCLUDES})
    target_compile_options(${program} PRIVATE ${ARG_OPTIONS})
    set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
    if(ARG_DEPENDS)
      add_dependencies(${program} ${ARG_DEPENDS})
    endif()
  endforeach()
endfunction()

# mail_peers(LIBRARY PROTOCOL... [as above])
function(mail_peers library)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "imap;pop3;smtp" "" "SOURCES;LIBRARIES;INCLUDES;OPTIONS;DEPENDS")
  foreach(protocol IN ITEMS imap pop3 smtp)
    if(ARG_${protocol})
      mail_peer(${library}_${protocol} SOURCES ${ARG_SOURCES} LIBRARIES ${ARG_LIBRARIES}
        INCLUDES ${ARG_INCLUDES} OPTIONS ${ARG_OPTIONS} DEPENDS ${ARG_DEPENDS})
    endif()
  endforeach()
endfunction()

# What a source tree that has its own build is compiled with. C that calls a function through a pointer of another type
# is too common to be news.
set(tree_flags -g -O1 -w)
if(BACKTALK_SANITIZE)
  list(APPEND tree_flags -fsanitize=${BACKTALK_SANITIZE} -fno-sanitize-recover=all -fno-sanitize=function)
endif()
if(BACKTALK_FUZZ)
  list(APPEND tree_flags -fsanitize=fuzzer-no-link)
endif()
list(JOIN tree_flags " " tree_flags)

set(BACKTALK_LIBETPAN_SOURCE "$ENV{BACKTALK_LIBETPAN_SOURCE}" CACHE PATH "Source tree of libetpan (`apt-get source libetpan`)")
if(BACKTALK_LIBETPAN_SOURCE)
  enable_language(C)
  include(ExternalProject)
  set(prefix ${CMAKE_BINARY_DIR}/peers/libetpan)
  file(MAKE_DIRECTORY ${prefix}/include)
  ExternalProject_Add(peer_libetpan
    PREFIX ${prefix} SOURCE_DIR ${BACKTALK_LIBETPAN_SOURCE} INSTALL_DIR ${prefix}
    CONFIGURE_COMMAND <SOURCE_DIR>/configure --prefix=<INSTALL_DIR> --disable-shared --disable-db --without-curl
      --without-expat --without-openssl --without-gnutls --without-sasl --without-zlib
      ac_cv_lib_lockfile_lockfile_create=no CC=${CMAKE_C_COMPILER} "CFLAGS=${tree_flags}"
    BUILD_COMMAND make -s
    INSTALL_COMMAND make -s install
    BUILD_BYPRODUCTS ${prefix}/lib/libetpan.a
    LOG_CONFIGURE ON LOG_BUILD ON LOG_INSTALL ON)
  mail_peers(libetpan imap pop3 smtp LIBRARIES ${prefix}/lib/libetpan.a INCLUDES ${prefix}/include DEPENDS peer_libetpan)
else()
  find_path(libetpan_PEER_INCLUDE libetpan/libetpan.h)
  find_library(libetpan_PEER_LIBRARY etpan)
  if(libetpan_PEER_INCLUDE AND libetpan_PEER_LIBRARY)
    mail_peers(libetpan imap pop3 smtp LIBRARIES ${libetpan_PEER_LIBRARY} INCLUDES ${libetpan_PEER_INCLUDE})
  endif()
endif()

# Its IMAP parser is a header, and seen. The classes of the library have no type information that UBSan would accept.
find_path(vmime_PEER_INCLUDE vmime/net/imap/IMAPParser.hpp)
find_library(vmime_PEER_LIBRARY vmime)
if(vmime_PEER_INCLUDE AND vmime_PEER_LIBRARY)
  mail_peers(vmime imap pop3 smtp LIBRARIES ${vmime_PEER_LIBRARY} INCLUDES ${vmime_PEER_INCLUDE} OPTIONS -fno-sanitize=vptr)
endif()

# Its header names things `and` and `or`.
find_path(cclient_PEER_INCLUDE c-client/c-client.h)
find_library(cclient_PEER_LIBRARY c-client)
if(cclient_PEER_INCLUDE AND cclient_PEER_LIBRARY)
  mail_peers(cclient imap pop3 smtp SOURCES cclient.cpp LIBRARIES ${cclient_PEER_LIBRARY} INCLUDES ${cclient_PEER_INCLUDE}
    OPTIONS -fno-operator-names -D_DEFAULT_SOURCE)
endif()

find_path(mailutils_PEER_INCLUDE mailutils/sys/stream.h)
find_library(mailutils_PEER_LIBRARY mailutils)
if(mailutils_PEER_INCLUDE AND mailutils_PEER_LIBRARY)
  foreach(of_protocol IN ITEMS imap:imap pop3:pop smtp:mailer)
    string(REGEX MATCH "(.*):(.*)" of_protocol ${of_protocol})
    set(protocol ${CMAKE_MATCH_1})
    find_library(mailutils_${protocol}_PEER_LIBRARY mu_${CMAKE_MATCH_2})
    mail_peer(mailutils_${protocol} INCLUDES ${mailutils_PEER_INCLUDE}
      LIBRARIES ${mailutils_${protocol}_PEER_LIBRARY} ${mailutils_PEER_LIBRARY})
  endforeach()
endif()

# The libraries of other languages, each in a process of its own: Debian's interpreter, and no other that is in PATH.
foreach(of_language IN ITEMS python:python3 ruby:ruby)
  string(REGEX MATCH "(.*):(.*)" of_language ${of_language})
  if(EXISTS /usr/bin/${CMAKE_MATCH_2})
    mail_peers(${CMAKE_MATCH_1} imap pop3 smtp SOURCES process_peer.cpp
      OPTIONS -DBACKTALK_CLIENTS="${CMAKE_CURRENT_SOURCE_DIR}/clients")
  endif()
endforeach()
