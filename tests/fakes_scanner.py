"""An honest fake of the scanner: it reads all, finds one mark, and can be down."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from storage.scanner import CLEAN, Doubt, Finding, Verdict
from tests.servers.clamd import EICAR, FOUND, STREAM_MAX


@dataclass
class FakeScanner:
    """down: why it cannot tell; seen: what it was shown, file by file."""

    down: Doubt | None = None
    seen: list[bytes] = field(default_factory=list)
    lets_by: frozenset[Finding] = frozenset({Finding.CLEAN})

    def check(self, pieces: Iterable[bytes]) -> Verdict:
        if self.down:
            return Verdict(Finding.UNKNOWN, self.down)
        content = b"".join(pieces)
        self.seen.append(content)
        if len(content) > STREAM_MAX:
            return Verdict(Finding.UNKNOWN, Doubt.TOO_LARGE)
        return Verdict(Finding.INFECTED, FOUND) if EICAR in content else CLEAN
