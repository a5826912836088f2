"""A pytest plugin: `--hostile` runs the tests that are marked with a case, and prints what came of each case."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest

from tests.hostile.cases import cases

if TYPE_CHECKING:
    from collections.abc import Iterable

_WIDTH = 76


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--hostile", action="store_true", help="only tests of docs/hostile.md, with a table of its cases")
    parser.addoption("--case", type=int, help="only tests that are marked with this case of docs/hostile.md")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--hostile"):
        config.pluginmanager.register(Table(), "hostile-table")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if (case := config.getoption("--case")) is not None:
        kept = [item for item in items if any(case in mark.args for mark in item.iter_markers("case"))]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


class Table:
    """What came of each case in this run."""

    def __init__(self) -> None:
        self._ended: dict[int, Counter[str]] = defaultdict(Counter)

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        kept = [item for item in items if item.get_closest_marker("case")]
        for item in kept:
            # Properties reach the process that prints the table, whichever process ran the test.
            numbers = {number for mark in item.iter_markers("case") for number in mark.args}
            item.user_properties += [("case", number) for number in sorted(numbers)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            for name, number in report.user_properties:
                if name == "case" and isinstance(number, int):
                    self._ended[number][report.outcome] += 1

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("docs/hostile.md")
        for line in self._lines():
            terminalreporter.write_line(line)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if any(not self._good(case.number) for case in cases()) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _good(self, number: int) -> bool:
        return set(self._ended[number]) == {"passed"}

    def _lines(self) -> Iterable[str]:
        for case in cases():
            ended = self._ended[case.number]
            verdict = "pass" if self._good(case.number) else "FAIL" if ended else "NO TEST"
            tests = ", ".join(f"{count} {outcome}" for outcome, count in sorted(ended.items())) or "none"
            yield f"{case.number:>2}  {verdict:<7}  {tests:<12}  {_cut(case.what)}"
            yield f"{'':>27}{_cut(case.outcome)}"
        good = sum(self._good(case.number) for case in cases())
        yield f"{good} of {len(cases())} cases pass"


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
