"""The house with a scanner."""

from dataclasses import replace

import pytest

from app.runtime import Runtime
from storage.scanner import Scanner
from tests.fakes_scanner import FakeScanner


@pytest.fixture
def scanner() -> Scanner:
    return FakeScanner()


@pytest.fixture
def runtime(runtime: Runtime, scanner: Scanner) -> Runtime:
    return replace(runtime, scanner=scanner)
