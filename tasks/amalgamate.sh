# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# ./run amalgamate: each protocol's parsers as one header.

help_amalgamate() {
  cat <<'TEXT'
./run amalgamate [DIR]

Writes the parsers of each protocol as one header that needs nothing but the standard library, into DIR
(build/singleheader): backtalk_smtp.hpp, backtalk_pop3.hpp, backtalk_imap.hpp, backtalk_http.hpp. Copy the ones that you use
into your project and, in exactly one source file, define BACKTALK_IMPLEMENTATION before including them. They scan without
SIMD; their events, errors and offsets are those of the library. Takes a second, builds and installs nothing.
TEXT
}

task_amalgamate() {
  [ $# -le 1 ] || refuse "./run amalgamate does not take '$2': it writes into one folder."
  [[ ${1:-} != -* ]] || refuse "./run amalgamate does not take '$1'."
  local folder=${1:-build/singleheader}
  python3 tasks/amalgamate.py "$folder" || stop "The headers could not be made."
  say "Written to $folder."
}
