# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# Debian packages, from the one list in dependencies.txt.

servers_dir=${XDG_CACHE_HOME:-$HOME/.cache}/backtalk/servers
apt_lists_fresh=no

# The packages of a section, one a line.
packages_of() {
  local line section=''
  while read -r line; do
    line=${line%%#*}
    line=${line%"${line##*[![:space:]]}"}
    case $line in
      '') ;;
      \[*\]) section=${line:1:-1} ;;
      *) [ "$section" != "$1" ] || printf '%s\n' "$line" ;;
    esac
  done <dependencies.txt
}

# Those of the arguments that are not installed, one a line.
missing_of() {
  local installed package
  # dpkg-query fails where it does not know one of the names; it prints the others all the same.
  # shellcheck disable=SC2016
  installed=" $(dpkg-query -W -f='${db:Status-Status}=${Package} ' "$@" 2>/dev/null || true)"
  for package in "$@"; do
    case $installed in
      *" installed=$package "*) ;;
      *) printf '%s\n' "$package" ;;
    esac
  done
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  elif command -v sudo >/dev/null; then
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  else
    stop "This needs root: $*. Run it as root, or install sudo, and start again."
  fi
}

refresh_apt_lists() {
  [ "$apt_lists_fresh" = no ] || return 0
  say "Updating the package lists of apt."
  as_root apt-get update -qq || say "apt-get update had errors; continuing with the existing lists."
  apt_lists_fresh=yes
}

# install_sections NAME...: installs what is missing of these sections; calls apt only where something is.
install_sections() {
  local section
  local -a wanted=() missing=()
  command -v dpkg-query >/dev/null || stop "This is not a Debian system: install the packages in dependencies.txt by hand."
  mapfile -t wanted < <(for section in "$@"; do packages_of "$section"; done | sort -u)
  mapfile -t missing < <(missing_of "${wanted[@]}")
  [ ${#missing[@]} -gt 0 ] || return 0
  refresh_apt_lists
  say "Installing ${#missing[@]} Debian packages: ${missing[*]}."
  as_root apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}" >/dev/null ||
    stop "apt-get could not install them: see its message above. The list is for Debian 12 (bookworm)."
}

# unpack_servers: the servers of the tests that are not installed, unpacked beside the system.
unpack_servers() { unpack_section unpacked; }

# unpack_afl: AFL++ likewise. Sets AFL_FOLDER, below which its files lie as they do below /.
unpack_afl() {
  install_sections afl-libraries
  unpack_section afl
  export AFL_FOLDER=/
  [ -z "$(missing_of afl++)" ] || AFL_FOLDER=$servers_dir/afl++
}

# unpack_section NAME: the packages of a section, each unpacked into a folder of its name in $servers_dir.
unpack_section() {
  local package
  local -a packages=() missing=()
  mapfile -t packages < <(packages_of "$1")
  for package in "${packages[@]}"; do
    if [ -n "$(missing_of "$package")" ] && [ ! -s "$servers_dir/$package/.unpacked" ]; then missing+=("$package"); fi
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  refresh_apt_lists
  say "Unpacking into $servers_dir (they are not installed): ${missing[*]}."
  unpack_packages "${missing[@]}" || stop "apt-get could not download them. Check the network, then run ./run install-deps."
}

# unpack_packages NAME...: .unpacked, written last, holds the version.
unpack_packages() {
  local download name deb
  download=$(mktemp -d)
  chmod 755 "$download"  # apt downloads as the user _apt where it may
  (cd "$download" && apt-get download -qq "$@" 2>"$download/errors") ||
    { cat "$download/errors" >&2; rm -rf "$download"; return 1; }
  for name in "$@"; do
    deb=$(echo "$download/${name}_"*.deb)
    rm -rf "${servers_dir:?}/$name"
    mkdir -p "$servers_dir/$name"
    dpkg -x "$deb" "$servers_dir/$name"
    dpkg-deb -f "$deb" Version >"$servers_dir/$name/.unpacked"
  done
  rm -rf "$download"
}

help_install_deps() {
  cat <<'TEXT'
./run install-deps

Installs the missing packages from dependencies.txt for all tasks but record, as root or through sudo. That takes some
minutes. The servers of the tests and AFL++ are not installed but unpacked into ~/.cache/backtalk. Builds nothing.
You rarely need this: each task installs what it needs.
TEXT
}

task_install_deps() {
  no_arguments "$@"
  install_sections build test mpi peers neon bench lint docs servers
  unpack_servers
  unpack_afl
}
