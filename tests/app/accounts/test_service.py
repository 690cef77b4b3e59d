"""The register of people: enrolled, changed, told of it; forgotten in time."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts import models as m
from app.accounts.service import Accounts, Contact
from app.accounts.service_sessions import device_name
from app.db.base import Base
from app.kernel.errors import Conflict, Invalid
from app.runtime import Runtime
from tests.cast import AN, AN_MOBILE, NOORD, PASSWORD, Cast, correction
from tests.visitor import Visitor

HER = Contact("An Peeters", "an@noord.example", AN_MOBILE)


def enrol(runtime: Runtime, contact: Contact = HER, login: str = "an.peeters") -> str:
    with runtime.transaction() as session:
        return Accounts.of(session, runtime).enrol(login, contact, by="sam.claes")[1]


def told(cast: Cast, address: str) -> list[str]:
    """What the letters to that address are about."""
    return [mail.subject.split(" voor ")[0] for mail in cast.mails(address)]


def test_a_manager_is_new_once_and_then_the_same(runtime: Runtime) -> None:
    assert [enrol(runtime), enrol(runtime)] == ["new", "same"]


def test_a_changed_address_is_told_at_the_old_and_the_new_one(
    cast: Cast, runtime: Runtime
) -> None:
    enrol(runtime)
    moved = Contact(HER.name, "an@zuid.example", HER.mobile)
    assert enrol(runtime, moved) == "changed"
    assert told(cast, "an@noord.example") == ["Uw e-mailadres"]
    assert told(cast, "an@zuid.example") == ["Uw e-mailadres"]


def test_an_invitation_to_a_wrong_address_dies_and_comes_anew_at_the_right_one(
    cast: Cast, runtime: Runtime, visitor: Callable[[], Visitor]
) -> None:
    cast.everybody()
    cast.publish({correction(NOORD): b"een"})
    former = cast.initial_password("an@noord.example")
    enrol(runtime, Contact(HER.name, "an@zuid.example", HER.mobile))
    assert visitor().type_password("an.peeters", former) == 401

    cast.publish({correction(NOORD, version=2): b"twee"})
    assert "Initieel wachtwoord" not in cast.mails("an@noord.example")[-1].text
    letters = [m for m in cast.mails("an@zuid.example") if "Login:" in m.text]
    assert len(letters) == 1


def test_a_waiting_invitation_never_reaches_a_former_address(
    cast: Cast, runtime: Runtime
) -> None:
    cast.everybody()
    cast.publish({correction(NOORD): b"een"})
    enrol(runtime, Contact(HER.name, "an@zuid.example", HER.mobile))
    assert told(cast, "an@noord.example") == ["Uw e-mailadres"]


def test_a_changed_number_is_told_once_and_a_changed_name_to_nobody(
    cast: Cast, runtime: Runtime
) -> None:
    enrol(runtime)
    enrol(runtime, Contact(HER.name, HER.email, "+32470112228"))
    assert told(cast, "an@noord.example") == ["Uw gsm-nummer"]
    assert enrol(runtime, Contact("An P.", HER.email, "+32470112228")) == "changed"
    assert len(cast.mails("an@noord.example")) == 1


def test_nobody_is_staff_and_manager_at_once(cast: Cast, runtime: Runtime) -> None:
    cast.staff("sam.claes")
    with pytest.raises(Conflict, match="is van een medewerker"):
        enrol(runtime, login="sam.claes")


def test_there_are_four_roles_and_no_other(runtime: Runtime) -> None:
    with runtime.transaction() as session, pytest.raises(Invalid, match="De rol baas"):
        Accounts.of(session, runtime).add_staff(
            "sam.claes", HER, department="Energiedelen", role="baas"
        )


def test_an_initial_password_is_given_out_once(runtime: Runtime) -> None:
    enrol(runtime)
    with runtime.transaction() as session:
        accounts = Accounts.of(session, runtime)
        an = accounts.find("an.peeters")
        assert an
        assert accounts.first_password(an.id)
        assert accounts.first_password(an.id) is None


def test_in_the_database_no_secret_can_be_read(
    cast: Cast, runtime: Runtime, visitor: Callable[[], Visitor]
) -> None:
    cast.register(AN)
    initial = cast.invited()
    her = visitor()
    her.type_password("an.peeters", initial)
    her.follow()
    her.submit("/aanmelden/wachtwoord", {"nieuw_wachtwoord": PASSWORD})
    code = cast.code(AN_MOBILE)
    kept = ""
    with runtime.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name != "account":
                kept += str(session.execute(select(table)).all())
        kept += str(session.execute(select(m.Account.initial_mac)).all())
    kept = kept.replace(" ", "")
    for secret in (initial, initial.replace("-", ""), PASSWORD, AN_MOBILE):
        assert secret not in kept
    assert f"'{code}'" not in kept


def test_what_is_over_is_forgotten_and_what_lives_is_kept(
    cast: Cast, runtime: Runtime, visitor: Callable[[], Visitor]
) -> None:
    cast.register(AN)
    cast.settled()
    tables = (
        m.SmsCode,
        m.PendingSignIn,
        m.Throttle,
        m.WebSession,
        m.KnownDevice,
        m.ResetRequest,
        m.ResetLink,
    )

    def left() -> list[int]:
        cast.tick("accounts.forget")
        with runtime.reading() as session:
            counts = [select(func.count()).select_from(table) for table in tables]
            return [session.scalars(count).one() for count in counts]

    her = visitor()
    her.sign_in(cast, "an.peeters")
    her.open("/wachtwoord-vergeten")
    her.submit("/wachtwoord-vergeten", {"login": "an.peeters"})
    cast.tick("accounts.resets")
    assert left() == [1, 1, 3, 1, 1, 1, 1]
    cast.clock.forward(days=1, minutes=1)
    assert left() == [1, 1, 0, 1, 1, 0, 1]
    cast.clock.forward(days=1)
    assert left() == [0, 0, 0, 1, 1, 0, 1]
    cast.clock.now += timedelta(days=6)
    assert left() == [0, 0, 0, 0, 1, 0, 0]
    cast.clock.now += timedelta(days=400)
    assert left() == [0] * 7


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140",
            "Edge – Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; like Mac OS X) Version/18 Safari/604",
            "Safari – iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Safari/537", "Chrome – Android"),
        ("Mozilla/5.0 (X11; Linux) Firefox/140.0", "Firefox – Linux"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_so_that_people_know_it(agent: str, name: str) -> None:
    assert device_name(agent) == name
