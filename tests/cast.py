"""The cast: An manages Noord, Bo manages Zuid, Sam is staff; and what they can do."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from sqlalchemy import select, update

from app.accounts.models import Account
from app.accounts.service import Accounts, Contact
from app.communities.reading import read_register
from app.communities.service import Communities
from app.db.audit import AuditEntry
from app.filedrop import intake
from app.filedrop.models import DroppedFile
from app.filedrop.service_publish import Published, Publishing
from app.filedrop.service_stash import stash
from app.runtime import Runtime
from jobs.runner import run, ticks
from notifier import Email
from tests.clock import FakeClock
from tests.fakes_senders import SentEmail, SentSms

HEADER = "gemeenschap_id;naam;beheerder_login;beheerder_naam;email;gsm\n"
NOORD, ZUID = "EG0000001", "EG0000002"
AN = f"{NOORD};Zonnedelen Noord cv;an.peeters;An Peeters;an@noord.example;0470 11 22 27"
BO = f"{ZUID};Buurtstroom Zuid;bo.maes;Bo Maes;bo@zuid.example;+32 471 33 44 55"
AN_TOO = f"{ZUID};Buurtstroom Zuid;{AN.split(';', 2)[2]}"
ELS = AN.replace("an.peeters;An Peeters;an@", "els.claes;Els Claes;els@")
NOISE = "EG0000009;Ruis;ruud.noise;Ruud Noise;ruud@ruis.example;0499 99 99 99"
AN_MOBILE, BO_MOBILE = "+32470112227", "+32471334455"
PASSWORD = "Vier linden aan de Leie"
SAM_MOBILE, STAFF_PASSWORD = "+32472000000", "Zeven eiken langs de Dender"


@dataclass
class Cast:
    """Sets the scene through the services, as commands do."""

    runtime: Runtime
    clock: FakeClock
    folder: Path
    email: SentEmail
    sms: SentSms
    staff_passwords: dict[str, str] = field(default_factory=dict)
    _batches: Iterator[int] = field(default_factory=count)

    def register(self, *lines: str) -> None:
        """Import these lines of a register."""
        content = (HEADER + "\n".join(lines) + "\n").encode()
        with self.runtime.transaction() as session:
            Communities.of(session, self.runtime).take_in(
                read_register(content), by="sam.claes"
            )

    def staff(self, login: str = "sam.claes", role: str = "releaser") -> None:
        """Add a colleague; the initial password is kept in staff_passwords."""
        contact = Contact("Sam Claes", f"{login}@fluvius.example", SAM_MOBILE)
        with self.runtime.transaction() as session:
            self.staff_passwords[login] = Accounts.of(session, self.runtime).add_staff(
                login, contact, department="Energiedelen", role=role
            )

    def everybody(self) -> None:
        """An, Bo, Sam, and somebody who must never matter."""
        self.staff()
        self.register(AN, BO, NOISE)

    def invited(self, login: str = "an.peeters") -> str:
        """Give somebody an initial password, without the letter around it."""
        with self.runtime.transaction() as session:
            accounts = Accounts.of(session, self.runtime)
            person = accounts.find(login)
            assert person is not None
            password = accounts.first_password(person.id)
        assert password is not None
        return password

    def settled(self, login: str = "an.peeters", password: str = PASSWORD) -> None:
        """Give somebody an own password, as if they had come in long ago."""
        hashed = self.runtime.passwords.hash(password)
        settling = update(Account).where(Account.login == login)
        with self.runtime.transaction() as session:
            session.execute(
                settling.values(
                    password_hash=hashed.text,
                    password_key=hashed.key_id,
                    credentials_at=self.clock(),
                    initial_mac=None,
                )
            )

    def batch(self, files: Mapping[str, bytes]) -> Path:
        """A folder with these files, as staff hand it in."""
        batch = self.folder / f"batch-{next(self._batches)}"
        batch.mkdir()
        for name, content in files.items():
            (batch / name).write_bytes(content)
        return batch

    def publish(
        self, files: Mapping[str, bytes], *, by: str = "sam.claes"
    ) -> Published:
        """Publish files under their names, by the community in the name."""
        return self.publish_folder(self.batch(files), by=by)

    def publish_folder(self, batch: Path, *, by: str = "sam.claes") -> Published:
        candidates, wrong = intake.by_name(intake.files_in(batch))
        now = self.clock()
        with self.runtime.reading() as session:
            publishing = Publishing.of(session, self.runtime, now=now)
            person = publishing.releaser(by)
            plan = publishing.plan(candidates, wrong)
        assert not plan.wrong, plan.wrong
        stashed = stash(self.runtime, plan, now=now)
        with self.runtime.transaction() as session:
            return Publishing.of(session, self.runtime, now=now).publish(
                stashed, by=person
            )

    def file(self, name: str) -> DroppedFile:
        """The row of the last file of that name."""
        named = select(DroppedFile).where(DroppedFile.name == name)
        with self.runtime.reading() as session:
            return session.scalars(named.order_by(DroppedFile.id)).all()[-1]

    def link(self, name: str) -> str:
        """Where the last file of that name is downloaded."""
        return f"/bestanden/{self.file(name).public_id}/download"

    def blob(self, name: str) -> Path:
        """Where the sealed bytes of the last file of that name lie on the disk."""
        key = self.file(name).blob_key
        return self.runtime.settings.blob_folder / key[:2] / key

    def audited(self, kind: str = "") -> list[tuple[str, str]]:
        """What the audit book says was done of that kind, and by whom."""
        with self.runtime.reading() as session:
            entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
            found = [(entry.action, entry.by) for entry in entries]
        return [pair for pair in found if pair[0].startswith(kind)]

    def tick(self, name: str) -> int:
        """Run one tick until it finds no work."""
        return run(self.runtime, ticks()[name])

    def mails(self, address: str) -> list[Email]:
        """Deliver what waits, and give what that address got so far."""
        self.tick("post.deliver")
        return self.email.to(address)

    def initial_password(self, address: str) -> str:
        """What the first letter says."""
        text = self.mails(address)[0].text
        found = re.search(r"Initieel wachtwoord:\s+(\S+)", text)
        assert found, text
        return found[1]

    def reset_link(self, address: str) -> str:
        """Where the last letter says that a new password is chosen."""
        text = self.mails(address)[-1].text
        found = re.search(r"https?://[^/]+(/wachtwoord-herstellen/\S+)", text)
        assert found, text
        return found[1]

    def code(self, mobile: str) -> str:
        """The code of the last SMS to that number."""
        text = self.sms.to(mobile)[-1].text
        found = re.search(r"\b(\d{6})\b", text)
        assert found, text
        return found[1]


def correction(number: str, *, month: str = "2026-09", version: int = 1) -> str:
    """A name as the file drop reads it."""
    return f"CORR_{month}_{number}_V{version:02}.csv"


def other(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06}"
