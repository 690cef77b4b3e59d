"""Loading the demo: what happened in the last month, told through the services."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from app.commands import migrate
from app.contracts.reading import Line as Contract
from app.contracts.rules import Channel
from app.demo import cast
from app.demo.cast import AN, BO, COLLEAGUES, RELEASER, Manager
from app.demo.citizens import WARMTEPLAN
from app.demo.generator import (
    Community,
    Correction,
    correction,
    file_name,
    key_document_name,
    key_document_pdf,
)
from app.demo.settings import DemoFolder
from app.demo.visit import Visit
from app.demo.walk import Lot, Walk
from app.kernel import tokens
from app.kernel.clock import Clock, system_clock
from app.kernel.contract_number import ContractNumber
from app.kernel.errors import Full
from app.kernel.period import Month
from notifier import SendFailed

BEGIN = 32
MONTHS = 3
PROVIDER_SINCE = timedelta(days=400)
CALCULATING = timedelta(days=25)
KNOWN = (AN, BO, *COLLEAGUES)


def load(folder: DemoFolder, clock: Clock = system_clock) -> bool:
    """Migrate, and load the cast once; whether there was something to load."""
    with folder.plainly():
        is_fresh = not folder.is_loaded
        if is_fresh:
            folder.clear()
        migrate(folder.settings().database_url)
        if is_fresh:
            _load(folder, clock)
    return is_fresh


def _load(folder: DemoFolder, clock: Clock) -> None:
    walk = Walk.before(folder, clock, days=BEGIN)
    story = Story(walk)
    try:
        story.tell()
        walk.to_moment(clock())
    except SendFailed as failed:
        raise Full("De brieven van de demo passen niet op de schijf.") from failed
    finally:
        walk.runtime.database.close()
    folder.keep_people(story.people())


@dataclass(frozen=True)
class Story:
    """Who did what in the month before today; days are counted back from it.

    own: a password for each who signed in, strong enough to stand on a screen.
    """

    walk: Walk
    own: dict[str, str] = field(
        default_factory=lambda: {who.login: tokens.initial_password() for who in KNOWN}
    )

    def tell(self) -> None:
        self.ended_yesterday()
        self.ends_in_two_days()
        self.second_month()
        self.third_month()
        self.newcomers()
        self.provider()

    def ended_yesterday(self) -> None:
        """A file whose link still stands in a letter, and is dead."""
        walk = self.walk
        walk.to(32, 9, 0)
        for who in COLLEAGUES:
            initial = walk.colleague(who)
            Visit.begin(walk, who, self.own[who.login], initial=initial)
        walk.take_in(cast.register(*cast.FIRST), by=RELEASER)
        walk.to(31, 10, 5)
        self._deliver((self._sums(cast.GENTBRUGGE, 0), "csv"))
        walk.to(31, 19, 32)
        an = self._visit(AN)
        an.download(self._name(cast.GENTBRUGGE, 0, "csv"))

    def ends_in_two_days(self) -> None:
        walk = self.walk
        walk.to(27, 11, 20)
        self._deliver((self._sums(cast.GENTBRUGGE, 0), "xlsx"))
        walk.to(26, 20, 4)
        an = self._visit(AN)
        an.look_at(self._name(cast.GENTBRUGGE, 0, "xlsx"))

    def second_month(self) -> None:
        """Bo comes in for the first time, for two communities at once."""
        walk = self.walk
        walk.to(20, 9, 41)
        gentbrugge = self._sums(cast.GENTBRUGGE, 1)
        self._deliver(
            (gentbrugge, "csv"),
            (gentbrugge, "xlsx"),
            (self._sums(cast.DAMPOORT, 1), "csv"),
            (self._sums(cast.MARIAKERKE, 1), "csv"),
        )
        walk.to(19, 12, 10)
        bo = self._visit(BO)
        bo.download(self._name(cast.DAMPOORT, 1, "csv"))
        walk.to(19, 18, 45)
        an = self._visit(AN)
        an.download(self._name(cast.GENTBRUGGE, 1, "csv"))
        walk.to(13, 15, 30)
        name = key_document_name(cast.GENTBRUGGE, self.months[-1])
        pdf = key_document_pdf(cast.GENTBRUGGE, self.months[-1])
        walk.hand_out(name, pdf, to=cast.GENTBRUGGE.identifier, by=RELEASER)

    def third_month(self) -> None:
        walk = self.walk
        walk.to(9, 10, 2)
        gentbrugge, dampoort = (
            self._sums(one, 2) for one in (cast.GENTBRUGGE, cast.DAMPOORT)
        )
        self._deliver(
            (gentbrugge, "csv"),
            (gentbrugge, "xlsx"),
            (dampoort, "csv"),
            (dampoort, "xlsx"),
            (self._sums(cast.MARIAKERKE, 2), "csv"),
        )
        walk.to(8, 20, 15)
        an = self._visit(AN)
        document = key_document_name(cast.GENTBRUGGE, self.months[-1])
        an.download(document, self._name(cast.GENTBRUGGE, 2, "csv"))
        walk.to(7, 8, 50)
        bo = self._visit(BO)
        bo.look_at(self._name(cast.MARIAKERKE, 2, "csv"))

    def newcomers(self) -> None:
        """Two new communities and a second manager; their first letters wait."""
        walk = self.walk
        walk.to(4, 9, 15)
        walk.take_in(cast.register(*cast.LATER), by=RELEASER)
        walk.to(4, 10, 30)
        wetteren, leiekant = (
            self._sums(one, 2) for one in (cast.WETTEREN, cast.LEIEKANT)
        )
        self._deliver(
            (wetteren, "csv"),
            (wetteren, "xlsx"),
            (self._sums(cast.LEIEKANT, 1), "csv"),
            (leiekant, "csv"),
        )
        walk.to(2, 13, 55)
        walk.take_in(cast.register(*cast.LAST), by=RELEASER)
        walk.to(2, 14, 20)
        self._deliver((self._sums(cast.GENTBRUGGE, 2, version=2), "csv"))

    def provider(self) -> None:
        """An organisation that is one already; another becomes one before your eyes."""
        walk = self.walk
        walk.to(1, 9, 0)
        contract = Contract(
            WARMTEPLAN.kbo,
            WARMTEPLAN.name,
            ContractNumber("3599900040700"),
            Channel.API,
            walk.today - PROVIDER_SINCE,
        )
        walk.move_in(contract, by=RELEASER)

    def people(self) -> list[dict[str, str]]:
        """Those who signed in before, with the passwords that they chose."""
        return [
            {
                "login": who.login,
                "password": self.own[who.login],
                "name": who.name,
                "email": who.email,
                "mobile": who.mobile,
            }
            for who in KNOWN
        ]

    @cached_property
    def months(self) -> list[Month]:
        """The last months that could be calculated when the last file was placed."""
        latest = Month.of(self.walk.today - CALCULATING) - 1
        return [latest - back for back in reversed(range(MONTHS))]

    def _visit(self, who: Manager) -> Visit:
        return Visit.begin(self.walk, who, self.own[who.login])

    def _deliver(self, *lots: Lot) -> None:
        self.walk.deliver(lots, by=RELEASER)

    def _sums(
        self, community: Community, month: int, *, version: int = 1
    ) -> Correction:
        zone = self.walk.runtime.settings.timezone
        today = self.walk.clock().astimezone(zone).date()
        return correction(community, self.months[month], version, calculated_on=today)

    def _name(self, community: Community, month: int, extension: str) -> str:
        return file_name(self._sums(community, month), extension)
