"""Somebody's visit in the past: signing in, looking at files, taking them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.accounts.rules import Refused, Step, Why
from app.accounts.service_admission import Admission, Origin, is_right
from app.accounts.service_codes import Code
from app.accounts.service_sessions import Sessions
from app.accounts.service_sign_in import In, Passed, SignIn
from app.demo.cast import Player
from app.demo.walk import Walk
from app.filedrop.service import FileDrop, Reader
from app.filedrop.service_shelf import FileView
from app.kernel.errors import Conflict
from app.runtime import Runtime
from notifier import Sms
from notifier.folder import posted

INITIAL = re.compile(r"Initieel wachtwoord:\s+(\S+)")
HERE = "127.0.0.1"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
G = TypeVar("G")


@dataclass(frozen=True)
class Visit:
    """Somebody who is in; each thing they do takes a minute."""

    walk: Walk
    account_id: int
    login: str
    name: str

    @classmethod
    def begin(
        cls, walk: Walk, who: Player, password: str, *, initial: str = ""
    ) -> "Visit":
        """Sign in; the very first time, that password is the one they choose.

        initial: what colleagues are told; managers have it from their first letter.
        """
        passed = _typed(walk, who, password, initial)
        token = passed.token
        if passed.step is Step.CHOOSE:
            token = _chosen(walk.runtime, token, password)
        walk.pass_minutes(1)
        came = _coded(walk, token)
        walk.hand_over()
        return cls(walk, came.account_id, who.login, who.name)

    def look_at(self, *names: str) -> None:
        """Open the page of each of these files."""
        for view in self._views(names):
            with self.walk.runtime.transaction() as session:
                filedrop = FileDrop.of(session, self.walk.runtime)
                filedrop.show(view.id, self.account_id)

    def download(self, *names: str) -> None:
        """Take each of these files, to the last byte."""
        for view in self._views(names):
            part = (view, (0, view.size))
            with self.walk.runtime.transaction() as session:
                filedrop = FileDrop.of(session, self.walk.runtime)
                filedrop.begin([view], by=self.login)
                reader = Reader(self.account_id, self.login, self.name, filedrop.now)
                filedrop.served([view], [part], reader)

    def _views(self, names: Sequence[str]) -> Iterator[FileView]:
        with self.walk.runtime.reading() as session:
            inbox = FileDrop.of(session, self.walk.runtime).inbox(self.account_id)
        by_name = {view.name: view for view in inbox}
        for name in names:
            self.walk.pass_minutes(1)
            yield by_name[name]


def _typed(walk: Walk, who: Player, own: str, initial: str) -> Passed:
    """Past the password: the own one, or else the initial one of the first letter."""
    house = walk.runtime
    with house.transaction() as session:
        admission = Admission.of(session, house)
        admitted = _granted(admission.admit(who.login, Origin(HERE)))
    password = own if admitted.own else initial or _initial(walk, who)
    right = is_right(house.passwords, house.keyring, admitted, password)
    with house.transaction() as session:
        sign_in = SignIn.of(session, house)
        return _granted(sign_in.password(admitted, right=right, next_path="/"))


def _initial(walk: Walk, who: Player) -> str:
    for letter in posted(walk.folder.mail):
        found = INITIAL.search(letter["body"])
        if letter["to"] == who.email and found:
            return found[1]
    raise Conflict(f"De eerste brief voor {who.login} kwam niet aan.")


def _chosen(house: Runtime, token: str, own: str) -> str:
    """The own password is held back; the token by which they go on."""
    hashed = house.passwords.hash(own)
    with house.transaction() as session:
        fresh = SignIn.of(session, house).hold(token, hashed)
    return _granted(fresh or Refused(Why.OVER))


def _coded(walk: Walk, token: str) -> In:
    """The code goes out, is read and typed; they are in."""
    house = walk.runtime
    with house.transaction() as session:
        made = _granted(SignIn.of(session, house).send_code(token))
    _text(house, made)
    walk.pass_minutes(1)
    with house.transaction() as session:
        came = _granted(SignIn.of(session, house).code(token, made.digits))
        sessions = Sessions.of(session, house)
        sessions.open(came.account_id, address=HERE, agent=BROWSER, device="")
    return came


def _text(house: Runtime, made: Code) -> None:
    words = house.letters.sms(
        "code", code=made.digits, until=made.until, host=house.settings.host
    )
    house.sms.send(Sms(to=made.mobile, text=words))


def _granted(answer: G | Refused) -> G:
    if isinstance(answer, Refused):
        raise Conflict(f"Aanmelden lukte niet: {answer.why.value}.")
    return answer
