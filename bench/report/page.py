# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The same as a self-contained page, in the style of `backtalk load --html`: verdict first, then a summary, then charts."""

import base64
import hashlib
import html
import statistics
from math import log
from pathlib import Path

from report.chart import Chart, Line, draw
from report.measured import PROTOCOLS, Input, Row, Run
from report.tables import PIECES, contender_lines, figure, machine_lines, ratio, shown_spread, times
from report.targets import Cell, read_cells

OWN_STYLE = """
svg.bar { display: block; width: 240px; height: 18px; }
.bar .own { fill: var(--a); } .bar .adapter { fill: var(--c); } .bar .peer { fill: var(--soft); }
.bar .differs { fill: var(--b); } .bar .limit { fill: var(--good); } .bar .whisker { stroke: var(--ink); stroke-width: 1.5; }
.plot .area { cursor: auto; }
"""
BAR_WIDTH, BAR_HEIGHT = 240, 18
# Beyond this spread, most differences between parsers are noise.
SPREAD_MAX = 0.2


def text(value: object) -> str:
    return html.escape(str(value))


def section(css_class: str, heading: str, content: str) -> str:
    return f'<section class="{css_class}"><h2>{text(heading)}</h2>\n{content}</section>\n'


def table(header: list[str], lines: list[list[str]]) -> str:
    """Heads are text; one that begins with ">" is of figures. Cells are HTML."""
    right = [' class="n"' if head.startswith(">") else "" for head in header]
    heads = "".join(f'<th scope="col"{css}>{text(head.removeprefix(">"))}</th>' for head, css in zip(header, right))
    rows = ("".join(f'<th scope="row"{css}>{cell}</th>' if i == 0 else f"<td{css}>{cell}</td>"
                    for i, (cell, css) in enumerate(zip(line, right))) for line in lines)
    body = "".join(f"<tr>{row}</tr>\n" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>\n{body}</tbody></table></div>\n'


def colour_class(row: Row) -> str:
    return "differs" if row.kind == "peer" and row.events != "same" else row.kind


def whole_rows(run: Run, source: Input) -> list[Row]:
    rows = [row for row in run.rows if f"{row.protocol}/{row.input}" == source.name and row.piece == "whole" and row.ns]
    return sorted(rows, key=lambda row: row.median_ns)


def bar(row: Row, longest: float) -> str:
    """As long as its time, with a line from the fastest to the slowest repetition."""
    width, low, high = (value / longest * BAR_WIDTH for value in (row.median_ns, min(row.ns), max(row.ns)))
    middle = BAR_HEIGHT / 2
    return (f'<svg class="bar" viewBox="0 0 {BAR_WIDTH} {BAR_HEIGHT}" role="img"><title>{figure(row.median_ns)} ns</title>'
            f'<rect class="{text(colour_class(row))}" y="2" width="{max(width, 1):.1f}" height="{BAR_HEIGHT - 4}"/>'
            f'<path class="whisker" d="M{low:.1f} {middle}H{high:.1f}"/></svg>')


def pieces_chart(run: Run, source: Input) -> str:
    """A line for each contender over the size of the pieces; log-log."""
    rows = [row for row in run.rows if f"{row.protocol}/{row.input}" == source.name and row.ns and row.kind != "limit"]
    pieces = [piece for piece in PIECES if any(row.piece == piece for row in rows)]
    if len(pieces) < 3:
        return ""
    values = [row.median_ns for row in rows]
    low, high = min(values) / 1.15, max(values) * 1.15
    at = lambda ns: log(ns / low) / log(high / low)  # noqa: E731
    chart = Chart(title=f"{source.name} in pieces",
                  reading=f"Time per {source.unit} as the input arrives in pieces of that many octets; both axes go by factors. "
                          "A parser that begins again at every piece rises steeply to the right.",
                  x=pieces, y=[(at(value), f"{figure(value)} ns") for value in (min(values), (low * high) ** 0.5, max(values))])
    for contender in run.contenders(source.name):
        of_piece = {row.piece: row for row in rows if row.contender == contender}
        if of_piece:
            chart.lines.append(Line(contender, [at(of_piece[piece].median_ns) if piece in of_piece else None
                                                for piece in pieces]))
    return draw(chart)


def reports(row: Row) -> str:
    """Whether it reports the same, and what it leaves out: a parser that reports less has less to do."""
    if row.kind == "limit":
        return "–"
    without = row.label.get("without")
    return text(row.events) + (f", but not {text(', '.join(without))}" if without else "")


def input_section(run: Run, source: Input) -> str:
    best = run.best_peer(source.name, "whole")
    memchr = run.find(f"{source.name}/whole/memchr")
    rows = whole_rows(run, source)
    lines = []
    for row in rows:
        parser = row.kind != "limit"
        instructions = figure(statistics.median(row.instructions)) if row.instructions else "–"
        lines.append([text(row.contender), figure(row.median_ns), bar(row, max(max(one.ns) for one in rows)), shown_spread(row),
                      figure(row.gigabytes_per_second), instructions, times(ratio(best, row)) if parser else "–",
                      times(ratio(row, memchr)) if parser else "–", reports(row)])
    header = ["parser", ">ns", "", ">spread", ">GB/s", ">instructions", ">best peer", ">memchr", "reports"]
    noisy = [row.contender for row in rows if row.spread > SPREAD_MAX]
    return (f"<article><h3>{text(source.name)}</h3><p>{text(source.what)}; {source.octets:,} octets.</p>"
            f'<p class="small">Bars: time per {text(source.unit)} in nanoseconds; shorter is faster. Thin lines: from the fastest '
            "to the slowest repetition; if two of them overlap, the order of their bars means nothing.</p>"
            + (f'<p class="lost">The repetitions differ by more than {SPREAD_MAX:.0%}: {text(", ".join(noisy))}.</p>' if noisy else "")
            + table(header, lines) + pieces_chart(run, source) + "</article>\n")


def target_section(where: str, cells: list[Cell]) -> str:
    words = {True: '<span class="kept">✓ met</span>', False: '<span class="lost">✗ not met</span>', None: "not measured"}
    lines = [[text(cell.name), cell.figure, text(cell.target), words[cell.met], f"{cell.machine:.2f}" if cell.machine else "–",
              text(cell.bound) if cell.met is False else ""] for cell in cells]
    return section("targets", "Targets",
                   f"<p>Set on {text(where)}; the column machine is memchr's time here relative to its time there. Targets in "
                   "nanoseconds belong to that machine; ratios carry over.</p>"
                   + table(["cell", ">figure", ">target", "", ">machine", "limited by"], lines))


def verdict(where: str, cells: list[Cell], noisy: int) -> str:
    """In one line: the targets, and whether the machine was quiet enough for what stands below."""
    met, missed = (sum(cell.met is wanted for cell in cells) for wanted in (True, False))
    word = "No targets here" if met + missed == 0 else "Targets met" if missed == 0 else f"{missed} of {met + missed} targets not met"
    sentence = f"{met} met, {missed} not met. They were set on {where}; those in nanoseconds belong to that machine." if cells else \
        "None of these rows has a target."
    if noisy:
        sentence += f" Of {noisy} rows the repetitions differ by more than {SPREAD_MAX:.0%}: the machine was not quiet."
    good = missed == 0 and noisy == 0
    return f'<section class="verdict {"good" if good else "doubtful"}"><h2>{text(word)}</h2><p>{text(sentence)}</p></section>\n'


def summary(run: Run) -> str:
    """A row for each input: Backtalk beside the best of the peers that report the same."""
    lines = []
    for name in run.inputs:
        own = run.find(f"{name}/whole/backtalk")
        if own is None or not own.ns:
            continue
        best = run.best_peer(name, "whole")
        lines.append([text(name), figure(own.median_ns), text(run.inputs[name].unit), shown_spread(own),
                      figure(best.median_ns) if best else "–", text(best.contender) if best else "no peer reports the same",
                      times(ratio(best, own))])
    if not lines:
        return ""
    return section("summary", "Summary",
                   "<p>Backtalk's time, and that of the fastest peer with the same results: 2.00x means that Backtalk takes half "
                   "of it. Compare only within one run: the noise between runs is larger than most optimisations.</p>"
                   + table(["input", ">ns", "per", ">spread", ">best peer", "", ">faster by"], lines))


def document(title: str, body: str) -> str:
    style = (Path(__file__).resolve().parents[2] / "loadgen/html/page.css").read_text(encoding="utf-8") + OWN_STYLE
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return ('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'sha256-{digest}\'; '
            'base-uri \'none\'; form-action \'none\'">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<meta name="color-scheme" content="light dark">\n<title>{text(title)}</title>\n<style>{style}</style></head>\n'
            f"<body>\n<main>\n{body}</main></body></html>\n")


def write_page(run: Run, targets: Path, path: Path) -> None:
    where, cells = read_cells(run, targets)
    when = str(run.context.get("date", ""))
    noisy = sum(row.spread > SPREAD_MAX for row in run.rows if row.ns)
    body = ('<header><p class="kind">Backtalk bench parsers</p><h1>Parsers and their peers</h1>'
            + "".join(f'<p class="load">{text(line)}</p>' for line in machine_lines(run.context))
            + (f'<p class="when">Measured {text(when)}</p>' if when else "") + "</header>\n" + verdict(where, cells, noisy) + summary(run))
    legend = ('<p class="small">Bars: <span class="a">Backtalk</span>, <span class="c">adapters of your own</span>, '
              '<span class="asked">peers with the same results</span>, <span class="b">peers with other results on this input</span>, '
              '<span class="good">lower bounds, which parse nothing</span>.</p>\n')
    for protocol in PROTOCOLS:
        names = run.of_protocol(protocol)
        if names:
            notes = "".join(f"<li>{text(line)}</li>\n" for line in contender_lines(run, protocol))
            body += section("charts", protocol, legend + "".join(input_section(run, run.inputs[name]) for name in names)
                            + f'<div class="notes"><ul>{notes}</ul></div>')
    if cells:
        body += target_section(where, cells)
    path.write_text(document("Backtalk: parsers and their peers" + (f", {when}" if when else ""), body), encoding="utf-8")
