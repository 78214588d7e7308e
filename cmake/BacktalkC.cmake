# SPDX-License-Identifier: Apache-2.0 OR MIT
# The parsers for C: backtalk::c (libbacktalk.so) and backtalk::c_static (libbacktalk.a). Each has all of backtalk::parsers
# in it and needs nothing else but the C++ standard library. parsers/CMakeLists.txt includes this file.
add_library(backtalk_c_objects OBJECT
  src/c/http.cpp
  src/c/imap.cpp
  src/c/imap_data.cpp
  src/c/imap_structures.cpp
  src/c/library.cpp
  src/c/parser.cpp
  src/c/pop3.cpp
  src/c/smtp.cpp)
target_include_directories(backtalk_c_objects PRIVATE src)
target_link_libraries(backtalk_c_objects PRIVATE backtalk_parsers)
backtalk_warnings(backtalk_c_objects)

set(backtalk_c_objects $<TARGET_OBJECTS:backtalk_c_objects> $<TARGET_OBJECTS:backtalk_parsers>)
set(backtalk_c_libraries backtalk_c_static)
add_library(backtalk_c_static STATIC ${backtalk_c_objects})
# A program in C is not linked by a compiler of C++, which would know that the library needs this one.
if(APPLE)
  target_link_libraries(backtalk_c_static INTERFACE $<$<LINK_LANGUAGE:C>:c++>)
elseif(UNIX)
  target_link_libraries(backtalk_c_static INTERFACE $<$<LINK_LANGUAGE:C>:stdc++>)
endif()
# A fuzz program links the static library, so that its engine sees all of it.
if(NOT BACKTALK_FUZZ)
  list(APPEND backtalk_c_libraries backtalk_c)
  add_library(backtalk_c SHARED ${backtalk_c_objects})
  # Until 1.0 a minor version may break its users, so that each has a name of its own.
  set_target_properties(backtalk_c PROPERTIES
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  if(UNIX AND NOT APPLE)
    set(exported ${CMAKE_CURRENT_SOURCE_DIR}/src/c/backtalk.map)
    target_link_options(backtalk_c PRIVATE -Wl,--version-script=${exported})
    set_target_properties(backtalk_c PROPERTIES LINK_DEPENDS ${exported})
  endif()
endif()

foreach(library IN LISTS backtalk_c_libraries)
  string(REPLACE backtalk_ "" name ${library})
  add_library(backtalk::${name} ALIAS ${library})
  set_target_properties(${library} PROPERTIES EXPORT_NAME ${name} OUTPUT_NAME backtalk LINKER_LANGUAGE CXX)
  target_include_directories(${library}
    INTERFACE $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()
install(TARGETS ${backtalk_c_libraries} EXPORT backtalk
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT shared NAMELINK_COMPONENT library)
backtalk_install_licence(shared)
configure_file(${PROJECT_SOURCE_DIR}/cmake/backtalk-c.pc.in ${CMAKE_CURRENT_BINARY_DIR}/backtalk-c.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/backtalk-c.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)
