# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Whether a run against a server holds: all completed, and the server's own counts are Backtalk's."""

from dataclasses import dataclass

CLEAR, STARTTLS, TLS = "clear text", "STARTTLS", "TLS"


@dataclass(frozen=True)
class Count:
    """What both sides counted."""

    what: str
    server: int
    backtalk: int

    @property
    def agrees(self) -> bool:
        return self.server == self.backtalk


@dataclass(frozen=True)
class Outcome:
    """How one run went. `broken` names the error that every connection is known to end with."""

    security: str
    asked: int
    code: int
    transactions: dict[str, int]
    errors: dict[str, int]
    verified: bool
    counts: tuple[Count, ...]
    broken: str = ""
    pipelining: bool = True  # False if Backtalk reported that the server does not offer it

    @property
    def completed(self) -> int:
        return self.transactions["completed"]

    def problems(self) -> list[str]:
        """What does not hold, a sentence each."""
        found = [f"the server counted {count.server} {count.what}, Backtalk {count.backtalk}"
                 for count in self.counts if not count.agrees]
        started = self.transactions["started"]
        if started != self.completed + self.transactions["failed"] + self.transactions["unfinished"]:
            found.append(f"the transactions do not add up: {self.transactions}")
        if self.broken:
            if self.completed or self.errors.keys() != {self.broken}:
                found.append(f"it is known to fail with {self.broken}; now {self.completed} completed, with the errors "
                             f"{self.errors}")
            return found
        if (self.code, started, self.completed) != (0, self.asked, self.asked):
            found.append(f"{self.completed} of {self.asked} completed (exit {self.code}), with the errors "
                         f"{self.errors}")
        if self.security != CLEAR and not self.verified:
            found.append("the server's certificate was not verified")
        return found
