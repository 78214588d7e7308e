# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# ./run lint and ./run format

our_sources() {
  local part
  for part in parsers loadgen fuzz bench tests examples; do
    [ ! -d "$part" ] || find "$part" -name '*.cpp' -o -name '*.hpp'
  done | sort
}

our_scripts=(run .ci/run .clusterfuzzlite/build.sh cmake/*.sh tasks/*.sh tests/package/*.sh)

help_format() {
  cat <<'TEXT'
./run format

Runs clang-format on all C++ files, in place: a few seconds. Installs missing packages from [lint] in
dependencies.txt.
TEXT
}

task_format() {
  no_arguments "$@"
  install_sections lint
  our_sources | xargs -r clang-format-19 -i
}

help_lint() {
  cat <<'TEXT'
./run lint [--quick] [--all | --since REV | FILE...]

Checks C++ files with clang-format and clang-tidy, all shell scripts with shellcheck, all Python with pyflakes, all
source files for their licence line, and the width of Markdown and of comments. It changes nothing. By default it checks
C++ files that differ from the merge base with main or origin/main, committed or not; on main itself, those of the last
commit. A header is checked through the .cpp files nearest to it that include it.

  --quick      without clang-tidy: seconds
  --all        every file: about half an hour on two quiet cores
  --since REV  files that differ from REV: for CI
  FILE...      these files

clang-format and shellcheck take seconds, clang-tidy about 10 seconds a file on two quiet cores, or less for twelve files
and more, which it reads in batches (CONTRIBUTING.md). Nothing is built: the preset release is configured in build/lint.
Installs missing packages from [lint] in dependencies.txt; for clang-tidy, also from [build], [test] and [bench].
TEXT
}

task_lint() {
  local failed=0
  local -a chosen units
  script_arguments "run lint" 0 tasks/lint_select.py "$@"
  { command -v git && command -v python3; } >/dev/null || install_sections lint
  mkdir -p build/logs
  python3 tasks/lint_select.py "$@" >build/logs/lint-files || exit 2
  install_sections lint
  mapfile -t chosen < <(sed -n 's/^look //p' build/logs/lint-files)
  mapfile -t units < <(sed -n 's/^tidy //p' build/logs/lint-files)
  printf '%s\n' "${chosen[@]}" | xargs -r clang-format-19 --dry-run -Werror || {
    say "Some files are not formatted: run ./run format."
    failed=1
  }
  shellcheck --external-sources "${our_scripts[@]}" || failed=1
  # Debian 12 has no ruff; its rules of pyflakes are what finds mistakes.
  find . -path ./build -prune -o -name '*.py' -print0 | xargs -0 pyflakes3 || failed=1
  python3 tasks/spdx.py --check || failed=1
  python3 tasks/line_width.py || failed=1
  [ ${#units[@]} -eq 0 ] || lint_units "${units[@]}" || failed=1
  [ "$failed" -eq 0 ] || return 1
  say "No problems found."
}

# lint_units FILE...: clang-tidy. The build is only configured, with benchmarks, and a command for each file.
lint_units() {
  install_sections build test bench
  configure release -B build/lint -DBACKTALK_TESTS=ON -DBACKTALK_BENCH=ON -DBACKTALK_UNITY=OFF ||
    stop "CMake could not configure the build for clang-tidy."
  python3 tasks/clang_tidy.py build/lint "$@"
}
