# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The tables: one section for each protocol."""

import statistics

from report.measured import Input, Row, Run

PIECES = ("whole", "half", "16384", "1448", "64", "16", "1")


def figure(value: float) -> str:
    """Three significant digits."""
    if value != value:  # not a number
        return "-"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def times(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}x" if value < 10 else f"{value:.0f}x"


def ratio(above: Row | None, below: Row | None) -> float | None:
    if above is None or below is None or not above.ns or not below.ns:
        return None
    return above.median_ns / below.median_ns


def shown_spread(row: Row) -> str:
    """Of one repetition there is none."""
    return f"{row.spread * 100:.0f} %" if len(row.ns) > 1 else "-"


def print_columns(header: list[str], lines: list[list[str]], indent: str = "  ") -> None:
    widths = [max(len(line[i]) for line in [header, *lines]) for i in range(len(header))]
    for line in [header, *lines]:
        cells = [line[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])]
        print((indent + "  ".join(cells)).rstrip())


def machine_lines(context: dict) -> list[str]:
    lines = [
        f"{context.get('backtalk_processor', 'unknown processor')}; {context.get('backtalk_kernel', 'unknown kernel')}",
        f"Backtalk {context.get('backtalk_version', '?')}: {context.get('backtalk_build', '?')}, "
        f"SIMD {context.get('backtalk_simd', '?')}, chosen at run time",
        f"peers built here: {context.get('backtalk_peer_build', '?')}",
    ]
    if reason := context.get("backtalk_instructions"):
        lines.append(f"no instruction counts: {reason}")
    return lines


def input_table(run: Run, source: Input) -> None:
    rows = [row for row in run.rows if f"{row.protocol}/{row.input}" == source.name]
    pieces = [piece for piece in PIECES if any(row.piece == piece for row in rows)]
    best = run.best_peer(source.name, "whole")
    memchr, one_pass = (run.find(f"{source.name}/whole/{limit}") for limit in ("memchr", "mask-pass"))
    print(f"\n  {source.name}: {source.what}. {source.octets:,} octets; ns per {source.unit}"
          + (f"; {source.units:,} in a stream" if source.units > 1 else ""))
    header = ["parser", "ns", "spread", "GB/s", "instr", "best peer", "memchr", "pass", *(f"/{p}" for p in pieces[1:])]
    lines = []
    def order(contender: str) -> tuple[int, float]:
        row = next((row for row in rows if row.contender == contender and row.piece == "whole"), None)
        kinds = ("own", "adapter", "peer", "limit")
        return (kinds.index(row.kind) if row and row.kind in kinds else 0, row.median_ns if row and row.ns else 0)

    for contender in sorted(run.contenders(source.name), key=order):
        of_piece = {row.piece: row for row in rows if row.contender == contender}
        whole = of_piece.get("whole")
        if whole is None or not whole.ns:
            lines.append([contender, whole.error if whole else "-"] + ["-"] * (len(header) - 2))
            continue
        parser = whole.kind != "limit"
        lines.append([
            contender + (" *" if parser and whole.events != "same" else ""),
            figure(whole.median_ns),
            shown_spread(whole),
            figure(whole.gigabytes_per_second),
            figure(statistics.median(whole.instructions)) if whole.instructions else "-",
            times(ratio(best, whole)) if parser else "-",
            times(ratio(whole, memchr)) if parser else "-",
            times(ratio(whole, one_pass)) if parser else "-",
            *(figure(of_piece[piece].median_ns) if piece in of_piece else "-" for piece in pieces[1:]),
        ])
    print_columns(header, lines, "    ")
    for row in rows:
        if row.piece == "whole" and row.kind not in ("limit", "") and row.events != "same":
            print(f"    * {row.contender} {row.events}")


def contender_lines(run: Run, protocol: str) -> list[str]:
    lines, seen = [], set()
    for row in run.rows:
        if row.protocol != protocol or row.contender in seen or not row.label:
            continue
        seen.add(row.contender)
        label = row.label
        parts = [label["version"], label["build"], f"SIMD: {label['simd']}"]
        if label["without"]:
            parts.append(f"does not report {', '.join(label['without'])}")
        if label["remarks"]:
            parts.append(label["remarks"])
        lines.append(f"{row.contender}: " + "; ".join(parts))
    return lines


def worst_table(run: Run, protocol: str) -> None:
    names = [name for name in run.of_protocol(protocol) if run.inputs[name].worst]
    if not names:
        return
    print("\n  worst ns/octet: the slowest input of each size that the search has found for Backtalk's parser")
    lines = []
    for name in names:
        source = run.inputs[name]
        for row in run.rows:
            if f"{row.protocol}/{row.input}" == name and row.piece == "whole" and row.kind != "limit" and row.ns:
                per_octet = row.median_ns * source.units / source.octets
                memchr = run.find(f"{name}/whole/memchr")
                lines.append([f"{name}/{row.contender}", f"{source.octets:,}", f"{per_octet:.2f}",
                              shown_spread(row), times(ratio(row, memchr)), source.what])
    print_columns(["input", "octets", "worst ns/octet", "spread", "memchr", "what it is"], lines, "    ")


def print_tables(run: Run, protocols: list[str]) -> None:
    for line in machine_lines(run.context):
        print(line)
    for protocol in protocols:
        names = run.of_protocol(protocol)
        if not names:
            continue
        print(f"\n== {protocol}")
        for name in names:
            if not run.inputs[name].worst:
                input_table(run, run.inputs[name])
        worst_table(run, protocol)
        print()
        for line in contender_lines(run, protocol):
            print(f"  {line}")
    print("""
ns: median of the repetitions; spread: their interquartile range, relative to the median. best peer: speed relative to
the fastest peer that reports the same (2x: half its time). memchr, pass: time relative to finding every line feed with
memchr, and to computing two masks of every 64 octets. /half, /16: ns when the stream arrives in pieces of that size.
*: reports something else than Backtalk, so it cannot be the best peer.""")
