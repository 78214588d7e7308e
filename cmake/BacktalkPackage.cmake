# SPDX-License-Identifier: Apache-2.0 OR MIT
# Up to five Debian packages, a component each, from `cpack -G DEB` in a build folder:
#   program  backtalk               the program
#   mpi      backtalk-mpi           by which the ranks of mpirun find each other
#   library  libbacktalk-dev        the parsers: archives, headers, CMake package, pkg-config files
#   shared   libbacktalk0.1         the shared library of the C interface, of this minor version
#   fuzz     libbacktalk-fuzz-dev   what fuzz targets of other parsers are linked with, seeds, dictionaries

set(backtalk_package_of_program backtalk)
set(backtalk_package_of_mpi backtalk-mpi)
set(backtalk_package_of_library libbacktalk-dev)
set(backtalk_package_of_shared libbacktalk${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set(backtalk_package_of_fuzz libbacktalk-fuzz-dev)

# backtalk_install_licence(COMPONENT): in a folder of the component's own, since no two packages may have the same file.
function(backtalk_install_licence component)
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE-APACHE ${PROJECT_SOURCE_DIR}/LICENSE-MIT ${PROJECT_SOURCE_DIR}/NOTICE
    DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${backtalk_package_of_${component}} COMPONENT ${component})
  # Debian's policy (12.5) wants a file of this name.
  file(READ ${PROJECT_SOURCE_DIR}/LICENSE-MIT backtalk_mit)
  file(READ ${PROJECT_SOURCE_DIR}/NOTICE backtalk_notice)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/debian/copyright.in ${PROJECT_BINARY_DIR}/debian/copyright @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/debian/copyright
    DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${backtalk_package_of_${component}} COMPONENT ${component})
endfunction()

# backtalk_describe(COMPONENT SYNOPSIS PARAGRAPH...): the description of its package; lines have 79 characters at most.
macro(backtalk_describe component synopsis)
  string(JOIN "\n\n" CPACK_DEBIAN_${component}_DESCRIPTION ${ARGN})
  string(PREPEND CPACK_DEBIAN_${component}_DESCRIPTION "${synopsis}\n")
endmacro()

# The changelog that Debian's policy (12.7) wants, with the date of the source.
function(backtalk_debian_changelog)
  backtalk_source_date(date)
  set(ENV{SOURCE_DATE_EPOCH} ${date})
  string(TIMESTAMP day "%a, %d %b %Y %H:%M:%S +0000" UTC)
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/debian/changelog @ONLY CONTENT
"backtalk (@PROJECT_VERSION@) unstable; urgency=medium

  * CHANGELOG.md of the source lists the changes.

 -- @CPACK_PACKAGE_CONTACT@  @day@
")
endfunction()

# A macro: CPack reads variables of the top folder.
macro(backtalk_packages)
  set(CPACK_GENERATOR DEB)
  set(CPACK_PACKAGE_NAME backtalk)
  set(CPACK_PACKAGE_CONTACT "The Backtalk maintainers <maintainers@backtalk.invalid>")
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
  set(CPACK_DEB_COMPONENT_INSTALL ON)
  set(CPACK_COMPONENTS_GROUPING IGNORE)
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_STRIP_FILES ON)
  set(CPACK_VERBATIM_VARIABLES ON)
  # Each package has a synopsis of its own; CPack would put this one before them.
  set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
  backtalk_debian_changelog()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/debian/files.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/debian/files.cmake @ONLY)
  set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_BINARY_DIR}/debian/files.cmake)
  set(CPACK_COMPONENTS_ALL library)
  set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME ${backtalk_package_of_library})
  set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libdevel)
  set(parsers_in_short "Backtalk has incremental parsers of what servers and clients of SMTP, LMTP,
POP3, IMAP and HTTP/1.x say. They are strict unless a named tolerance is
given, bound their memory by limits, take linear time, and give the same
events however the bytes are cut.")
  backtalk_describe(LIBRARY "hardened incremental parsers for SMTP, POP3, IMAP and HTTP (development)" "${parsers_in_short}"
    "This package has the headers for C++20 and C, the static libraries, and the
files for CMake and pkg-config.")
  if(TARGET backtalk_c)
    list(APPEND CPACK_COMPONENTS_ALL shared)
    set(CPACK_DEBIAN_SHARED_PACKAGE_NAME ${backtalk_package_of_shared})
    set(CPACK_DEBIAN_SHARED_PACKAGE_SECTION libs)
    set(CPACK_DEBIAN_SHARED_PACKAGE_SHLIBDEPS ON)
    # dpkg-shlibdeps finds the package of the library by this; ldconfig runs by a trigger.
    set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
    set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
    set(CPACK_DEBIAN_SHARED_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/cmake/debian/triggers)
    backtalk_describe(SHARED "hardened incremental parsers for SMTP, POP3, IMAP and HTTP (for C)" "${parsers_in_short}"
      "This package has the shared library of the interface for C, and for languages
that can call it.")
    set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS "${backtalk_package_of_shared} (= ${PROJECT_VERSION})")
  endif()
  if(TARGET backtalk)
    list(APPEND CPACK_COMPONENTS_ALL program)
    set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME ${backtalk_package_of_program})
    set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION net)
    set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
    backtalk_describe(PROGRAM "load generator for SMTP, LMTP, POP3, IMAP and HTTP servers"
      "Backtalk loads mail and web servers by io_uring, in closed and open loops,
pipelined or in lock step, in clear text or over TLS, and accounts for every
transaction. It compares servers, versions and options with a known error
rate, fills mailboxes, talks to servers by hand, and has built-in servers with
faults to order."
      "It needs Linux 6.1 or newer.")
  endif()
  if(TARGET backtalk_mpi)
    list(APPEND CPACK_COMPONENTS_ALL mpi)
    set(CPACK_DEBIAN_MPI_PACKAGE_NAME ${backtalk_package_of_mpi})
    set(CPACK_DEBIAN_MPI_PACKAGE_SECTION net)
    set(CPACK_DEBIAN_MPI_PACKAGE_SHLIBDEPS ON)
    set(CPACK_DEBIAN_MPI_PACKAGE_DEPENDS "${backtalk_package_of_program} (= ${PROJECT_VERSION}), openmpi-bin")
    backtalk_describe(MPI "load generator for mail and web servers (several machines, MPI)"
      "With this package, mpirun starts Backtalk on several machines that share a
load: they begin together, and the result is that of all.")
  endif()
  if(TARGET backtalk_fuzz)
    list(APPEND CPACK_COMPONENTS_ALL fuzz)
    set(CPACK_DEBIAN_FUZZ_PACKAGE_NAME ${backtalk_package_of_fuzz})
    set(CPACK_DEBIAN_FUZZ_PACKAGE_SECTION libdevel)
    set(CPACK_DEBIAN_FUZZ_PACKAGE_DEPENDS "${backtalk_package_of_library} (= ${PROJECT_VERSION})")
    backtalk_describe(FUZZ "fuzzing of parsers for CRLF text protocols"
      "Libraries, headers, seeds and dictionaries with which a parser of SMTP, LMTP,
POP3, IMAP or HTTP becomes a fuzz target: its inputs are parsed whole and in
pieces, and compared with slow references of the grammar.")
  endif()
  include(CPack)
endmacro()
