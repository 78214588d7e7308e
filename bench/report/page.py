# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The same as a self-contained page with charts."""

import html
import statistics
from pathlib import Path

from report.measured import PROTOCOLS, Input, Row, Run
from report.tables import PIECES, contender_lines, figure, machine_lines, ratio, times
from report.targets import Cell, read_cells

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff; }
h2 { border-bottom: 1px solid #ccc; margin-top: 3rem; } h3 { margin-bottom: 0; } p.how { color: #666; margin: .2rem 0; }
table { border-collapse: collapse; margin: 1rem 0; font-size: 13px; } td, th { padding: .15rem .6rem; text-align: right; }
td:first-child, th:first-child { text-align: left; } tr:nth-child(even) { background: #f4f4f4; }
.own { fill: #2166ac; } .peer { fill: #b0b0b0; } .differs { fill: #e4d3b0; } .limit { fill: #74ad74; } .adapter { fill: #7b5fa8; }
.whisker { stroke: #333; stroke-width: 1.2; } text { font: 12px system-ui, sans-serif; fill: #222; } .axis { stroke: #ccc; }
.met { color: #2a7a2a; } .missed { color: #b2182b; font-weight: bold; }
"""
LINE_COLOURS = ("#2166ac", "#67a9cf", "#b2182b", "#ef8a62", "#7b5fa8", "#4d9221", "#b8860b", "#555555", "#c51b7d", "#01665e")
LEFT, BAR_WIDTH, BAR_HEIGHT = 190, 560, 20


def colour_class(row: Row) -> str:
    return "differs" if row.kind == "peer" and row.events != "same" else row.kind


def bars(run: Run, source: Input) -> str:
    """A bar for each contender, with a line from the fastest to the slowest repetition."""
    rows = [row for row in run.rows
            if f"{row.protocol}/{row.input}" == source.name and row.piece == "whole" and row.ns]
    rows.sort(key=lambda row: row.median_ns)
    if not rows:
        return ""
    longest = max(max(row.ns) for row in rows)
    parts = [f'<svg width="{LEFT + BAR_WIDTH + 90}" height="{len(rows) * BAR_HEIGHT + 4}" role="img">']
    for i, row in enumerate(rows):
        y = i * BAR_HEIGHT
        width, low, high = (value / longest * BAR_WIDTH for value in (row.median_ns, min(row.ns), max(row.ns)))
        facts = {key: ", ".join(value) if isinstance(value, list) else value for key, value in row.label.items()}
        title = html.escape("; ".join(f"{key}: {value}" for key, value in facts.items() if value))
        parts.append(
            f'<g><title>{title}</title><text x="{LEFT - 6}" y="{y + 14}" text-anchor="end">{html.escape(row.contender)}</text>'
            f'<rect class="{colour_class(row)}" x="{LEFT}" y="{y + 3}" width="{max(width, 1):.1f}" height="{BAR_HEIGHT - 6}"/>'
            f'<line class="whisker" x1="{LEFT + low:.1f}" x2="{LEFT + high:.1f}" y1="{y + 10}" y2="{y + 10}"/>'
            f'<text x="{LEFT + high + 6:.1f}" y="{y + 14}">{figure(row.median_ns)}</text></g>')
    return "".join(parts) + "</svg>"


def pieces_chart(run: Run, source: Input) -> str:
    """A line for each contender over the size of the pieces; log-log."""
    lines: dict[str, list[tuple[int, float]]] = {}
    rows = [row for row in run.rows if f"{row.protocol}/{row.input}" == source.name and row.ns and row.kind != "limit"]
    pieces = [piece for piece in PIECES if any(row.piece == piece for row in rows)]
    if len(pieces) < 3:
        return ""
    for row in rows:
        lines.setdefault(row.contender, []).append((pieces.index(row.piece), row.median_ns))
    values = [row.median_ns for row in rows]
    low, high = min(values), max(values)
    width, height = 480, 220
    from math import log

    def place(point: tuple[int, float]) -> str:
        x = LEFT / 3 + point[0] / (len(pieces) - 1) * width
        y = 10 + (1 - log(point[1] / low) / log(high / low)) * height if high > low else 10
        return f"{x:.1f},{y:.1f}"

    parts = [f'<svg width="{LEFT / 3 + width + 220:.0f}" height="{height + 40}" role="img">']
    for i, piece in enumerate(pieces):
        x = LEFT / 3 + i / (len(pieces) - 1) * width
        parts.append(f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="10" y2="{height + 10}"/>'
                     f'<text x="{x:.1f}" y="{height + 28}" text-anchor="middle">{piece}</text>')
    for value, y in ((high, 14), (low, height + 10)):
        parts.append(f'<text x="{LEFT / 3 - 8:.0f}" y="{y}" text-anchor="end">{figure(value)}</text>')
    for i, (contender, points) in enumerate(lines.items()):
        colour = LINE_COLOURS[i % len(LINE_COLOURS)]
        path = " ".join(place(point) for point in sorted(points))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
                     f'<text x="{LEFT / 3 + width + 12:.0f}" y="{20 + 16 * i}" style="fill:{colour}">{html.escape(contender)}</text>')
    return "".join(parts) + "</svg>"


def table(header: list[str], lines: list[list[str]]) -> str:
    head = "".join(f"<th>{cell}</th>" for cell in header)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in lines)
    return f"<table><tr>{head}</tr>{body}</table>"


def input_section(run: Run, source: Input) -> str:
    best = run.best_peer(source.name, "whole")
    memchr = run.find(f"{source.name}/whole/memchr")
    lines = []
    for row in run.rows:
        if f"{row.protocol}/{row.input}" != source.name or row.piece != "whole" or not row.ns:
            continue
        instructions = figure(statistics.median(row.instructions)) if row.instructions else "-"
        same = "-" if row.kind == "limit" else html.escape(row.events)
        lines.append([html.escape(row.contender), figure(row.median_ns), f"{row.spread * 100:.0f} %",
                      figure(row.gigabytes_per_second), instructions,
                      times(ratio(best, row)) if row.kind != "limit" else "-",
                      times(ratio(row, memchr)) if row.kind != "limit" else "-", same])
    chart = pieces_chart(run, source)
    how_pieces = (f'<p class="how">Time per {source.unit} as the input arrives in smaller pieces, from left to right (log-log); '
                  "a parser that rescans at every piece rises steeply.</p>")
    return (f"<h3>{source.name}</h3><p>{html.escape(source.what)}; {source.octets:,} octets.</p>"
            f'<p class="how">Bars: time per {source.unit} in nanoseconds; shorter is faster. Thin lines: from the fastest to '
            f"the slowest repetition; if two of them overlap, the order of their bars means nothing.</p>"
            f"{bars(run, source)}" + (how_pieces + chart if chart else "")
            + table(["parser", "ns", "spread", "GB/s", "instructions", "best peer", "memchr", "reports the same"], lines))


def target_section(where: str, cells: list[Cell]) -> str:
    words = {True: '<span class="met">met</span>', False: '<span class="missed">not met</span>', None: "not measured"}
    lines = [[html.escape(cell.name), cell.figure, html.escape(cell.target), words[cell.met],
              f"{cell.machine:.2f}" if cell.machine else "-", html.escape(cell.bound) if cell.met is False else ""]
             for cell in cells]
    return (f"<h2>Targets</h2><p class='how'>Set on {html.escape(where)}; the column machine is memchr's time here "
            "relative to its time there. Targets in nanoseconds belong to that machine; ratios carry over.</p>"
            + table(["cell", "figure", "target", "", "machine", "limited by"], lines))


def write_page(run: Run, targets: Path, path: Path) -> None:
    parts = ["<!doctype html><html lang='en'><meta charset='utf-8'><title>Backtalk: parsers and their peers</title>",
             f"<style>{STYLE}</style><h1>Backtalk: parsers and their peers</h1>",
             "".join(f"<p>{html.escape(line)}</p>" for line in machine_lines(run.context)),
             "<p class='how'>Blue: Backtalk. Grey: peers with identical results. Sand: peers with other results on this input. "
             "Green: lower bounds, which parse nothing. Compare only within one run: the noise between runs is larger than "
             "most optimisations.</p>"]
    where, cells = read_cells(run, targets)
    if cells:
        parts.append(target_section(where, cells))
    for protocol in PROTOCOLS:
        names = run.of_protocol(protocol)
        if not names:
            continue
        parts.append(f"<h2>{protocol}</h2>")
        parts += [input_section(run, run.inputs[name]) for name in names]
        parts.append("<ul>" + "".join(f"<li>{html.escape(line)}</li>" for line in contender_lines(run, protocol)) + "</ul>")
    path.write_text("".join(parts) + "</html>\n", encoding="utf-8")
