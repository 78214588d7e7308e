# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The targets: the figure of this run, the target, whether it is met and, if not, what limits it."""

import json
from dataclasses import dataclass
from pathlib import Path

from report.measured import Run
from report.tables import figure, print_columns


@dataclass
class Cell:
    name: str
    figure: str
    target: str
    met: bool | None  # None: there is no such row in this run
    machine: float | None  # memchr here, relative to memchr where the target was set
    bound: str


def read_cells(run: Run, path: Path) -> tuple[str, list[Cell]]:
    targets = json.loads(path.read_text(encoding="utf-8"))
    bounds = {name: bound["by"] for bound in targets["bounds"] for name in bound["of"]}  # by row or by input
    cells = []
    for cell in targets["cells"]:
        row = run.find(cell["row"])
        source = "/".join(cell["row"].split("/")[:2])
        if source not in run.of_protocol(source.split("/")[0]):
            continue  # not part of this run
        bound = bounds.get(cell["row"], bounds.get(source, ""))
        memchr, then = run.find(f"{source}/whole/memchr"), targets["memchr_ns"].get(source)
        machine = memchr.median_ns / then if memchr and memchr.ns and then else None
        if "against" in cell:
            peer = run.find("/".join([*cell["row"].split("/")[:3], cell["against"]]))
            both = row is not None and row.ns and peer is not None and peer.ns
            faster = peer.median_ns / row.median_ns if both else None
            cells.append(Cell(f"{cell['row']} as fast as {cell['against']}",
                              f"{faster:.2f}x" if faster else "-", f">= {cell['times_min']}x",
                              faster >= cell["times_min"] if faster else None, machine, bound))
        else:
            here = row.median_ns if row is not None and row.ns else None
            cells.append(Cell(cell["row"], f"{figure(here)} ns" if here else "-", f"<= {cell['ns_max']:,} ns",
                              here <= cell["ns_max"] if here else None, machine, bound))
    return targets["where"], cells


def print_targets(run: Run, path: Path) -> None:
    where, cells = read_cells(run, path)
    if not cells:
        return
    print(f"\n== Targets, set on {where}\n")
    lines = [[cell.name, cell.figure, cell.target, {True: "met", False: "NOT MET", None: "not measured"}[cell.met],
              f"{cell.machine:.2f}" if cell.machine else "-"] for cell in cells]
    print_columns(["cell", "figure", "target", "", "machine"], lines)
    for cell in cells:
        if cell.met is False and cell.bound:
            print(f"  {cell.name}: {cell.bound}")
    met, missed = (sum(cell.met is wanted for cell in cells) for wanted in (True, False))
    print(f"\n  {met} met, {missed} not met. machine: memchr's time here, relative to its time where the target was "
          "set.\n  Targets in nanoseconds belong to that machine; ratios carry over.")
