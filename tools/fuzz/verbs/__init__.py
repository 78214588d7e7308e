# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The verbs, a module each.

OVERVIEW   its lines in `./run fuzz --help`
TEXT       its own help: what it does, what it builds, how long that takes
arguments  adds its arguments to a parser
needs      checks the arguments, and says what ./run does first; None: nothing
run        does it; the exit status
"""

from verbs import (differences, finding, findings, gallery, list_targets, memory, minimise, oss_fuzz_build, rediscover, replay,
                   run, triage)

ALL = {
    "run": run,
    "targets": list_targets,
    "gallery": gallery,
    "memory": memory,
    "triage": triage,
    "minimise": minimise,
    "findings": findings,
    "finding": finding,
    "rediscover": rediscover,
    "replay": replay,
    "differences": differences,
    "oss-fuzz": oss_fuzz_build,
}
