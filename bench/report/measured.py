# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Reads the JSON of Google Benchmark: rows, with the medians of their repetitions and their spread."""

import json
import statistics
from dataclasses import dataclass, field
from pathlib import Path

PROTOCOLS = ("http", "smtp", "pop3", "imap")


@dataclass
class Row:
    """One contender on one input, in pieces of one size."""

    name: str
    protocol: str
    input: str
    piece: str
    contender: str
    label: dict  # bench/facts.hpp
    ns: list[float] = field(default_factory=list)  # per unit, for each repetition
    octets_per_second: list[float] = field(default_factory=list)
    instructions: list[float] = field(default_factory=list)
    error: str = ""

    @property
    def kind(self) -> str:
        return self.label.get("kind", "")

    @property
    def events(self) -> str:
        return self.label.get("events", "")

    @property
    def median_ns(self) -> float:
        return statistics.median(self.ns) if self.ns else float("nan")

    @property
    def spread(self) -> float:
        """Interquartile range of the repetitions, relative to the median."""
        if len(self.ns) < 4:
            return (max(self.ns) - min(self.ns)) / self.median_ns if len(self.ns) > 1 else 0.0
        quarters = statistics.quantiles(self.ns, n=4)
        return (quarters[2] - quarters[0]) / self.median_ns

    @property
    def gigabytes_per_second(self) -> float:
        return statistics.median(self.octets_per_second) / 1e9 if self.octets_per_second else float("nan")


@dataclass
class Input:
    name: str  # "http/a"
    unit: str
    units: int
    octets: int
    worst: bool
    what: str


@dataclass
class Run:
    context: dict
    rows: list[Row]
    inputs: dict[str, Input]

    def of_protocol(self, protocol: str) -> list[str]:
        """The inputs of a protocol that have rows, in the order in which they were measured."""
        with_rows = {f"{row.protocol}/{row.input}" for row in self.rows}
        return [name for name in self.inputs if name.startswith(protocol + "/") and name in with_rows]

    def contenders(self, input_name: str) -> list[str]:
        found: list[str] = []
        for row in self.rows:
            if f"{row.protocol}/{row.input}" == input_name and row.contender not in found:
                found.append(row.contender)
        return found

    def find(self, name: str) -> Row | None:
        return next((row for row in self.rows if row.name == name), None)

    def best_peer(self, input_name: str, piece: str) -> Row | None:
        """The fastest peer that reports the same as Backtalk."""
        peers = [row for row in self.rows
                 if f"{row.protocol}/{row.input}" == input_name and row.piece == piece and row.kind == "peer"
                 and row.events == "same" and row.ns]
        return min(peers, key=lambda row: row.median_ns, default=None)


def read_run(paths: list[Path]) -> Run:
    """One run, which may have been written to several files."""
    rows: dict[str, Row] = {}
    context: dict = {}
    for path in paths:
        with path.open(encoding="utf-8") as file:
            report = json.load(file)
        context = context or report["context"]
        for entry in report["benchmarks"]:
            if entry.get("run_type") != "iteration":
                continue
            name = entry["run_name"]
            protocol, input_name, piece, contender = name.split("/")[:4]
            row = rows.setdefault(name, Row(name, protocol, input_name, piece, contender, {}))
            if entry.get("error_occurred"):
                row.error = entry.get("error_message", "failed")
                continue
            row.label = json.loads(entry["label"])
            row.ns.append(entry["seconds_per_unit"] * 1e9)
            row.octets_per_second.append(entry["octets_per_second"])
            if "instructions" in entry:
                row.instructions.append(entry["instructions"])
    inputs = {facts["name"]: Input(**facts) for facts in json.loads(context.get("backtalk_inputs", "[]"))}
    # They were measured in random order.
    kinds = ("own", "adapter", "peer", "limit")
    ordered = sorted(rows.values(), key=lambda row: (
        kinds.index(row.kind) if row.kind in kinds else 0, row.contender, row.name))
    return Run(context, ordered, inputs)
