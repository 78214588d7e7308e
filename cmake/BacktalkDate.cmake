# SPDX-License-Identifier: Apache-2.0 OR MIT
# backtalk_source_date(OUT): the date of the source, in seconds since 1970, for manual pages and packages, which are the
# same whenever they are built: SOURCE_DATE_EPOCH, or else the last commit that changed the changelog, or else the date of
# its file, which an archive of a release sets.
function(backtalk_source_date out)
  set(changelog ${PROJECT_SOURCE_DIR}/CHANGELOG.md)
  set(date "$ENV{SOURCE_DATE_EPOCH}")
  if(NOT date MATCHES "^[0-9]+$")
    execute_process(COMMAND git log -1 --format=%ct -- ${changelog} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
      OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
    if(failed OR NOT date MATCHES "^[0-9]+$")
      file(TIMESTAMP ${changelog} date "%s" UTC)
    endif()
  endif()
  set(${out} ${date} PARENT_SCOPE)
endfunction()
