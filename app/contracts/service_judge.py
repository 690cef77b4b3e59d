"""What is handed in is looked at before anybody opens it; a doubt is for a person."""

from app.contracts.rules import Flaw, is_pdf
from app.kernel.errors import Busy, Conflict
from app.runtime import Runtime
from signing import Look, Reason, Refused, Signed
from storage.scanner import Finding

WAIT = 60
HELD = "De virusscanner vond iets in dit bestand: het gaat niet open."
AWAY = "De virusscanner kan dit bestand nu niet nakijken; er gaat niets verloren."


def judge(
    runtime: Runtime, content: bytes, original: bytes, *, by_card: bool
) -> Signed | Refused | Flaw:
    """Who signed it, why nobody did, or why it is not even kept.

    A scanner that is away stops nobody here: it looks again before it goes open.
    """
    if not content:
        return Flaw.MISSING
    if not is_pdf(content):
        return Flaw.NO_PDF
    if runtime.scanner.check([content]).finding is Finding.INFECTED:
        return Flaw.INFECTED
    seen = runtime.signatures.look(content)
    if flaw := _flaw_of(seen or Look()):
        return flaw
    found = runtime.signatures.check(content, original, at=runtime.clock())
    if by_card or isinstance(found, Signed):
        return found
    return Refused(_doubt_of(seen, runtime.signatures.look(original)))


def open_up(runtime: Runtime, content: bytes) -> bytes:
    """The bytes, once more past the scanner: it may know today what it did not then.

    Conflict for what it holds, Busy while it cannot tell.
    """
    verdict = runtime.scanner.check([content])
    if verdict.finding is Finding.INFECTED:
        raise Conflict(HELD)
    if verdict.finding not in runtime.scanner.lets_by:
        raise Busy(AWAY, after=WAIT)
    return content


def _flaw_of(seen: Look) -> Flaw | None:
    if seen.is_locked:
        return Flaw.LOCKED
    if seen.is_active:
        return Flaw.ACTIVE
    return Flaw.FILES if seen.has_files else None


def _doubt_of(scan: Look | None, ours: Look | None) -> Reason:
    """What may be wrong with a scan, as far as one sees that without eyes."""
    if scan is None:
        return Reason.UNREADABLE
    if ours and scan.pages < ours.pages:
        return Reason.INCOMPLETE
    return Reason.UNSIGNED
