# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# ./run package: Debian packages of what ./run install installs.

help_package() {
  cat <<'TEXT'
./run package [--mpi] DIR

Writes four Debian packages into DIR:
  backtalk               the program
  libbacktalk-dev        the library with its headers, CMake package and pkg-config files
  libbacktalk0.1         the shared library of its C interface
  libbacktalk-fuzz-dev   the libraries, seeds and dictionaries for your own fuzz targets
With --mpi, which also installs [mpi], a fifth:
  backtalk-mpi           for mpirun -n N backtalk load
Builds what ./run install builds: about 2 minutes on two quiet cores. Installs missing packages from [build] in
dependencies.txt.
TEXT
}

task_package() {
  local -a mpi=(-DBACKTALK_MPI=OFF)
  if [ "${1-}" = --mpi ]; then
    mpi=(-DBACKTALK_MPI=ON)
    install_sections build mpi
    shift
  fi
  [ $# -eq 1 ] || refuse "Into which folder? ./run package [--mpi] DIR"
  [[ $1 != -* ]] || refuse "./run package does not take '$1'."
  install_sections build
  build_for_users "${mpi[@]}"
  make_packages build/install "$1" || stop "Could not write the packages."
  say "Written into $1:"
  (cd "$1" && ls -- *.deb)
}

# make_packages BUILD-FOLDER DIR
make_packages() {
  mkdir -p "$2"
  logged build/logs/package.log cpack --config "$1/CPackConfig.cmake" -G DEB -B "$(realpath "$2")" &&
    rm -rf "$2/_CPack_Packages"
}
