# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# ./run static: the program for places that have nothing else.

help_static() {
  cat <<'TEXT'
./run static DIR

Installs into DIR the program backtalk, linked statically: it needs no file beside it, as deploy/Dockerfile and
docs/install.md show. With it come the manual pages and the completions. Builds the preset static: about 2 minutes on two
quiet cores. Installs missing packages from [build] in dependencies.txt.
TEXT
}

task_static() {
  [ $# -eq 1 ] || refuse "Into which folder? ./run static DIR"
  [[ $1 != -* ]] || refuse "./run static does not take '$1'."
  install_sections build
  build_static
  logged build/logs/install.log cmake --install build/static --component program --strip --prefix "$1" ||
    stop "Could not install into $1."
  say "Installed $1/bin/backtalk."
}

build_static() {
  configure static || stop "CMake could not configure the build."
  compile static backtalk backtalk_manual || stop "It does not build."
}
