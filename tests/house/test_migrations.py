"""The tables: up, down, up again with data, on each database; equal to the models."""

from collections.abc import Callable, Iterator

import pytest
from alembic import command as alembic
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, inspect, select
from sqlalchemy.orm import Session

from app.accounts.service_external import Externals
from app.accounts.service_register import Registrations, Wanted
from app.commands import alembic_config
from app.connections.service import EanLists, Keeper
from app.contracts.keys import read_key
from app.contracts.rules import Channel
from app.contracts.service import Actor
from app.contracts.service_clients import ApiClients
from app.contracts.service_holders import Holders
from app.contracts.service_public import PublicProviders
from app.filedrop import growing, uploads
from app.filedrop.rules import Kind
from app.filedrop.service_agenda import Agenda
from app.filedrop.service_draft import Drafts
from app.kernel.ean import Ean
from app.kernel.tokens import is_short_code
from app.organisations.rules import Rank
from app.organisations.service_access import Access
from app.passwords import Hashed
from app.runtime import Runtime
from identity import Attempt, Identity
from tests.app.contracts.machines import AUDIENCE, EC, Machine, pem
from tests.cast import NOORD, ZUID, Cast, correction
from tests.citizens import ZON
from tests.providers import BY_CARD, Provider
from tests.receipts import receipts
from tests.visitor import Visitor

# what has rows for a moment only, or never on a good day: each is tried elsewhere
SELDOM = {
    *("beat", "dead_day", "ending_day", "file_state", "receipt"),
    *("reset_link", "reset_request", "scan_alarm", "selection"),
}


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
    provider(cast, visitor())
    cast.clock.forward(days=28)
    cast.tick("filedrop.remind")
    cast.tick("desk.day")
    cast.runtime.database.close()
    yield cast
    cast.runtime.database.close()


def provider(cast: Cast, person: Visitor) -> None:
    """Wiebe came by an issuer, asks for a password, lets Bea in, and has machines."""
    wiebe = Provider.wiebe(cast)
    wiebe.becomes_one(Channel.API, BY_CARD)
    wiebe.comes_in(person)
    actor, runtime = wiebe.actor, cast.runtime
    wanted = Wanted("wiebe@zon.example", "+32470112233", Hashed("hash", "test"))
    with runtime.transaction() as session:
        ApiClients.of(session, runtime).make(actor, "Server")
        machine_signs(session, runtime, actor)
        Access.of(session, runtime).grant(
            actor.card, "bea@zon.example", Rank.VIEWER, by=actor.account_id
        )
        Registrations.of(session, runtime).ask(actor.account_id, wanted)
        known_by_an_issuer(session, runtime)


def machine_signs(session: Session, runtime: Runtime, actor: Actor) -> None:
    """What a machine with a key of its own says to come in."""
    key = read_key(pem(EC))
    made = ApiClients.of(session, runtime).make(actor, "Rekenmodel", key)
    said = Machine(made.id).says(runtime.clock())
    Holders.of(session, runtime).by_assertion(made.id, said, audience=AUDIENCE)


def known_by_an_issuer(session: Session, runtime: Runtime) -> None:
    externals = Externals.of(session, runtime)
    attempt = Attempt("state", "nonce", "verifier", "https://bestanden.example/")
    externals.remember("eid", attempt, browser="browser", next_path="/")
    came = Identity(
        "bea", "Bea", "Maes", runtime.clock(), national_number="85073003328"
    )
    externals.came("eid", came, "192.0.2.0")


def revisions(config: Config) -> list[str]:
    """From the newest to the oldest."""
    script = ScriptDirectory.from_config(config)
    return [step.revision for step in script.walk_revisions()]


def empty_tables(url: str) -> set[str]:
    """Those without a row, so that no step tries what it does to one."""
    engine = create_engine(url)
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        empty = {
            table.name
            for table in found.sorted_tables
            if connection.execute(select(table).limit(1)).first() is None
        }
    engine.dispose()
    return empty


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


def test_a_house_that_was_lived_in_has_rows_in_each_table(
    lived_in: Cast, database_url: str
) -> None:
    assert empty_tables(database_url) == SELDOM


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


def test_who_was_a_provider_before_short_addresses_gets_one(
    lived_in: Cast, config: Config
) -> None:
    alembic.downgrade(config, "0029")
    alembic.upgrade(config, "head")
    with lived_in.runtime.reading() as session:
        providers = PublicProviders.of(session, lived_in.runtime)
        assert is_short_code(providers.by_kbo(ZON.kbo).code.lower())


def test_all_the_way_down_nothing_remains(
    lived_in: Cast, config: Config, database_url: str
) -> None:
    assert tables(database_url)
    alembic.downgrade(config, "base")
    assert tables(database_url) == set()
    alembic.upgrade(config, "head")
    lived_in.everybody()
