"""Whoever touches the audit book is found out: here, and by who holds a copy."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import column, delete, select, table, update
from sqlalchemy.orm import Session

from app.db.audit import AuditEntry
from app.db.chain import AuditCheck, AuditLink
from app.desk.service_chain import Notary
from app.kernel.chain import Broken, Fault, Seals
from app.runtime import Runtime
from tests.bookkeeping import bind, checked, head, write
from tests.clock import FakeClock
from tests.databases import ONE_DATABASE
from tests.house.source import ROOT

LINES = 12
SCRIPT = ROOT / "docs" / "audit" / "verify.py"
Run = Callable[..., Result]


def swap(session: Session) -> None:
    """Lines 5 and 9 change what they say."""
    five, nine = (
        session.execute(
            select(AuditEntry.id, AuditEntry.about)
            .join(AuditLink, AuditLink.entry_id == AuditEntry.id)
            .where(AuditLink.number == number)
        ).one()
        for number in (5, 9)
    )
    for (key, _own), (_key, about) in ((five, nine), (nine, five)):
        session.execute(
            update(AuditEntry).where(AuditEntry.id == key).values(about=about)
        )


def entry(number: int) -> object:
    return (
        select(AuditLink.entry_id).where(AuditLink.number == number).scalar_subquery()
    )


def rebuild(session: Session, seals: Seals, runtime: Runtime) -> None:
    """The whole chain anew, as the house does it, over a book that was changed."""
    session.execute(
        update(AuditEntry).where(AuditEntry.id == entry(5)).values(by="niemand")
    )
    session.execute(delete(AuditLink))
    Notary(session, seals, runtime.clock()).bind(thoroughly=True)


TAMPERED: dict[str, tuple[Callable[[Session], object], Broken]] = {
    "edited": (
        lambda s: s.execute(
            update(AuditEntry).where(AuditEntry.id == entry(7)).values(by="niemand")
        ),
        Broken(7, 7, Fault.EDITED),
    ),
    "told of another address": (
        lambda s: s.execute(
            update(AuditEntry).where(AuditEntry.id == entry(3)).values(source="::1")
        ),
        Broken(3, 3, Fault.EDITED),
    ),
    "removed": (
        lambda s: s.execute(delete(AuditEntry).where(AuditEntry.id == entry(4))),
        Broken(4, 4, Fault.REMOVED),
    ),
    "unbound": (
        lambda s: s.execute(delete(AuditLink).where(AuditLink.number == 6)),
        Broken(6, 6, Fault.REMOVED),
    ),
    "reordered": (swap, Broken(5, 5, Fault.EDITED)),
    "renumbered": (
        lambda s: [
            s.execute(delete(AuditLink).where(AuditLink.number == 2)),
            *(
                s.execute(
                    update(AuditLink)
                    .where(AuditLink.number == number)
                    .values(number=number - 1)
                )
                for number in range(3, LINES + 1)
            ),
        ],
        Broken(2, 2, Fault.EDITED),
    ),
}


@pytest.mark.parametrize(("tamper", "expected"), TAMPERED.values(), ids=TAMPERED)
def test_whoever_touches_the_book_is_found_out(
    tamper: Callable[[Session], object],
    expected: Broken,
    book: Runtime,
    command: Run,
    tmp_path: Path,
) -> None:
    with book.transaction() as session:
        tamper(session)
    assert checked(book).broken == expected
    refused = command("audit", "verify")
    assert refused.exit_code == 1
    assert f"klopt niet vanaf regel {expected.number}:" in refused.stderr
    told = outside(command, tmp_path)
    assert f"line {expected.number} is not the one that was bound" in told.stderr
    assert told.returncode == 1


@ONE_DATABASE
@pytest.mark.parametrize(
    ("name", "what", "noise"),
    [
        ("audit_entry", "details", "{"),
        ("audit_entry", "at", "gisteren"),
        ("audit_entry", "by", b"\xff"),
        ("audit_link", "bound_at", "ooit"),
        ("audit_link", "digest", "x"),
        ("audit_link", "seal", "x"),
    ],
)
def test_noise_that_no_line_can_hold_is_found_out_too(
    name: str, what: str, noise: object, book: Runtime
) -> None:
    key = "id" if name == "audit_entry" else "number"
    raw = table(name, column(key), column(what))  # no type of ours stands between
    with book.transaction() as session:
        session.execute(update(raw).where(raw.c[key] == 7).values({what: noise}))
    found = checked(book).broken
    assert found is not None
    assert (found.number, found.until) == (7, 7)


def test_who_rebuilds_the_chain_without_the_key_is_found_out(
    book: Runtime, command: Run, tmp_path: Path
) -> None:
    theirs = Seals({"notary": b"x" * 32})
    with book.transaction() as session:
        rebuild(session, theirs, book)
    assert checked(book).broken == Broken(1, 1, Fault.FORGED)
    assert "de notaris" in command("audit", "verify").stderr
    told = outside(command, tmp_path)
    assert "line 1 was bound by somebody without the key" in told.stderr


def test_who_rebuilds_it_with_the_key_is_found_out_by_the_letter(
    book: Runtime, command: Run, tmp_path: Path, clock: FakeClock
) -> None:
    letter = head(book)
    clock.forward(minutes=1)
    with book.transaction() as session:
        rebuild(session, book.seals, book)
    assert command("audit", "verify").exit_code == 0
    refused = command("audit", "verify", "--head", letter)
    assert refused.exit_code == 1
    assert "ergens van regel 1 tot en met regel 12: het auditlog is herschreven" in (
        refused.stderr
    )
    assert outside(command, tmp_path).returncode == 0
    told = outside(command, tmp_path, str(letter))
    assert "line 12, or one before it, is not that of the letter" in told.stderr


def test_an_end_that_was_cut_off_is_missed_also_once_others_grew_in_its_place(
    book: Runtime, command: Run, tmp_path: Path
) -> None:
    letter = head(book)
    assert command("audit", "verify").exit_code == 0  # this head is kept
    with book.transaction() as session:
        late = select(AuditLink.entry_id).where(AuditLink.number > 8)
        session.execute(delete(AuditEntry).where(AuditEntry.id.in_(late)))
        session.execute(delete(AuditLink).where(AuditLink.number > 8))
    cut = checked(book).broken
    assert cut == Broken(9, 12, Fault.TRUNCATED)
    told = outside(command, tmp_path, str(letter))
    assert "the book ends before line 12 of the letter" in told.stderr
    write(book, 9)
    bind(book)
    assert checked(book).broken == Broken(1, 12, Fault.REWRITTEN)
    with book.transaction() as session:  # and who knows where we keep heads
        session.execute(delete(AuditCheck))
    assert checked(book).broken is None
    assert checked(book, letter).broken == Broken(1, 12, Fault.REWRITTEN)


def test_the_script_needs_nothing_of_ours_and_finds_no_fault_with_a_true_copy(
    book: Runtime, command: Run, tmp_path: Path
) -> None:
    letter = head(book)
    write(book, 4)
    bind(book)
    told = outside(command, tmp_path, str(letter))
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == f"16 lines were read; the head is {head(book)}\n"
    assert len(SCRIPT.read_text("utf-8").splitlines()) <= 40


def test_a_copy_stands_in_the_book_and_overwrites_nothing(
    book: Runtime, command: Run, tmp_path: Path
) -> None:
    copy = tmp_path / "audit.tsv"
    done = command("audit", "export", "--out", copy, "--by", "lea.claes")
    assert done.stderr == "12 regels uitgeschreven.\n"
    assert copy.stat().st_mode & 0o077 == 0
    with book.reading() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()[-1]
    assert (last.action, last.by, last.details, last.source) == (
        "audit.export",
        "lea.claes",
        {"lines": 12},
        "command",
    )
    again = command("audit", "export", "--out", copy)
    assert again.exit_code == 1
    assert "audit.tsv" in again.stderr
    assert len(copy.read_text("ascii").splitlines()) == 12
    assert command("audit", "export").stdout == copy.read_text("ascii")


def outside(
    command: Run, folder: Path, *heads: str
) -> subprocess.CompletedProcess[str]:
    """What the script says of a copy, where nothing of the house is at hand."""
    copy, keys = folder / "copy.tsv", folder / "audit-keys"
    copy.unlink(missing_ok=True)
    assert command("audit", "export", "--out", copy).exit_code == 0
    keys.write_text("older:" + "C" * 43 + ",notary:" + "B" * 43 + "\n")
    return subprocess.run(
        [sys.executable, "-I", "-S", SCRIPT, copy, keys, *heads],
        capture_output=True,
        text=True,
        check=False,
    )
