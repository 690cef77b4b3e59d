"""What the demo promises: who is there, what lies there, what waits in the mailbox."""

import json
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.accounts.service import Accounts
from app.communities.service import Communities
from app.contracts.service import Contracts
from app.demo import cast
from app.demo.citizens import WARMTEPLAN
from app.demo.load import load
from app.demo.settings import DemoFolder
from app.filedrop.service import FileDrop, GoneFiles
from app.filedrop.service_shelf import FileView
from app.runtime import Runtime
from app.wiring import build
from notifier import ledger
from notifier.folder import Posted, posted
from notifier.outbox import State
from tests.clock import FakeClock

NOW = datetime(2026, 11, 21, 11, tzinfo=UTC)


@pytest.fixture(scope="module")
def cut_off(tmp_path_factory: pytest.TempPathFactory) -> DemoFolder:
    """What a load leaves that was killed halfway."""
    left = DemoFolder(tmp_path_factory.mktemp("demo") / "demo", 8000)
    left.make()
    left.path.joinpath("energiepost.sqlite").write_bytes(b"half of a database")
    left.mail.mkdir()
    left.mail.joinpath("2026-half.json").write_text("{}")
    return left


@pytest.fixture(scope="module")
def secret(cut_off: DemoFolder) -> str:
    """What browsers that were signed in rely on."""
    return secret_key(cut_off)


@pytest.fixture(scope="module")
def folder(cut_off: DemoFolder, secret: str) -> DemoFolder:
    """The demo, loaded anew over the half of one."""
    assert load(cut_off, FakeClock(NOW))
    return cut_off


@pytest.fixture(scope="module")
def house(folder: DemoFolder) -> Iterator[Runtime]:
    """The real house on what was loaded, at the moment of loading."""
    runtime = build(folder.settings(), FakeClock(NOW))
    yield runtime
    runtime.database.close()


@pytest.fixture
def db(house: Runtime) -> Iterator[Session]:
    with house.reading() as session:
        yield session


@pytest.fixture
def inboxes(house: Runtime, db: Session) -> dict[str, list[FileView]]:
    filedrop = FileDrop.of(db, house)
    return {who.login: filedrop.inbox(id_of(db, house, who)) for who in cast.MANAGERS}


def id_of(db: Session, house: Runtime, who: cast.Manager) -> int:
    person = Accounts.of(db, house).find(who.login)
    assert person is not None
    return person.id


def secret_key(folder: DemoFolder) -> str:
    return (folder.path / "secret-key").read_text("utf-8")


def mails(folder: DemoFolder) -> list[Posted]:
    return posted(folder.mail)


def first_letters(folder: DemoFolder) -> dict[str, Posted]:
    found = [mail for mail in mails(folder) if "Initieel wachtwoord:" in mail["body"]]
    assert len({mail["to"] for mail in found}) == len(found)
    return {mail["to"]: mail for mail in found}


def test_a_load_that_was_cut_off_begins_anew(folder: DemoFolder, secret: str) -> None:
    assert len(first_letters(folder)) == 5
    assert not (folder.mail / "2026-half.json").exists()
    assert secret_key(folder) == secret


def test_five_communities_share_five_managers(house: Runtime, db: Session) -> None:
    communities = Communities.of(db, house)
    numbers = [one.identifier for one, _ in (*cast.FIRST, *cast.LATER)]
    known = communities.by_number(numbers)
    assert len(known) == 5
    managers = communities.managers_of({one.id for one in known.values()})
    logins = {
        number: [person.login for person in managers[one.id]]
        for number, one in known.items()
    }
    assert sorted(logins["EG0000417"]) == ["an.peeters", "jan.claes"]
    assert logins["EG0000608"] == logins["EG0000731"] == ["bo.maes"]


def test_one_organisation_is_a_provider_already(house: Runtime, db: Session) -> None:
    provider = Contracts.of(db, house).provider(WARMTEPLAN.kbo)
    assert (provider.organisation.name, provider.has_api) == ("Warmteplan cv", True)


def test_colleagues_have_every_role(house: Runtime, db: Session) -> None:
    accounts = Accounts.of(db, house)
    found = [accounts.find(who.login) for who in cast.COLLEAGUES]
    roles = [person and person.role for person in found]
    assert roles == ["releaser", "uploader", "admin", "auditor"]


def test_the_files_are_of_three_months_and_three_kinds(
    inboxes: dict[str, list[FileView]],
) -> None:
    files = [view for views in inboxes.values() for view in views]
    months = {view.label.period for view in files if view.label.period}
    assert months == {"2026-07", "2026-08", "2026-09"}
    assert {view.ext for view in files} == {"csv", "xlsx", "pdf"}


def test_one_version_replaces_another(inboxes: dict[str, list[FileView]]) -> None:
    (new,) = (view for view in inboxes["an.peeters"] if view.replaces)
    (old,) = (view for view in inboxes["an.peeters"] if view.replaced_by)
    assert (new.name, new.reason) == (
        "CORR_2026-09_EG0000417_V02.csv",
        "metercorrectie",
    )
    assert old.name == "CORR_2026-09_EG0000417_V01.csv"
    assert new.sha256 != old.sha256


def test_all_were_placed_within_the_last_29_days(
    inboxes: dict[str, list[FileView]],
) -> None:
    days = [(NOW - v.posted_at).days for views in inboxes.values() for v in views]
    assert 0 < min(days) <= max(days) < 29


def test_one_file_ends_in_two_days(inboxes: dict[str, list[FileView]]) -> None:
    ending = [view for view in inboxes["an.peeters"] if view.days_left <= 7]
    assert [view.days_left for view in ending] == [2]
    assert ending[0].downloaded_at is None


def test_what_ended_yesterday_is_in_nobodys_list_and_its_link_says_so(
    folder: DemoFolder,
    house: Runtime,
    db: Session,
    inboxes: dict[str, list[FileView]],
) -> None:
    letter = first_letters(folder)[cast.AN.email]
    found = re.search(r"/bestanden/(\S{22})", letter["body"])
    assert found
    with pytest.raises(GoneFiles) as gone:
        FileDrop.of(db, house).show(found[1], id_of(db, house, cast.AN))
    assert gone.value.gone[0].expires_at == datetime(2026, 11, 19, 23, tzinfo=UTC)
    assert found[1] not in {view.id for views in inboxes.values() for view in views}


def test_its_bytes_and_its_key_are_gone_too(
    house: Runtime, inboxes: dict[str, list[FileView]]
) -> None:
    living = {view.id for views in inboxes.values() for view in views}
    assert len(list(house.blobs.keys())) == len(living)
    assert min(house.keys.days()) > datetime(2026, 11, 20, tzinfo=UTC).date()


def test_two_managers_signed_in_before_and_saw_some_of_it(
    folder: DemoFolder, inboxes: dict[str, list[FileView]]
) -> None:
    kept = folder.path / "people.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    people = json.loads(kept.read_text("utf-8"))
    logins = [person["login"] for person in people]
    assert logins == ["an.peeters", "bo.maes", *(who.login for who in cast.COLLEAGUES)]
    assert all(len(person["password"]) >= 15 for person in people)
    for person in people[:2]:
        views = inboxes[person["login"]]
        assert any(view.downloaded_at for view in views)
        assert any(view.opened_at and not view.downloaded_at for view in views)
        assert any(view.is_new for view in views)


def test_the_first_letters_of_the_others_wait_and_still_work(
    folder: DemoFolder,
) -> None:
    letters = first_letters(folder)
    assert set(letters) == {who.email for who in cast.MANAGERS}
    for who in (cast.JAN, cast.ELS, cast.FATIMA):
        letter = letters[who.email]
        assert f"Login:              {who.login}\n" in letter["body"]
        age = NOW - datetime.fromisoformat(letter["at"])
        assert timedelta(0) < age <= timedelta(days=6)


def test_nobody_is_reminded_before_the_first_letter(folder: DemoFolder) -> None:
    seen: dict[str, str] = {}
    for mail in mails(folder):
        seen.setdefault(mail["to"], mail["subject"])
    assert all("uw toegang" in seen[who.email] for who in cast.MANAGERS)


def test_every_message_came_in_its_time(folder: DemoFolder) -> None:
    times = [
        datetime.fromisoformat(one["at"]) for one in posted(folder.mail, folder.sms)
    ]
    assert times == sorted(times)
    assert times[0] > NOW - timedelta(days=33)
    assert times[-1] < NOW
    assert all(at.utcoffset() == timedelta(0) for at in times)


def test_nothing_waits_and_no_desk_is_left(
    folder: DemoFolder, house: Runtime, db: Session
) -> None:
    assert ledger.listing(db, set(State) - {State.SENT}) == []
    assert {path.name for path in folder.path.iterdir()} <= {
        *("blobs", "keys", "mail", "sms", "people.json", "demo-version", "env"),
        *("secret-key", "master-keys", "audit-keys"),
        *("cards.pem", "roots.pem"),
        *("oidc-eid", "oidc-itsme", "oidc-csam"),
        *(f"energiepost.sqlite{rest}" for rest in ("", "-wal", "-shm")),
    }


def test_loading_again_does_nothing(folder: DemoFolder) -> None:
    before = len(mails(folder)), folder.passwords()
    assert not load(folder, FakeClock(NOW + timedelta(days=1)))
    assert (len(mails(folder)), folder.passwords()) == before
