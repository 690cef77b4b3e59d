"""The tables: up, down, up again with data, on each database; equal to the models."""

from collections.abc import Callable, Iterator

import pytest
from alembic import command as alembic
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from app.commands import alembic_config
from app.connections.service import EanLists, Keeper
from app.filedrop import growing, uploads
from app.filedrop.rules import Kind
from app.filedrop.service_agenda import Agenda
from app.filedrop.service_draft import Drafts
from app.kernel.ean import Ean
from tests.cast import NOORD, ZUID, Cast, correction
from tests.receipts import receipts
from tests.visitor import Visitor


@pytest.fixture
def config(database_url: str) -> Config:
    return alembic_config(database_url)


@pytest.fixture
def lived_in(cast: Cast, visitor: Callable[[], Visitor]) -> Iterator[Cast]:
    """A house in which every room has rows."""
    cast.everybody()
    cast.publish({correction(NOORD): b"van Noord", correction(ZUID): b"van Zuid"})
    with cast.runtime.transaction() as session:
        draft = Drafts.of(session, cast.runtime).make(Kind.CORRECTION, by="sam.claes")
    uploads.keep(cast.runtime, draft, "x.csv", iter([b"x"]), by="sam.claes")
    half = growing.begin(cast.runtime, draft, "y.csv", 2, "", by="sam.claes")
    body = growing.Bytes(0, 1, [b"y"])
    growing.append(cast.runtime, half, body, by="sam.claes")
    initial = cast.initial_password("an@noord.example")
    visitor().first_sign_in(cast, "an.peeters", initial)
    with cast.runtime.transaction() as session:
        ean = Ean("541449999000000017")
        EanLists.of(session, cast.runtime).add(Keeper(1, "sam.claes"), ean)
        Agenda.of(session, cast.runtime).renew(1)
    cast.clock.forward(days=28)
    cast.tick("filedrop.remind")
    cast.tick("desk.day")
    cast.runtime.database.close()
    yield cast
    cast.runtime.database.close()


def revisions(config: Config) -> list[str]:
    """From the newest to the oldest."""
    script = ScriptDirectory.from_config(config)
    return [step.revision for step in script.walk_revisions()]


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    found = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    return found


def test_the_steps_are_numbered_and_follow_one_another(config: Config) -> None:
    found = revisions(config)
    assert found == [f"{number:04}" for number in range(len(found), 0, -1)]


def test_the_tables_are_those_of_the_models(config: Config) -> None:
    alembic.check(config)


def test_each_step_can_be_undone_and_done_again_with_data_there(
    lived_in: Cast, config: Config
) -> None:
    for _revision in revisions(config):
        alembic.downgrade(config, "-1")
        alembic.upgrade(config, "+1")
        alembic.downgrade(config, "-1")
    alembic.upgrade(config, "head")
    alembic.check(config)


def test_what_was_downloaded_before_there_were_receipts_gets_one(
    lived_in: Cast, config: Config, visitor: Callable[[], Visitor]
) -> None:
    her, name = visitor(), correction(NOORD)
    lived_in.settled()
    her.sign_in(lived_in, "an.peeters")
    her.open(f"/bestanden/{lived_in.file(name).public_id}/download")
    (before,) = receipts(her)
    lived_in.runtime.database.close()
    alembic.downgrade(config, "0008")
    alembic.upgrade(config, "head")
    assert receipts(her) == [before]


def test_all_the_way_down_nothing_remains(
    lived_in: Cast, config: Config, database_url: str
) -> None:
    assert tables(database_url)
    alembic.downgrade(config, "base")
    assert tables(database_url) == set()
    alembic.upgrade(config, "head")
    lived_in.everybody()
