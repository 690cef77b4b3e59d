"""Says at the end what was skipped and why; in CI a skip is a failure.

Node is nowhere asked for: what runs on it is tried where it is at hand.
"""

import os
from collections import Counter

import pytest
from _pytest.terminal import TerminalReporter

from tests.servers import certified


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    if not certified.is_at_hand():
        terminalreporter.line("Node is not at hand: no certified oidc-provider tried")
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(_reason(report) for report in skipped)
    if not reasons:
        return
    terminalreporter.section("not run")
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count} skipped: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = terminal.stats.get("skipped", []) if terminal else []
    if skipped and os.environ.get("CI") == "true" and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    where = report.longrepr
    reason = where[2] if isinstance(where, tuple) else str(where)
    return reason.removeprefix("Skipped: ")
