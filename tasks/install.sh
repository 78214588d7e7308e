# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# ./run install: what users of the project need, without its tests.

help_install() {
  cat <<'TEXT'
./run install DIR

Installs into DIR: the library with its headers, CMake package and pkg-config file; the libraries, seeds and dictionaries
for your own fuzz targets; and the program backtalk. Tests are not built: about 2 minutes on two quiet cores.
Installs missing packages from [build] in dependencies.txt.

  find_package(backtalk REQUIRED)                    # with -DCMAKE_PREFIX_PATH=DIR: backtalk::parsers
  find_package(backtalk REQUIRED COMPONENTS fuzz)    # and backtalk_add_fuzz_target
TEXT
}

# What is installed and packaged.
# build_for_users CMAKE-OPTION...
build_for_users() {
  configure release -B build/install -DBACKTALK_TESTS=OFF -DBACKTALK_FUZZ_LIBRARY=ON "$@" ||
    stop "CMake could not configure the build."
  compile install || stop "It does not build."
}

task_install() {
  [ $# -eq 1 ] || refuse "Into which folder? ./run install DIR"
  [[ $1 != -* ]] || refuse "./run install does not take '$1'."
  install_sections build
  build_for_users -DBACKTALK_MPI=OFF
  logged build/logs/install.log cmake --install build/install --prefix "$1" || stop "Could not install into $1."
  say "Installed into $1. Your own CMake finds it with -DCMAKE_PREFIX_PATH=$1."
}
