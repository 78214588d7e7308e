# SPDX-License-Identifier: Apache-2.0 OR MIT
# shellcheck shell=bash
# ./run record [SERVER...]: makes the recordings of corpora/ again.

help_record() {
  cat <<'TEXT'
./run record [SERVER...]

Records what real servers say into corpora/, each server in a throwaway machine of its own (root only). Builds nothing
of this project; downloading and recording takes about a minute a server, several at a time. Installs missing packages
from [test] in dependencies.txt.
TEXT
  script_options "run record" 0 tools/recorder
}

task_record() {
  script_arguments "run record" 0 tools/recorder "$@"
  install_sections test
  [ "$(id -u)" -eq 0 ] || stop "Recording needs root, to give each server a machine of its own: start it with sudo."
  python3 -B tools/recorder "$@" || stop "Not everything was recorded; see above."
}
