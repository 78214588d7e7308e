# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The tables of docs/servers.md."""

import itertools
from pathlib import Path

from runs import Row
from subjects import Subject
from verdict import CLEAR, STARTTLS, TLS, Outcome

BEGIN = "<!-- The matrix, written by tests/matrix/matrix.py --write. -->"
END = "<!-- End of the matrix. -->"
WIDTH = 120


def tables(rows: list[Row]) -> str:
    """A section for each protocol: what was counted, then what the servers need."""
    sections = []
    for protocol, group in itertools.groupby(rows, key=lambda row: row.subject.protocol):
        of_protocol = list(group)
        securities = [security for security in (CLEAR, STARTTLS, TLS)
                      if security != STARTTLS or any(row.subject.upgrade for row in of_protocol)]
        heads = ["STLS" if security == STARTTLS and protocol == "POP3" else security for security in securities]
        lines = [f"## {'Submission' if protocol == 'submission' else protocol}", "",
                 f"| server | version | {' | '.join(heads)} | pipelining | the server's own count |",
                 "|---" * (len(heads) + 4) + "|", *(line(row, securities) for row in of_protocol), "",
                 "What they need for load tests:", ""]
        for row in of_protocol:
            lines += needs(row.subject)
        sections.append("\n".join(lines))
    return "\n\n".join(sections)


def needs(subject: Subject) -> list[str]:
    return wrapped(f"- **{subject.name}**: {subject.needs}.")


def line(row: Row, securities: list[str]) -> str:
    pipelining = all(outcome.pipelining for outcome in row.outcomes if not outcome.broken)
    cells = [row.subject.name, f"`{row.version}`", *(cell(row, security) for security in securities),
             "yes" if pipelining else "no: lock step", ", ".join(counter.what for counter in row.subject.counters)]
    return f"| {' | '.join(cells)} |"


def cell(row: Row, security: str) -> str:
    """For each run, in lock step and pipelined, what completed; a disagreement shows the server's count, too."""
    outcomes = [outcome for outcome in row.outcomes if outcome.security == security]
    return ", ".join(dict.fromkeys(map(outcome_text, outcomes))) if known(outcomes) else ", ".join(
        map(outcome_text, outcomes)) or "—"


def known(outcomes: list[Outcome]) -> bool:
    return bool(outcomes) and all(outcome.broken and not outcome.problems() for outcome in outcomes)


def outcome_text(outcome: Outcome) -> str:
    if outcome.broken and not outcome.problems():
        return f"fails: `{outcome.broken}`"
    disagreeing = [count for count in outcome.counts if not count.agrees]
    if disagreeing:
        return f"**{disagreeing[0].backtalk} ≠ {disagreeing[0].server}**"
    return f"**{outcome.completed} of {outcome.asked}**" if outcome.problems() else str(outcome.completed)


def wrapped(text: str) -> list[str]:
    lines, current = [], ""
    for word in text.split():
        if current and len(current) + 1 + len(word) > WIDTH:
            lines.append(current)
            current = f"  {word}"
        else:
            current = f"{current} {word}" if current else word
    return [*lines, current]


def rewrite(path: Path, text: str) -> None:
    """Replaces what is between the markers."""
    page = path.read_text()
    before, rest = page.split(BEGIN, 1)
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.split(END, 1)[1]}")
