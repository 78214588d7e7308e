# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# ./run mutate [FILE...]: changes the code, and asks whether the tests notice.

help_mutate() {
  cat <<'TEXT'
./run mutate [FILE...] [--count N] [--seed S] [--from FILE]

Changes one line of the parsers or of the load generator's sessions at a time, in a copy of the tree, and runs the tests
that should notice. Builds the copy in build/mutate first: about five minutes, less for what ccache has. A mutant takes
from two seconds (killed by the first test) to a minute (survived). Installs the missing packages of [build] and [test]
in dependencies.txt. docs/mutation.md says what to do with a survivor.
TEXT
  script_options "run mutate" 0 tools/mutate
}

task_mutate() {
  script_arguments "run mutate" 0 tools/mutate "$@"
  install_sections build test
  python3 -B tools/mutate "$@"
}
