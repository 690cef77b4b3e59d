"""Programs that Python cannot bring: which tests need them, which package has them.

Run, it names the packages that are missing here. Their tests are skipped, and say why.
"""

import shutil
from functools import cache
from typing import NamedTuple

from tests.servers import postgres, rgw


class Need(NamedTuple):
    """A package, the programs that we use of it, and the tests that begin so."""

    package: str
    programs: tuple[str, ...]
    tests: str


NEEDS = (
    Need("chromium", ("chromium",), "tests/browser/"),
    Need("nginx", ("nginx",), "tests/deploy/"),
    Need("systemd", ("systemd-analyze", "systemd-socket-activate"), "tests/deploy/"),
    Need("curl", ("curl",), "tests/deploy/"),
    Need("clamav-daemon", ("clamd",), "tests/deploy/test_units.py"),
    Need("clamav-daemon", ("clamd",), "tests/doors/test_scanner.py"),
    Need("clamav-daemon", ("clamd",), "tests/journeys/scan/test_clamd.py"),
    Need("poppler-utils", ("pdftotext",), "tests/app/demo/test_generator_pdf.py"),
    *(Need(package, (package,), "tests/doors/test_s3_") for package in rgw.PACKAGES),
    Need("unzip", ("unzip",), "tests/app/filedrop/test_zip.py::test_python_and_unzip"),
)


@cache
def missing() -> tuple[Need, ...]:
    return tuple(need for need in NEEDS if not all(map(shutil.which, need.programs)))


def lacking(test: str) -> str | None:
    """The package without which that test cannot run here."""
    wanted = (need.package for need in missing() if test.startswith(need.tests))
    return next(wanted, None)


if __name__ == "__main__":
    server = () if postgres.installed() else ("postgresql",)
    packages = dict.fromkeys(need.package for need in missing())
    print(*server, *packages)  # noqa: T201 - its purpose
