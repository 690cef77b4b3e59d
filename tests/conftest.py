"""The scene of every test: a clock, a database of each kind, a runtime, an app."""

import gc
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from alembic import command as alembic
from click.testing import Result
from flask import Flask
from sqlalchemy import create_engine, text

from app import create_app
from app.commands import alembic_config
from app.kernel import words
from app.runtime import Runtime
from app.settings import Settings
from app.wiring import TEMPLATES, build, house
from notifier.letters import Letters
from storage.bucket import Bucket
from tests import known
from tests.cast import Cast
from tests.clock import FakeClock
from tests.fakes_senders import SentEmail, SentSms
from tests.light import lightened
from tests.needs import lacking
from tests.servers import postgres, rgw
from tests.visitor import Visitor

known.keep()
_numbers = count()
_left = deque[str]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if package := lacking(item.nodeid):
            reason = f"{package} is not installed"
            item.add_marker(pytest.mark.skip(reason=reason))
    # what takes longest goes first, so that nobody waits for it alone at the end
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: no rubbish to look for in there."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A server with a migrated database to be copied: energiepost."""
    if postgres.installed() is None:
        pytest.skip("postgresql is not installed")
    with postgres.server() as server:
        alembic.upgrade(alembic_config(server.create("energiepost")), "head")
        yield server


@pytest.fixture(scope="session")
def s3_server() -> Iterator[rgw.Rgw]:
    """A gateway with a plain bucket, one with versions, and one for keys."""
    if not rgw.installed():
        pytest.skip("radosgw is not installed")
    with rgw.cluster() as server:
        client = server.bucket(rgw.PLAIN).quick
        for name in (rgw.PLAIN, rgw.VERSIONED, rgw.KEYS):
            client.create_bucket(Bucket=name)
        client.put_bucket_versioning(
            Bucket=rgw.VERSIONED, VersioningConfiguration={"Status": "Enabled"}
        )
        yield server


@pytest.fixture(scope="session")
def plain_bucket(s3_server: rgw.Rgw) -> Bucket:
    return s3_server.bucket(rgw.PLAIN)


@pytest.fixture
def bucket(plain_bucket: Bucket) -> Bucket:
    """A corner of the bucket that nobody else uses."""
    return replace(plain_bucket, prefix=f"{uuid4()}/")


@pytest.fixture
def versioned(bucket: Bucket) -> Bucket:
    """The same in a bucket that forgets nothing by itself."""
    return replace(bucket, name=rgw.VERSIONED)


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    alembic.upgrade(alembic_config(f"sqlite:///{file}"), "head")
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    return file


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database of each kind."""
    if request.param == "sqlite":
        file = tmp_path / "energiepost.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_file"), file)
        yield f"sqlite:///{file}"
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    name = f"t{next(_numbers)}"
    yield server.create(name, template="energiepost")
    # the last test's goes: who leaves this one may not be out yet, and a server
    # that is asked too soon looks again only after a tenth of a second
    _left.append(name)
    if len(_left) > 1:
        server.drop(_left.popleft())


@pytest.fixture
def clock() -> FakeClock:
    """Monday 26 October 2026, 10.00 in Brussels: the day after the clocks changed."""
    return FakeClock(datetime(2026, 10, 26, 9, tzinfo=UTC))


@pytest.fixture
def environ(database_url: str, tmp_path: Path) -> dict[str, str]:
    """Settings of a small installation, as an operator would write them."""
    return {
        "DATABASE_URL": database_url,
        "BLOBS": f"local:{tmp_path / 'blobs'}",
        "KEYS": f"local:{tmp_path / 'keys'}",
        "MASTER_KEYS": "test:" + "A" * 43,
        "AUDIT_KEYS": "notary:" + "B" * 43,
        "SECRET_KEY": "a secret of nobody, and long enough",
        "EMAIL": f"file:{tmp_path / 'mail'}",
        "SMS": f"file:{tmp_path / 'sms'}",
        "BASE_URL": "https://bestanden.example",
    }


@pytest.fixture
def email() -> SentEmail:
    return SentEmail()


@pytest.fixture
def sms() -> SentSms:
    return SentSms()


@pytest.fixture
def runtime(
    environ: dict[str, str], clock: FakeClock, email: SentEmail, sms: SentSms
) -> Iterator[Runtime]:
    """The real house, with a clock and carriers of ours."""
    built = lightened(build(Settings.from_env(environ), clock), clock)
    letters = _letters(built.settings.timezone, *house(built.settings).items())
    yield replace(built, email=email, sms=sms, letters=letters)
    built.database.close()


@cache
def _letters(timezone: ZoneInfo, *house: tuple[str, str]) -> Letters:
    """The same for all tests of one house, so that its templates compile once."""
    return Letters(TEMPLATES, words.filters(timezone), dict(house))


@pytest.fixture
def cast(
    runtime: Runtime, clock: FakeClock, tmp_path: Path, email: SentEmail, sms: SentSms
) -> Cast:
    return Cast(runtime, clock, tmp_path, email, sms)


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    return create_app(runtime)


@pytest.fixture
def command(app: Flask) -> Callable[..., Result]:
    """Type `flask …` on the command line; errors are told, not raised."""

    def type_(*words: object) -> Result:
        return app.test_cli_runner().invoke(args=[str(word) for word in words])

    return type_


@pytest.fixture
def visitor(app: Flask) -> Callable[[], Visitor]:
    """A new person at a new browser, each time it is called."""

    def arrive() -> Visitor:
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
        return Visitor(client)

    return arrive
