# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# ./run docs: the reference of the parsers, from the comments of their headers.

help_docs() {
  cat <<'TEXT'
./run docs

Makes HTML of the parsers' public headers in build/docs/html with Doxygen. A warning is a failure: a reference that
leads nowhere, a parameter that does not exist. Takes a few seconds and builds nothing else. Installs missing packages
from [docs] in dependencies.txt.
TEXT
}

task_docs() {
  no_arguments "$@"
  install_sections docs
  mkdir -p build/docs
  rm -rf build/docs/html
  logged build/logs/docs.log doxygen Doxyfile || stop "Doxygen reported problems in the comments of the headers."
  say "Open build/docs/html/index.html."
}
