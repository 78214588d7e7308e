# shellcheck shell=bash
# ./run record [SERVER...]: the recordings of corpora/, made anew.

task_record() {
  install_sections test
  [ "$(id -u)" -eq 0 ] || stop "Recording needs root, to give each server a machine of its own: start it with sudo."
  python3 -B corpora/recorder "$@" || stop "Not everything was recorded; it stands above what was not."
}
