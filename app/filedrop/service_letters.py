"""The letters of a delivery and of a reminder: which files they name, and how."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.service import Accounts, Person
from app.communities.service import Communities, Known
from app.filedrop import rules
from app.filedrop.models import Delivery, DroppedFile
from app.kernel.ean import without_eans
from app.kernel.words import phone_tail
from app.post import Post
from app.settings import Settings
from notifier import Email

Series = tuple[int, str, str]  # community, month, extension: what versions replace
Told = dict[str, object]  # a file as the templates of letters know it


@dataclass(frozen=True)
class FileLetters:
    """Writes into the transaction; never commits."""

    session: Session
    communities: Communities
    accounts: Accounts
    post: Post
    settings: Settings
    now: datetime

    def announce(
        self,
        delivery: Delivery,
        files: Collection[DroppedFile],
        known: dict[int, Known],
        *,
        whom: Collection[int] | None = None,
    ) -> tuple[int, int]:
        """One letter for each manager; how many, and how many with credentials.

        whom: only those of the managers.
        """
        told = self._all_told(files)
        theirs: dict[Person, list[int]] = defaultdict(list)
        for community_id, managers in self.communities.managers_of(known).items():
            for person in managers:
                if whom is None or person.id in whom:
                    theirs[person].append(community_id)
        first = 0
        # in one order, so that publishes at once never wait for each other both ways
        for person in sorted(theirs, key=lambda person: person.id):
            own = {known[c]: told[c] for c in theirs[person]}
            first += self._announce(person, delivery, own)
        return len(theirs), first

    def shown(
        self,
        person: Person,
        files: Collection[DroppedFile],
        known: dict[int, Known],
        *,
        delivery: str,
        password: str | None,
    ) -> Email:
        """What `announce` would write to that manager; password: in a first letter."""
        told = self._all_told(files)
        own = {known[c]: told[c] for c in known}
        values = self._values(own, several=f"/bestanden/?levering={delivery}")
        if password is None:
            values["holds_initial"] = person.holds_initial
            return self.post.show("files-ready", person, **values)
        way_in = self._way_in(person, password)
        return self.post.show("welcome", person, **values, **way_in)

    def remind(self, person: Person, due: Collection[tuple[DroppedFile, bool]]) -> None:
        """The letter before it is over; with each file whether it was downloaded."""
        known = {c.id: c for c in self.communities.of_manager(person.id)}
        own = defaultdict(list)
        for file, fetched in due:
            told = {**self._told(file, {}), "reason": "", "downloaded": fetched}
            own[known[file.community_id]].append((file, told))
        last_days = [
            rules.last_day(f.expires_at, self.settings.timezone) for f, _ in due
        ]
        values = self._values(own, several="/bestanden/?sorteer=tot")
        if not self._welcome(self.post, person, values):
            self.post.write("reminder", person, **values, last_day=min(last_days))

    def _announce(
        self,
        person: Person,
        delivery: Delivery,
        own: dict[Known, list[tuple[DroppedFile, Told]]],
    ) -> bool:
        """The letter of one manager; whether it carried credentials."""
        values = self._values(own, several=f"/bestanden/?levering={delivery.public_id}")
        post = self.post.on(delivery.public_id)
        if self._welcome(post, person, values):
            return True
        values["holds_initial"] = person.holds_initial
        post.write("files-ready", person, **values)
        return False

    def _welcome(self, post: Post, person: Person, values: Told) -> bool:
        """The first letter, whatever it is about: it alone brings a way in."""
        password = self.accounts.first_password(person.id)
        if password is None:
            return False
        post.write("welcome", person, **values, **self._way_in(person, password))
        return True

    def _way_in(self, person: Person, password: str) -> Told:
        """What the first letter says besides."""
        until = self.now + self.accounts.initial_lifetime
        return {
            "login": person.login,
            "initial_password": password,
            "initial_until": rules.last_day(until, self.settings.timezone),
            "phone_tail": phone_tail(person.mobile),
        }

    def _values(
        self, own: dict[Known, list[tuple[DroppedFile, Told]]], *, several: str
    ) -> Told:
        """A block for each community, and the one link: to the file, or to several."""
        files = [file for pairs in own.values() for file, _ in pairs]
        path = f"/bestanden/{files[0].public_id}" if len(files) == 1 else several
        blocks = [
            {
                "name": known.name,
                "number": known.number,
                "files": [told for _, told in pairs],
            }
            for known, pairs in own.items()
        ]
        return {
            "communities": blocks,
            "count": len(files),
            "url": self.post.address(path),
        }

    def _all_told(
        self, files: Collection[DroppedFile]
    ) -> dict[int, list[tuple[DroppedFile, Told]]]:
        """Each file as its letter names it, by community."""
        earlier = self._earlier(files)
        told = defaultdict(list)
        for file in files:
            told[file.community_id].append((file, self._told(file, earlier)))
        return told

    def _told(
        self, file: DroppedFile, earlier: dict[Series, dict[int, datetime]]
    ) -> Told:
        """A file as a letter names it."""
        versions = earlier.get((file.community_id, file.period, file.ext), {})
        replaced = max((v for v in versions if v < file.version), default=None)
        return {
            "name": without_eans(file.name),
            "what": rules.label_of(file.name).title,
            "until": rules.last_day(file.expires_at, self.settings.timezone),
            "replaces": replaced,
            "replaces_posted": versions[replaced] if replaced else None,
            "reason": without_eans(file.reason),
        }

    def _earlier(
        self, files: Collection[DroppedFile]
    ) -> dict[Series, dict[int, datetime]]:
        """When each version of the same months was placed."""
        series = {(f.community_id, f.period) for f in files if f.period}
        asked = select(
            DroppedFile.community_id,
            DroppedFile.period,
            DroppedFile.ext,
            DroppedFile.version,
            DroppedFile.posted_at,
        ).where(
            DroppedFile.community_id.in_({community for community, _ in series}),
            DroppedFile.period.in_({period for _, period in series}),
        )
        found: dict[Series, dict[int, datetime]] = defaultdict(dict)
        for community, period, ext, version, at in self.session.execute(asked):
            found[community, period, ext][version] = at
        for file in files:  # whether they have rows already or not
            found[file.community_id, file.period, file.ext][file.version] = (
                file.posted_at
            )
        return found
