"""A month of the house's life in seconds: a clock that walks, and what staff do."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from app.accounts.service import Accounts, Contact
from app.communities.reading import read_register
from app.communities.service import Communities
from app.contracts.reading import Line as Contract
from app.contracts.service_import import Importing
from app.demo.cast import DEPARTMENT, Colleague
from app.demo.generator import (
    Correction,
    Listed,
    csv_pieces,
    file_name,
    manifest_bytes,
    manifest_name,
    xlsx_bytes,
)
from app.demo.settings import DemoFolder
from app.filedrop import intake
from app.filedrop.intake import Found
from app.filedrop.service_publish import Publishing
from app.filedrop.service_stash import stash, taken_back
from app.kernel.clock import Clock, ClockWatch
from app.kernel.errors import Conflict
from app.runtime import Runtime
from app.wiring import build
from jobs.runner import ticks

MORNING = time(8, 5)
CHORES = ("filedrop.remind", "filedrop.purge", "filedrop.keys")
Lot = tuple[Correction, str]


@dataclass
class WalkingClock:
    """A Clock that goes forward when it is told to."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.now.timestamp()


@dataclass(frozen=True)
class Walk:
    """The house on its way through the past, up to today."""

    folder: DemoFolder
    runtime: Runtime
    clock: WalkingClock
    today: date

    @classmethod
    def before(cls, folder: DemoFolder, clock: Clock, *, days: int) -> "Walk":
        """The house as it stood so many days ago, before dawn."""
        settings = folder.settings()
        today = clock().astimezone(settings.timezone).date()
        begin = today - timedelta(days=days)
        walking = WalkingClock(datetime.combine(begin, time(), UTC))
        runtime = build(settings, walking)
        watch = ClockWatch(walking, walking.monotonic)
        return cls(folder, replace(runtime, watch=watch), walking, today)

    def to(self, days_ago: int, hour: int, minute: int) -> None:
        """Walk on to that time, and do each morning's chores on the way."""
        day = self.today - timedelta(days=days_ago)
        self.to_moment(self._moment(day, time(hour, minute)))

    def to_moment(self, moment: datetime) -> None:
        for morning in self._mornings(moment):
            self.clock.now = morning
            self._tick(*CHORES)
            self.hand_over()
        self.clock.now = moment

    def pass_minutes(self, minutes: int) -> None:
        self.clock.now += timedelta(minutes=minutes)

    def hand_over(self) -> None:
        """The postman takes what waits."""
        self._tick("post.deliver")

    def colleague(self, who: Colleague) -> str:
        """Somebody new at the desk; the initial password."""
        contact = Contact(who.name, who.email, who.mobile)
        with self.runtime.transaction() as session:
            return Accounts.of(session, self.runtime).add_staff(
                who.login, contact, department=DEPARTMENT, role=who.role
            )

    def take_in(self, register: bytes, *, by: Colleague) -> None:
        with self.runtime.transaction() as session:
            communities = Communities.of(session, self.runtime)
            communities.take_in(read_register(register), by=by.login)

    def move_in(self, contract: Contract, *, by: Colleague) -> None:
        """A provider whose contract was made elsewhere."""
        with self.runtime.transaction() as session:
            Importing.of(session, self.runtime).take_in([contract], by=by.login)

    def deliver(self, lots: Sequence[Lot], *, by: Colleague) -> None:
        """Release correction files by their manifest, and hand over the letters."""
        with self._desk() as desk:
            listed = [_write(desk, *lot) for lot in lots]
            delivered_on = self.clock().astimezone(self.runtime.settings.timezone)
            month = lots[-1][0].month
            manifest = desk / manifest_name(month, delivered_on.date())
            manifest.write_bytes(manifest_bytes(listed))
            self._release(intake.by_manifest(intake.files_in(desk), manifest), by)

    def hand_out(self, name: str, content: bytes, *, to: str, by: Colleague) -> None:
        """Release one document to one community."""
        with self._desk() as desk:
            (desk / name).write_bytes(content)
            self._release(intake.adhoc(intake.files_in(desk), to), by)

    def _release(self, handed_in: tuple[list[Found], list[str]], by: Colleague) -> None:
        house, now = self.runtime, self.clock()
        with house.reading() as session:
            publishing = Publishing.of(session, house, now=now)
            person, plan = publishing.releaser(by.login), publishing.plan(*handed_in)
        if plan.wrong:
            raise Conflict(plan.wrong[0])
        stashed = stash(house, plan, now=now)
        with house.transaction() as session, taken_back(house, stashed):
            Publishing.of(session, house, now=now).publish(stashed, by=person)
        self.pass_minutes(1)
        self.hand_over()

    def _tick(self, *names: str) -> None:
        """Each step until it finds no work; what fails, fails aloud."""
        timetable = ticks()
        for name in names:
            while timetable[name].step(self.runtime):
                pass

    def _mornings(self, until: datetime) -> Iterator[datetime]:
        zone = self.runtime.settings.timezone
        day = self.clock().astimezone(zone).date()
        while (morning := self._moment(day, MORNING)) <= until:
            if morning > self.clock():
                yield morning
            day += timedelta(days=1)

    def _moment(self, day: date, at: time) -> datetime:
        there = datetime.combine(day, at, self.runtime.settings.timezone)
        return there.astimezone(UTC)

    @contextmanager
    def _desk(self) -> Iterator[Path]:
        with TemporaryDirectory(prefix="levering-", dir=self.folder.path) as desk:
            yield Path(desk)


def _write(desk: Path, correction: Correction, extension: str) -> Listed:
    """Put the file on the desk, and note its sums for the manifest."""
    pieces = (
        [xlsx_bytes(correction)]
        if extension == "xlsx"
        else list(csv_pieces(correction))
    )
    with (desk / file_name(correction, extension)).open("wb") as file:
        file.writelines(pieces)
    return Listed.of(correction, extension, pieces)
