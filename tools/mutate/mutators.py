# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What can be changed in a line of C++: each change is one that a test should notice."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Comments, texts, characters and preprocessor lines. Digit separators are no quotes: 0x20'3030.
LITERALS = re.compile(r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<raw>R"(?P<d>[^(\s]*)\((?s:.*?)\)(?P=d)")
                          |(?P<text>"(?:\\.|[^"\\\n])*")|(?P<char>'(?:\\.|[^'\\\n])+')
                          |(?P<directive>^[ \t]*\#(?:[^\n]*\\\n)*[^\n]*)|(?P<number>(?<!\w)\d[\w'.]*)""",
                      re.X | re.S | re.M)
# Lines that the compiler checks, that only test builds run, or that declare types.
NO_CODE = re.compile(r"static_assert|\bassert\(|BACKTALK_EXPECT|work::examined|\boperator\b|\btemplate\b|\basm\b|\[\[nodiscard"
                     r"|^\s*(using|namespace|friend|class|struct|enum)\b|std::hash|HWY_(BEFORE|AFTER)|\[\[assume")
SWAPS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&&": "||", "||": "&&",
         "+": "-", "-": "+", "+=": "-=", "-=": "+=", "&": "|", "|": "&", "^": "|", "<<": ">>", ">>": "<<",
         "&=": "|=", "|=": "&=", "<<=": ">>=", ">>=": "<<="}
OPERATOR = re.compile(r"(?<= )(<<=|>>=|<=|>=|==|!=|&&|\|\||\+=|-=|&=|\|=|<<|>>|<|>|\+|-|&|\||\^)(?= |$)")
NEGATION = re.compile(r"!(?=[\w(])|(?<![\w~])~(?=[\w(])")
INTEGER = re.compile(r"(?<![\w.'])(0x[0-9A-Fa-f']+|\d[\d']*)([uUlL]*)(?![\w.'])")
STATEMENT = re.compile(r"^\s*(?:[\w:.\->\[\]]+\(.*\)|\*?[\w:.\[\]()*\->+]+ (?:[-+|&^]|<<|>>)?= .*);\s*$")


@dataclass(frozen=True)
class Change:
    kind: str
    line: str  # as it becomes


def blanked(text: str, keep: tuple[str, ...] = ("number",)) -> str:
    """The text with everything that is no code replaced by spaces, so that positions stay."""
    return LITERALS.sub(lambda m: m[0] if any(m[kind] for kind in keep) else re.sub(r"[^\n]", " ", m[0]), text)


def condition(code: str) -> tuple[str, int, int] | None:
    """Where the condition of a one-line if or while is, without an initialisation before it."""
    head = re.search(r"\b(if|while) \(", code)
    if not head:
        return None
    depth, begin = 1, head.end()
    for at in range(begin, len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if depth == 0:
            begin = max(begin, code.rfind("; ", begin, at) + 2)
            return None if " = " in code[begin:at] else (head[1], begin, at)
    return None


def next_character(literal: str) -> str:
    """Another character constant: 'a' becomes 'b', an escaped one becomes 'x'."""
    inside = literal[1:-1]
    if len(inside) == 1 and 32 < ord(inside) < 126 and chr(ord(inside) + 1) not in "'\\":
        return f"'{chr(ord(inside) + 1)}'"
    return "'x'"


def edits(line: str, code: str, before: str) -> Iterator[tuple[str, int, int, str]]:
    """(kind, begin, end, replacement) for a line; `code` is the line blanked, `before` the line of code before it."""
    for m in OPERATOR.finditer(code):
        yield "operator", m.start(), m.end(), SWAPS[m[0]]
    for m in NEGATION.finditer(code):
        yield "negation", m.start(), m.end(), ""
    for m in INTEGER.finditer(code):
        value, form = int(m[1].replace("'", ""), 0), "0x{:X}" if m[1].startswith("0x") else "{}"
        for other in (value + 1, value - 1):
            if other >= 0:
                yield "constant", m.start(1), m.end(1), form.format(other)
    for m in re.finditer(r"\+\+|--", code):
        yield "step", m.start(), m.end(), ""
    if found := condition(code):
        word, begin, end = found
        for new in ("true", "false") if word == "if" else ("false",):
            yield "condition", begin, end, new
    if m := re.search(r"\breturn (true|false);", code):
        yield "return", m.start(1), m.end(1), "false" if m[1] == "true" else "true"
    elif (m := re.search(r"\breturn ([^?{]*);", code)) and re.search(r" (&&|\|\||[<>!=]=|<|>) |!\w", m[1]):
        for new in ("true", "false"):
            yield "return", m.start(1), m.end(1), new
    for m in LITERALS.finditer(line):
        if m["char"]:
            yield "character", m.start(), m.end(), next_character(m[0])
        elif m["text"] and re.fullmatch(r'"[^\s\\]*[A-Za-z]"', m[0]):
            yield "text", m.end() - 2, m.end() - 1, "x" if m[0][-2] not in "xX" else "y"
    whole = re.search(r"[;{}:]\s*$|\)\s*$|^$", before) and not re.search(r"\bfor \(", before)
    inner = re.match(r" {4,}return\b.*;\s*$", code)
    if whole and (inner or STATEMENT.match(code) or re.match(r"\s*(break|continue|return);\s*$", code)):
        yield "deletion", len(code) - len(code.lstrip()), len(code.rstrip()), ";"


def changes(line: str, code: str, before: str) -> list[Change]:
    """All changes of one line."""
    if not code.strip() or NO_CODE.search(code):
        return []
    return [Change(kind, line[:begin] + new + line[end:]) for kind, begin, end, new in edits(line, code.rstrip(), before)]


def lines_with_changes(text: str) -> Iterator[tuple[int, str, list[Change]]]:
    """The lines of a source that can be changed: number, text, changes."""
    before = ""
    for number, (line, code) in enumerate(zip(text.splitlines(), blanked(text).splitlines(), strict=True), 1):
        if found := changes(line, code, before):
            yield number, line, found
        before = code.rstrip() or before
