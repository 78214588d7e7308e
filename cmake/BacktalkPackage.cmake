# SPDX-License-Identifier: Apache-2.0 OR MIT
# Four Debian packages, a component each, from `cpack -G DEB` in a build folder:
#   program  backtalk               the program
#   library  libbacktalk-dev        the parsers: archives, headers, CMake package, pkg-config files
#   shared   libbacktalk0.1         the shared library of the C interface, of this minor version
#   fuzz     libbacktalk-fuzz-dev   what fuzz targets of other parsers are linked with, seeds, dictionaries

set(backtalk_package_of_program backtalk)
set(backtalk_package_of_library libbacktalk-dev)
set(backtalk_package_of_shared libbacktalk${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set(backtalk_package_of_fuzz libbacktalk-fuzz-dev)

# backtalk_install_licence(COMPONENT): in a folder of the component's own, since no two packages may have the same file.
function(backtalk_install_licence component)
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE-APACHE ${PROJECT_SOURCE_DIR}/LICENSE-MIT ${PROJECT_SOURCE_DIR}/NOTICE
    DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${backtalk_package_of_${component}} COMPONENT ${component})
  # Debian's policy (12.5) wants a file of this name.
  install(FILES ${PROJECT_SOURCE_DIR}/NOTICE RENAME copyright
    DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${backtalk_package_of_${component}} COMPONENT ${component})
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
  set(CPACK_COMPONENTS_ALL library)
  set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME ${backtalk_package_of_library})
  set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libdevel)
  set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "Hardened incremental parsers for SMTP, POP3, IMAP and HTTP")
  if(TARGET backtalk_c)
    list(APPEND CPACK_COMPONENTS_ALL shared)
    set(CPACK_DEBIAN_SHARED_PACKAGE_NAME ${backtalk_package_of_shared})
    set(CPACK_DEBIAN_SHARED_PACKAGE_SECTION libs)
    set(CPACK_DEBIAN_SHARED_PACKAGE_SHLIBDEPS ON)
    set(CPACK_COMPONENT_SHARED_DESCRIPTION "Hardened incremental parsers for SMTP, POP3, IMAP and HTTP, for C")
    set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS "${backtalk_package_of_shared} (= ${PROJECT_VERSION})")
  endif()
  if(TARGET backtalk)
    list(APPEND CPACK_COMPONENTS_ALL program)
    set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME ${backtalk_package_of_program})
    set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION net)
    set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
    set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "Load generator and built-in servers for CRLF text protocols")
  endif()
  if(TARGET backtalk_fuzz)
    list(APPEND CPACK_COMPONENTS_ALL fuzz)
    set(CPACK_DEBIAN_FUZZ_PACKAGE_NAME ${backtalk_package_of_fuzz})
    set(CPACK_DEBIAN_FUZZ_PACKAGE_SECTION libdevel)
    set(CPACK_DEBIAN_FUZZ_PACKAGE_DEPENDS "${backtalk_package_of_library} (= ${PROJECT_VERSION})")
    set(CPACK_COMPONENT_FUZZ_DESCRIPTION "Fuzzing of parsers for CRLF text protocols: libraries, seeds, dictionaries")
  endif()
  include(CPack)
endmacro()
