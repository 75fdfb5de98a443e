#!/usr/bin/env python3
"""The scripts that guard the hot paths, and whether they can fail."""

import contextlib
import importlib.machinery
import importlib.util
import io
import json
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import budget
import instructions
import programs
import scaling


def bench_run():
    """bench/run, which has no ending."""
    path = str(Path(__file__).resolve().parent / "run")
    loader = importlib.machinery.SourceFileLoader("run", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("run", loader))
    loader.exec_module(module)
    return module


def row(text, nanoseconds=1.0, size=0, allocations=0.0, error=""):
    return programs.Row(programs.Name.of(text), text, nanoseconds, size, allocations, error)


class Names(unittest.TestCase):
    def test_contenders(self):
        name = programs.Name
        self.assertEqual(name.of("transfer_encode"), name("transfer_encode", "", "hubwire"))
        self.assertEqual(name.of("transfer_encode_by_hand"), name("transfer_encode", "", "by hand"))
        self.assertEqual(name.of("sha256_with_openssl/1000"), name("sha256", "/1000", "openssl"))
        self.assertEqual(name.of("hmac_with_new_key"), name("hmac_with_new_key", "", "hubwire"))
        self.assertEqual(name.of("connect_with_will_encode"), name("connect_with_will_encode", "", "hubwire"))


class Programs(unittest.TestCase):
    def test_faults(self):
        self.assertEqual(programs.faults([row("a"), row("a_by_hand", allocations=3)]), [])
        self.assertIn("allocates 1 times", programs.faults([row("a", allocations=1.0)])[0])
        self.assertEqual(programs.faults([row("a", error="other bytes")]), ["a: other bytes"])
        self.assertEqual(programs.faults([row("a", allocations=None)]), [])
        self.assertTrue(programs.faults([]))

    def test_rows(self):
        entry = {"name": "a/1", "run_name": "a/1", "run_type": "iteration", "time_unit": "us", "bytes": 7.0}
        rows = programs.rows_of({"benchmarks": [
            {**entry, "cpu_time": 2.0}, {**entry, "cpu_time": 1.5}, {**entry, "run_type": "aggregate", "cpu_time": 1.0},
            {"name": "b", "error_occurred": True, "error_message": "wrong"}]})
        self.assertEqual([(r.text, r.nanoseconds, r.size, r.error) for r in rows],
                         [("a/1", 1500.0, 7, ""), ("b", 0.0, 0, "wrong")])


class Instructions(unittest.TestCase):
    def test_second_call_counts(self):
        self.assertEqual(instructions.counts_of(["a", "b"], [500, 100, 30, 20, 0]), {"a": 100, "b": 20})

    def test_call_missing(self):
        with self.assertRaises(RuntimeError):
            instructions.counts_of(["a", "b"], [500, 100, 30])

    def test_total(self):
        self.assertEqual(instructions.total("events: Ir\nsummary: 7\ntotals: 7\n"), 7)


class Budgets(unittest.TestCase):
    def faults(self, allowed, count):
        return budget.faults({"mqtt": {"cut": allowed}}, {"mqtt": {"cut": count}})

    def test_within(self):
        for count in (97, 100, 103):
            self.assertEqual(self.faults(100, count), [])

    def test_over_and_under(self):
        self.assertEqual(self.faults(100, 104), ["mqtt: cut takes 104, which is 4 (4%) over its budget of 100"])
        self.assertEqual(self.faults(100, 96), ["mqtt: cut takes 96, which is 4 (4%) under its budget of 100"])

    def test_small(self):
        self.assertTrue(self.faults(20, 21))

    def test_rounded(self):
        for count, holds in ((29, True), (31, True), (32, False), (28, False)):
            found = budget.faults({"megabytes": {"core": 30}}, {"megabytes": {"core": count}}, budget.MEGABYTE)
            self.assertEqual(found == [], holds, count)
        self.assertTrue(budget.faults({"megabytes": {"all": 300}}, {"megabytes": {"all": 310}}, budget.MEGABYTE))

    def test_megabytes(self):
        report = " garbage collection  :   0.56 (  9%)   0.00 (  0%)   3.26 (  7%)     0  (  0%)\n"
        self.assertEqual(budget.megabytes_in(report + " TOTAL    :   5.92          1.59         47.28          378M\n"), 378)

    def test_new_and_gone(self):
        self.assertIn("has no budget", budget.faults({}, {"mqtt": {"cut": 1}})[0])
        self.assertIn("does not exist", budget.faults({"mqtt": {"cut": 1}}, {})[0])


class Check(unittest.TestCase):
    """Of a section that takes 100 by g++ 12."""
    budgets = {"instructions": {"of": "g++ 12", "budgets": {"mqtt": {"cut": 100}}}}

    def check(self, holds_for, count, section="instructions"):
        said = io.StringIO()
        sections = {section: (lambda build: holds_for, lambda build: {"mqtt": {"cut": count}})}
        with mock.patch.object(budget, "SECTIONS", sections), contextlib.redirect_stdout(said):
            return budget.check(section, Path("build"), self.budgets), said.getvalue()

    def test_holds(self):
        self.assertEqual(self.check("g++ 12", 101), (True, "instructions: 1 budgets hold\n"))

    def test_names_the_command(self):
        holds, said = self.check("g++ 12", 110)
        self.assertFalse(holds)
        self.assertIn("python3 bench/budget.py update instructions --build build", said)

    def test_another_compiler(self):
        with self.assertRaises(budget.Skipped):
            self.check("g++ 13", 100)

    def test_section_without_budgets(self):
        self.assertFalse(self.check("g++ 12", 100, "size")[0])

    def test_update_of_another_compiler(self):
        sections = {"instructions": (lambda build: "g++ 13", lambda build: {})}
        with mock.patch.object(budget, "SECTIONS", sections), self.assertRaises(budget.Skipped):
            budget.update("instructions", Path("build"), dict(self.budgets), False)

    def test_the_file(self):
        text = budget.BUDGETS.read_text()
        budgets = json.loads(text)
        self.assertEqual(set(budgets), set(budget.SECTIONS))
        self.assertEqual(text, json.dumps(budgets, indent=2, sort_keys=True) + "\n")


class Built(unittest.TestCase):
    """Of a build with a program for each benchmark, made after all sources."""
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.build = Path(directory.name)
        (self.build / "bench").mkdir()
        for source in budget.HERE.glob("*.bench.cpp"):
            self.program(source.name.removesuffix(".bench.cpp")).touch()

    def program(self, name):
        return self.build / "bench" / f"bench_{name}"

    def test_all(self):
        self.assertIn(self.program("mqtt"), budget.benchmarks(self.build))

    def test_old(self):
        os.utime(self.program("mqtt"), (0, 0))
        with self.assertRaisesRegex(budget.NotBuilt, "bench_mqtt\n.*cmake --build"):
            budget.benchmarks(self.build)

    def test_missing(self):
        self.program("text").unlink()
        with self.assertRaisesRegex(budget.NotBuilt, "bench_text"):
            budget.benchmarks(self.build)

    def test_none(self):
        for program in (self.build / "bench").iterdir():
            program.unlink()
        with self.assertRaises(budget.Skipped):
            budget.benchmarks(self.build)

    def test_no_build(self):
        with self.assertRaisesRegex(budget.NotBuilt, "no build"):
            budget.cached(self.build / "elsewhere", "CMAKE_BUILD_TYPE")


class Scaling(unittest.TestCase):
    def test_linear(self):
        self.assertEqual(scaling.faults({f"a/{n}": 500 + 20 * n for n in (0, 1, 10, 100, 1000)}), [])
        self.assertEqual(scaling.faults({f"a/{n}": 7 for n in (1, 10)}), [])

    def test_quadratic(self):
        self.assertEqual(len(scaling.faults({f"a/{n}": 500 + 20 * n + n * n // 10 for n in (1, 10, 100, 1000)})), 1)

    def test_one_size(self):
        self.assertTrue(scaling.faults({"a/1": 7}))


class Table(unittest.TestCase):
    def setUp(self):
        self.run = bench_run()

    def test_ratios(self):
        measured = {"bench_x": [row("sign", 20.0, size=64), row("sign_tight", 30.0), row("sign_by_hand", 10.0),
                                row("hash/1", 8.0), row("hash/2", 9.0)],
                    "bench_y": [row("sign_long", 40.0)],
                    "peer_ssl": [row("hash_with_ssl/1", 4.0), row("sign_with_ssl", 5.0)]}
        lines = {line["operation"]: line for line in self.run.table(measured, {64: 5.0})}
        self.assertEqual(lines["sign"]["ratios"], {"memcpy": 4.0, "by hand": 2.0, "ssl": 4.0})
        self.assertEqual(lines["sign_tight"]["ratios"], {"by hand": 3.0})  # what another library does is not the same
        self.assertEqual(lines["sign_long"]["ratios"], {})  # what is by hand elsewhere need not be of the same bytes
        self.assertEqual(lines["hash/1"]["ratios"], {"ssl": 2.0})
        self.assertEqual(lines["hash/2"]["ratios"], {})
        self.assertEqual(lines["sign"]["bytes_per_second"], 3.2e9)

    def test_the_fastest_round_counts(self):
        rows = self.run.fastest([[row("a", 3.0)], [row("a", 2.0)], [row("a", 4.0)]])
        self.assertEqual([r.nanoseconds for r in rows], [2.0])

    def test_texts(self):
        report = self.report({"bench_x": [row("a", 20.0), row("a_by_hand", 10.0), row("b", 30.0)]})
        budgets = self.budgets({"x": {"a": 150}, "y": {"b": 70}})
        written = self.run.as_markdown(*self.run.cells(report, budgets))
        self.assertIn("| x: a | 20 | 150 | 2 | 0 |", written)
        self.assertIn("| x: b | 30 | - | - | 0 |", written)  # another program's has the same name
        self.assertIn("x: a", self.run.as_text(report, budgets))

    def budgets(self, instructions):
        return {"instructions": {"of": "-O3", "budgets": instructions},
                "size": {"of": "-Os", "budgets": {"bytes": {"device": 4000}}}}

    def report(self, measured):
        return {"conditions": {"date": "2026-01-01", "machine": "m", "load": "0.1", "compiler": "c", "rounds": 3},
                "table": self.run.table(measured, {})}

    def test_readme(self):
        programs_of = {}
        for program, operation in self.run.HEADLINES.values():
            programs_of.setdefault("bench_" + program, []).append(row(operation, 20.0))
        budgets = self.budgets({"iothub_token": {"sas_token": 1700}})
        written = self.run.with_figures("before\n<!-- figures: bench/run readme -->\nold\n<!-- end of figures -->\nafter\n",
                                        self.report(programs_of), budgets)
        self.assertTrue(written.startswith("before\n") and written.endswith("after\n"))
        self.assertNotIn("old", written)
        self.assertIn("| SAS token: signed | 20 | 1700 |", written)
        self.assertIn("| iothub_token: sas_token | 20 | 1700 |", written)
        self.assertIn("(-O3)", written)
        self.assertIn("| device | 4000 |", written)
        with self.assertRaises(SystemExit):
            self.run.with_figures("no figures", self.report(programs_of), budgets)

    def test_headlines_are_there(self):
        operations = json.loads(budget.BUDGETS.read_text())["instructions"]["budgets"]
        for program, operation in self.run.HEADLINES.values():
            self.assertIn(operation, operations[program])


if __name__ == "__main__":
    unittest.main()
