"""Many at once: each one-time thing is spent exactly once, on both databases."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Account, PendingSignIn, ResetLink, Throttle, WebSession
from app.accounts.rules import Bucket, Refused, Step
from app.accounts.service import Accounts
from app.accounts.service_admission import Admission, Origin
from app.accounts.service_codes import Codes
from app.accounts.service_reset import Resets
from app.accounts.service_sign_in import In, SignIn
from app.accounts.service_throttle import Counter, Keys
from app.passwords import Hashed
from app.runtime import Runtime
from tests.cast import AN, AN_MOBILE, PASSWORD, Cast
from tests.racing import at_once
from tests.visitor import SITE, Visitor

Arrive = Callable[[], Visitor]
CODE = "123456"


def test_one_right_code_posted_by_twenty_at_once_makes_one_session(
    cast: Cast, app: Flask, runtime: Runtime, visitor: Arrive
) -> None:
    cast.register(AN)
    cast.settled()
    her = visitor()
    her.type_password("an.peeters", PASSWORD)
    her.open("/aanmelden/code")
    fields = {"csrf_token": her.token(), "code": cast.code(AN_MOBILE)}
    cookie = her.cookie

    def post(_number: int) -> tuple[int, str]:
        browser = Visitor(app.test_client())
        browser.show(cookie)
        answer = browser.client.post("/aanmelden/code", base_url=SITE, data=fields)
        return answer.status_code, answer.headers.get("Location", "")

    answers = at_once(20, post)
    assert answers.count((303, "/")) == 1
    # who clicked twice lands on the page that leads whoever is in to their files
    assert set(answers) <= {(303, "/"), (303, "/aanmelden")}
    with runtime.reading() as session:
        assert len(session.scalars(select(WebSession)).all()) == 1


def ready(cast: Cast, runtime: Runtime, times: int) -> list[str]:
    """So many sign-ins with the initial password, each with its own right code."""
    cast.register(AN)
    cast.invited()
    waiting = []
    with runtime.transaction() as session:
        sign_in = SignIn.of(session, runtime)
        codes = Codes(session, runtime.keyring, runtime.clock())
        account = session.scalars(select(Account)).one()
        for number in range(times):
            token = sign_in.begin(account.id, Step.CHOOSE)
            fresh = sign_in.hold(token, Hashed(f"hash {number}", "test"))
            assert fresh
            latest = select(PendingSignIn).order_by(PendingSignIn.id.desc()).limit(1)
            pending = session.scalars(latest).one()
            session.add(codes._row(pending, account, CODE))
            session.flush()
            waiting.append(fresh)
    return waiting


def test_one_initial_password_spent_by_fifty_at_once_sets_one_own_password(
    cast: Cast, runtime: Runtime
) -> None:
    waiting = ready(cast, runtime, 50)

    def finish(number: int) -> bool:
        with runtime.transaction() as session:
            came = SignIn.of(session, runtime).code(waiting[number], CODE)
            return isinstance(came, In)

    came = at_once(50, finish)
    assert came.count(True) == 1
    with runtime.reading() as session:
        account = session.scalars(select(Account)).one()
        assert account.password_hash == f"hash {came.index(True)}"
        assert account.initial_mac is None
    assert len(cast.mails("an@noord.example")) == 1


def test_of_many_wrong_codes_at_once_five_are_looked_at(
    cast: Cast, runtime: Runtime
) -> None:
    (token,) = ready(cast, runtime, 1)

    def guess(number: int) -> int:
        with runtime.transaction() as session:
            came = SignIn.of(session, runtime).code(token, f"{number:06}")
        assert isinstance(came, Refused)
        return came.left

    assert sorted(at_once(20, guess)) == [0] * 16 + [1, 2, 3, 4]


def test_of_many_resends_at_once_one_goes_out(cast: Cast, runtime: Runtime) -> None:
    (token,) = ready(cast, runtime, 1)
    cast.clock.forward(minutes=2)

    def resend(_number: int) -> bool:
        with runtime.transaction() as session:
            return not isinstance(SignIn.of(session, runtime).send_code(token), Refused)

    assert at_once(10, resend).count(True) == 1


def test_one_link_used_by_ten_at_once_opens_one_way(
    cast: Cast, runtime: Runtime
) -> None:
    cast.register(AN)
    with runtime.transaction() as session:
        accounts = Accounts.of(session, runtime)
        an = accounts.find("an.peeters")
        assert an
        link = accounts.ways.link(an.id, lifetime=accounts.initial_lifetime)

    def use(_number: int) -> str | None:
        with runtime.transaction() as session:
            return Resets.of(session, runtime).use(link, Hashed("hash", "test"))

    assert sum(token is not None for token in at_once(10, use)) == 1
    with runtime.reading() as session:
        assert session.scalars(select(func.count(ResetLink.spent_at))).one() == 1


def test_one_request_settled_by_ten_workers_is_mailed_once(
    cast: Cast, runtime: Runtime
) -> None:
    cast.register(AN)
    for _ in range(3):
        with runtime.transaction() as session:
            Resets.of(session, runtime).ask("an.peeters", "192.0.2.1")

    def settle(_number: int) -> int:
        done = 0
        while True:
            with runtime.transaction() as session:
                if not Resets.of(session, runtime).settle_one():
                    return done
            done += 1

    assert sum(at_once(4, settle)) >= 3
    assert len(cast.mails("an@noord.example")) == 3


def test_tries_and_right_passwords_of_one_person_at_once_never_stand_in_a_circle(
    cast: Cast, runtime: Runtime
) -> None:
    cast.register(AN)
    cast.settled()

    def sign_in(number: int) -> None:
        origin = Origin("192.0.2.1")
        for _ in range(8):
            with runtime.transaction() as session:
                admitted = Admission.of(session, runtime).admit("an.peeters", origin)
            if isinstance(admitted, Refused):
                continue
            with runtime.transaction() as session:
                SignIn.of(session, runtime).password(
                    admitted, right=number % 2 == 0, next_path="/"
                )

    at_once(8, sign_in)


def test_of_many_tries_at_once_none_slips_by_the_count(runtime: Runtime) -> None:
    keys = Keys("login", "neighbour")

    def count(_number: int) -> bool:
        with runtime.transaction() as session:
            counter = Counter(session, runtime.clock())
            return counter.count(keys.rules()) is None

    assert at_once(20, count).count(True) == 5
    with runtime.reading() as session:
        counts = dict(session.execute(select(Throttle.key, Throttle.failures)).all())
    assert counts == {"login": 5, "neighbour": 5}


def test_a_bucket_that_is_forgotten_meanwhile_is_simply_made_anew(
    runtime: Runtime,
) -> None:
    def always(bucket: Bucket, **_: object) -> Bucket:
        return bucket

    def count_or_forget(number: int) -> None:
        for _ in range(20):
            with runtime.transaction() as session:
                counter = Counter(session, runtime.clock())
                if number % 2:
                    counter.count({"login": always})
                else:
                    session.query(Throttle).delete()

    at_once(6, count_or_forget)


def test_no_session_outlives_leaving_everywhere_however_they_meet(
    cast: Cast, runtime: Runtime, visitor: Arrive
) -> None:
    cast.register(AN)
    cast.settled()
    her = visitor()

    def come_or_leave(number: int) -> None:
        if number == 0:
            her.client.post("/aanmelden/code", base_url=SITE, data=fields)
            return
        with runtime.transaction() as session:
            accounts = Accounts.of(session, runtime)
            an = accounts.find("an.peeters")
            assert an
            accounts.ways.end_sessions(an.id)

    for _ in range(8):
        her.type_password("an.peeters", PASSWORD)
        her.open("/aanmelden/code")
        fields = {"csrf_token": her.token(), "code": cast.code(AN_MOBILE)}
        at_once(2, come_or_leave)
        cast.clock.forward(minutes=13)
    with runtime.reading() as session:
        alive = select(WebSession).where(WebSession.ended_at.is_(None))
        assert not session.scalars(alive).all()
