# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# ./run fuzz-at-scale. docs/fuzz-at-scale.md has the rest.

help_fuzz_at_scale() {
  cat <<'TEXT'
./run fuzz-at-scale [OPTIONS] [SANITIZER-ENGINE...]

Builds every target as OSS-Fuzz does, for each sanitizer and engine, and makes the checks that OSS-Fuzz makes. Six
builds of about two minutes each on two quiet cores, less for what ccache has. Installs missing packages from [build]
and [test] in dependencies.txt, and unpacks AFL++ beside the system.
TEXT
  script_options "run fuzz-at-scale" 0 tests/fuzz_scale/test_build.py
}

# The builds that OSS-Fuzz would make, every target of them, and its checks. Options go to the program.
task_fuzz_at_scale() {
  script_arguments "run fuzz-at-scale" 0 tests/fuzz_scale/test_build.py "$@"
  install_sections build test
  unpack_afl
  python3 tests/fuzz_scale/test_build.py --all "$@"
}
