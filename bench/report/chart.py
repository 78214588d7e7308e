# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Charts of a page, in the form of those that `backtalk load --html` draws: page.css has their style, and their labels
keep their size on a phone."""

import html
from dataclasses import dataclass, field

HEIGHT, WIDTH = 240, 1000
COLOURS = ("a", "b", "c", "good", "bad", "asked")


@dataclass
class Line:
    name: str
    at: list[float | None]  # heights from 0 to 1, one for each point of the axis; None: not measured


@dataclass
class Chart:
    title: str
    reading: str  # how to read it, in a sentence
    x: list[str]  # the points of the axis, equally far apart
    y: list[tuple[float, str]]  # its ticks, by height
    lines: list[Line] = field(default_factory=list)


def style_of(number: int) -> str:
    """Beyond the sixth, the colours come again, dotted."""
    return COLOURS[number % len(COLOURS)] + (" thin" if number >= len(COLOURS) else "")


def path_of(chart: Chart, line: Line) -> str:
    """Through all points that were measured; one alone is a dot."""
    points = [f"{i / max(len(chart.x) - 1, 1) * WIDTH:.1f} {(1 - height) * HEIGHT:.1f}"
              for i, height in enumerate(line.at) if height is not None]
    return "M" + "L".join(points) + ("h0" if len(points) == 1 else "")


def draw(chart: Chart) -> str:
    legend = "".join(f'<li class="{style_of(i)}">{html.escape(line.name)}</li>' for i, line in enumerate(chart.lines))
    grid = "".join(f'<path class="grid" d="M0 {(1 - at) * HEIGHT:.1f}h{WIDTH}"/>' for at, _ in chart.y)
    lines = "".join(f'<path class="line {style_of(i)}" d="{path_of(chart, line)}"/>' for i, line in enumerate(chart.lines))
    heights = "".join(f'<text x="60" y="{min(max((1 - at) * HEIGHT + 4, 11), HEIGHT - 1):.1f}">{html.escape(label)}</text>'
                      for at, label in chart.y)
    ends = {0: ' class="first"', len(chart.x) - 1: ' class="last"'}
    labels = "".join(f'<text x="{i / max(len(chart.x) - 1, 1) * 100:.1f}%" y="16"{ends.get(i, "")}>{html.escape(label)}</text>'
                     for i, label in enumerate(chart.x))
    return (f'<figure class="chart"><figcaption><h3>{html.escape(chart.title)}</h3><p>{html.escape(chart.reading)}</p></figcaption>'
            f'<ul class="legend">{legend}</ul><div class="plot"><svg class="y" aria-hidden="true">{heights}</svg>'
            f'<div class="area"><svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" '
            f'aria-label="{html.escape(chart.title)}">{grid}{lines}</svg></div>'
            f'<svg class="x" aria-hidden="true">{labels}</svg></div></figure>\n')
