# SPDX-License-Identifier: Apache-2.0 OR MIT
"""An input file: the stream, and the last line that says how it is read (fuzz/README.md)."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Input:
    """A stream, and how it is read: what stands in the last line of a file, "#! KEY=VALUE ..."."""

    stream: bytes
    settings: tuple[tuple[str, str], ...] = ()
    cuts: tuple[int, ...] | None = None  # None: as derived

    @staticmethod
    def parse(data: bytes) -> "Input":
        body = data[:-1] if data.endswith(b"\n") else data
        start = body.rfind(b"\n") + 1
        if not body[start:].startswith(b"#! "):
            return Input(data)
        trailer = body[start:].decode("latin-1")
        ended = "unended=1" not in trailer.split()
        return Input(data[:start] if ended else data[: start - 1]).read_as(trailer)

    def read_as(self, trailer: str) -> "Input":
        settings, cuts = [], self.cuts
        for part in trailer.removeprefix("#! ").split():
            key, _, value = part.partition("=")
            if key == "cuts":
                cuts = tuple(int(at) for at in value.split(",") if at)
            elif key != "unended":
                settings.append((key, value))
        return Input(self.stream, tuple(settings), cuts)

    def data(self) -> bytes:
        if not self.settings and self.cuts is None:
            return self.stream
        words = [f"{key}={value}" for key, value in self.settings]
        if self.cuts is not None:
            words.append("cuts=" + ",".join(str(at) for at in self.cuts))
        ended = self.stream.endswith(b"\n") or not self.stream
        if not ended:
            words.append("unended=1")
        return self.stream + (b"" if ended else b"\n") + ("#! " + " ".join(words) + "\n").encode("latin-1")

    def without(self, begin: int, end: int) -> "Input":
        """Without some octets; cuts behind them move."""
        moved = None
        if self.cuts is not None:
            places = {at if at <= begin else max(begin, at - (end - begin)) for at in self.cuts}
            size = len(self.stream) - (end - begin)
            moved = tuple(sorted(at for at in places if 0 < at < size))
        return replace(self, stream=self.stream[:begin] + self.stream[end:], cuts=moved)
