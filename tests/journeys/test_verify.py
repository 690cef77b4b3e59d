"""Reading all that lives: what was damaged is named, whoever is away is waited for."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from click.testing import Result

from app import create_app
from app.filedrop import upkeep
from app.filedrop.rules import Kind
from app.filedrop.service_draft import Drafts
from app.filedrop.uploads import keep
from app.runtime import Runtime
from storage import KeysAway
from storage.meter import Pace
from storage.mortal import MortalKeys
from tests.cast import NOORD, ZUID, Cast, correction
from tests.databases import ONE_DATABASE

Command = Callable[..., Result]
NAME, OTHER = correction(NOORD), correction(ZUID)


@dataclass(frozen=True)
class Busy(MortalKeys):
    """Keys of somebody who is busy for a while."""

    refusals: list[int | None] = field(default_factory=list)  # from the last one on

    def unseal(self, day: date, sealed: bytes, reason: str) -> bytes:
        if self.refusals and (after := self.refusals.pop()) is not None:
            raise KeysAway("busy", after=after)
        return super().unseal(day, sealed, reason)


@pytest.fixture
def house(cast: Cast) -> Cast:
    """A file for Noord and one for Zuid, since two hours."""
    cast.everybody()
    cast.publish({NAME: b"van Noord" * 9, OTHER: b"van Zuid" * 9})
    cast.clock.forward(hours=2)
    return cast


def about(cast: Cast, name: str) -> str:
    return f"file:{cast.file(name).public_id}"


@ONE_DATABASE
def test_every_damaged_file_is_named_and_nothing_is_changed(
    house: Cast, command: Command, runtime: Runtime
) -> None:
    with runtime.transaction() as session:
        draft = Drafts.of(session, runtime).make(Kind.CORRECTION, by="sam.claes")
    keep(runtime, draft, "concept.csv", iter([b"x" * 99]), by="sam.claes")
    house.clock.forward(hours=2)
    path = house.blob(OTHER)
    content = bytearray(path.read_bytes())
    content[9] ^= 1
    path.write_bytes(content)
    house.blob(NAME).unlink()
    done = command("storage", "verify", "--json")
    told = json.loads(done.stdout)
    damaged = {about(house, NAME), about(house, OTHER)}
    assert (done.exit_code, told["files"], set(told["damaged"])) == (1, 3, damaged)
    assert "Niet te lezen: file:" in done.stderr
    assert house.file(NAME).lost_at is None


@ONE_DATABASE
def test_a_file_that_ends_while_it_is_read_is_not_damaged(
    house: Cast, runtime: Runtime
) -> None:
    def pass_by(_: float) -> None:
        house.clock.forward(days=31)
        house.tick("filedrop.purge")

    slow = Pace(1, lambda: 0.0, pass_by)
    assert upkeep.verify(runtime, slow).damaged == []


@ONE_DATABASE
@pytest.mark.parametrize("refusals", [2, 99])
def test_reading_waits_for_whoever_holds_the_keys_but_not_for_ever(
    house: Cast, runtime: Runtime, refusals: int
) -> None:
    rests, told = list[float](), list[str]()
    zone = runtime.settings.timezone
    keys = Busy(runtime.keys, runtime.clock, zone, [7] * refusals)
    busy = replace(runtime, keys=keys)
    patience = replace(
        upkeep.ALONE, tell=lambda: told.append("wait"), sleep=rests.append
    )
    stays_away = pytest.raises(KeysAway) if refusals > 2 else nullcontext()
    with stays_away:
        assert upkeep.verify(busy, Pace(1e9), patience=patience).damaged == []
    assert rests == [7] * min(refusals, 85)  # ten minutes
    assert told == ["wait"]


@ONE_DATABASE
def test_who_waits_at_each_file_is_told_once(house: Cast, runtime: Runtime) -> None:
    told, zone = list[str](), runtime.settings.timezone
    keys = Busy(runtime.keys, runtime.clock, zone, [7, None, 7])
    patience = replace(
        upkeep.ALONE, tell=lambda: told.append("wait"), sleep=lambda _seconds: None
    )
    busy = replace(runtime, keys=keys)
    assert upkeep.verify(busy, Pace(1e9), patience=patience).damaged == []
    assert keys.refusals == []
    assert told == ["wait"]


@ONE_DATABASE
@pytest.mark.parametrize(
    ("after", "exit_code", "told"),
    [(0, 0, "dit wacht erop"), (1000, 1, "Draait de sleuteldienst?")],
)
def test_whoever_waits_for_the_keys_at_a_terminal_is_told_so(
    house: Cast, runtime: Runtime, after: int, exit_code: int, told: str
) -> None:
    keys = Busy(runtime.keys, runtime.clock, runtime.settings.timezone, [after])
    terminal = create_app(replace(runtime, keys=keys)).test_cli_runner()
    done = terminal.invoke(args=["storage", "verify"])
    assert done.exit_code == exit_code
    assert told in done.stderr
    assert ("Gelezen: 2 bestanden" in done.stdout) == (exit_code == 0)
