#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The checks of structure.py, on a small tree with one mistake each."""

import tempfile
import unittest
from pathlib import Path

import structure
from structure import Structure, Target, read_targets

FILES = {
    "parsers/parser.cpp": "",
    "loadgen/net/ring.cpp": '#include "net/ring.hpp"\n',
    "loadgen/net/ring.hpp": "",
    "loadgen/session/session.cpp": '#include "session/session.hpp"\n',
    "loadgen/session/session.hpp": '#include "backtalk/parser.hpp"\n',
    "loadgen/stats/tally.cpp": '#include "stats/tally.hpp"\n',
    "loadgen/stats/tally.hpp": '#include "session/session.hpp"\n',
    "loadgen/serve/replies.cpp": '#include "serve/replies.hpp"\n',
    "loadgen/serve/replies.hpp": '#include "session/session.hpp"\n',
    "loadgen/serve/server.cpp": '#include "serve/server.hpp"\n#include "net/ring.hpp"\n',
    "loadgen/serve/server.hpp": '#include "serve/replies.hpp"\n',
    "loadgen/engine/client.cpp": '#include "net/ring.hpp"\n#include "stats/tally.hpp"\n#include "session/session.hpp"\n',
    "fuzz/engine/client.cpp": '#include "engine/client.hpp"\n#include "serve/replies.hpp"\n',
    "fuzz/engine/client.hpp": "",
}


def target(name: str, folder: str, sources: str, links: str = "", public: str = "") -> Target:
    """Links are private where `public` does not name them."""
    both = (*public.split(), *links.split())
    return Target(f"backtalk_{name}", folder, tuple(sources.split()), both, tuple(public.split()))


TARGETS = {
    "parsers": target("parsers", "parsers", "parser.cpp"),
    "net": target("net", "loadgen/net", "ring.cpp", "PkgConfig::URING"),
    "sessions": target("sessions", "loadgen/session", "session.cpp", public="backtalk_parsers"),
    "stats": target("stats", "loadgen/stats", "tally.cpp", public="backtalk_sessions"),
    "sasl": target("sasl", "loadgen/sasl", "mechanism.cpp", public="backtalk_sessions"),
    "script": target("script", "loadgen/script", "read_script.cpp", public="backtalk_sessions"),
    "mailbox": target("mailbox", "loadgen/mailbox", "store.cpp"),
    "answers": target("answers", "loadgen/serve", "replies.cpp", public="backtalk_sessions"),
    "shape": target("shape", "loadgen/fill", "shape.cpp", public="backtalk_sessions"),
    "cases": target("cases", "loadgen/differ", "trial.cpp", public="backtalk_sessions"),
    "pairs": target("pairs", "loadgen/compare", "findings.cpp", public="backtalk_sessions"),
    "conversation": target("conversation", "loadgen/talk", "conversation.cpp", public="backtalk_sessions"),
    "serve": target("serve", "loadgen/serve", "server.cpp", "backtalk_net", public="backtalk_answers"),
    "engine": target("engine", "loadgen/engine", "client.cpp", "backtalk_net", public="backtalk_stats"),
    "fuzz": target("fuzz", "fuzz", "engine/client.cpp", public="backtalk_answers"),
}


class Tree(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="backtalk-structure-")
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name)
        for name, text in FILES.items():
            self.write(name, text)
        self.targets = dict(TARGETS)

    def write(self, name: str, text: str) -> None:
        (self.top / name).parent.mkdir(parents=True, exist_ok=True)
        (self.top / name).write_text(text)

    def structure(self) -> Structure:
        return Structure(list(self.targets.values()), self.top)

    def links(self) -> str:
        return "\n".join(structure.wrong_links(self.structure()))

    def includes(self) -> str:
        return "\n".join(structure.wrong_includes(self.structure()))


class Links(Tree):
    def test_right_tree(self) -> None:
        self.assertEqual((self.links(), self.includes()), ("", ""))

    def test_dependency_that_points_up(self) -> None:
        self.targets["stats"] = target("stats", "loadgen/stats", "tally.cpp", "backtalk_engine", "backtalk_sessions")
        self.assertEqual(self.links(), "backtalk_stats links backtalk_engine: a dependency of stats/ on engine/ points up")

    def test_dependency_that_points_sideways(self) -> None:
        self.targets["parse"] = target("parse", "loadgen/parse", "", "backtalk_serve", "backtalk_parsers")
        self.assertEqual(self.links(), "backtalk_parse links backtalk_serve: parse/ and serve/ are on the same level")

    def test_library_that_depends_on_the_load_generator(self) -> None:
        self.targets["parsers"] = target("parsers", "parsers", "parser.cpp", "backtalk_net")
        self.assertIn("a dependency of parsers/ on net/ points up", self.links())

    def test_fuzz_target_that_links_the_engine(self) -> None:
        self.targets["fuzz"] = target("fuzz", "fuzz", "engine/client.cpp", "backtalk_engine", "backtalk_answers")
        self.assertEqual(self.links(), "backtalk_fuzz links backtalk_engine: fuzz/ may not depend on engine/")

    def test_input_and_output_reached_through_another_target(self) -> None:
        self.targets["text"] = target("text", "loadgen/text", "", "liburing_by_another_name")
        self.targets["liburing_by_another_name"] = Target("liburing_by_another_name", "loadgen/text", (), ("PkgConfig::URING",), ())
        self.targets["answers"] = target("answers", "loadgen/serve", "replies.cpp", "backtalk_text", "backtalk_sessions")
        self.assertEqual(self.links(), "backtalk_answers reaches PkgConfig::URING, but has to do without I/O")

    def test_target_without_input_and_output_that_is_gone(self) -> None:
        del self.targets["answers"]
        self.assertIn("backtalk_answers: there is no such target", self.links())

    def test_folder_without_a_level(self) -> None:
        self.targets["util"] = target("util", "loadgen/util", "")
        self.assertIn("the folder loadgen/util has no level", self.links())


class Includes(Tree):
    def test_folder_that_is_not_linked(self) -> None:
        self.write("loadgen/stats/tally.cpp", '#include "stats/tally.hpp"\n#include "net/ring.hpp"\n')
        self.assertEqual(
            self.includes(), "loadgen/stats/tally.cpp includes net/ring.hpp, but backtalk_stats does not link backtalk_net"
        )

    def test_header_of_the_folder_that_includes_it(self) -> None:
        self.write("loadgen/stats/tally.hpp", '#include "session/session.hpp"\n#include "net/ring.hpp"\n')
        self.assertIn("loadgen/stats/tally.hpp includes net/ring.hpp", self.includes())

    def test_folder_that_is_linked_in_private_by_another(self) -> None:
        self.targets["engine"] = target("engine", "loadgen/engine", "client.cpp", "backtalk_serve", "backtalk_stats")
        self.assertIn("client.cpp includes net/ring.hpp, but backtalk_engine does not link backtalk_net", self.includes())

    def test_upper_target_of_the_same_folder(self) -> None:
        self.write("loadgen/serve/replies.cpp", '#include "serve/replies.hpp"\n')
        self.write("fuzz/engine/client.cpp", '#include "serve/server.hpp"\n')
        self.assertEqual(
            self.includes(), "fuzz/engine/client.cpp includes serve/server.hpp, but backtalk_fuzz does not link backtalk_serve"
        )

    def test_header_that_no_target_of_its_folder_uses(self) -> None:
        self.write("loadgen/net/alone.hpp", "")
        self.write("loadgen/stats/tally.cpp", '#include "net/alone.hpp"\n')
        self.assertIn("tally.cpp includes net/alone.hpp, but backtalk_stats does not link backtalk_net", self.includes())


class Picture(Tree):
    def page(self, text: str) -> Path:
        self.write("architecture.md", text)
        return self.top / "architecture.md"

    def test_written_then_checked(self) -> None:
        page = self.page(f"before\n{structure.BEGIN}{structure.END}after\n")
        self.assertIn("other dependencies", structure.check_picture(self.structure(), page, write=False)[0])
        self.assertEqual(structure.check_picture(self.structure(), page, write=True), [])
        self.assertEqual(structure.check_picture(self.structure(), page, write=False), [])
        text = page.read_text()
        self.assertTrue(text.startswith("before\n") and text.endswith("after\n"))
        self.assertRegex(text, r"\n    engine .* -> stats, net\n")

    def test_dependency_that_came_later(self) -> None:
        page = self.page(structure.BEGIN + structure.END)
        structure.check_picture(self.structure(), page, write=True)
        self.targets["engine"] = target("engine", "loadgen/engine", "client.cpp", "backtalk_net backtalk_sessions", "backtalk_stats")
        self.assertIn("other dependencies", structure.check_picture(self.structure(), page, write=False)[0])

    def test_page_without_a_place(self) -> None:
        page = self.page("nothing here\n")
        self.assertIn("are missing", structure.check_picture(self.structure(), page, write=True)[0])
        self.assertEqual(page.read_text(), "nothing here\n")


class File(unittest.TestCase):
    def test_as_the_build_writes_it(self) -> None:
        rows = '[{"name": "a", "folder": "loadgen/net", "sources": ["a.cpp"], "links": ["b", "c"], "public": ["b"]}]'
        self.assertEqual(read_targets(rows), [Target("a", "loadgen/net", ("a.cpp",), ("b", "c"), ("b",))])
        self.assertEqual(read_targets(rows)[0].part, "net")


if __name__ == "__main__":
    unittest.main()
