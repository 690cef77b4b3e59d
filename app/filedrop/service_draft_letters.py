"""Who gets which letter when a draft is released, and that very letter to look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.accounts.service import Person
from app.filedrop.service_draft_review import Held
from app.filedrop.service_plan import Plan, Planned
from app.filedrop.service_publish import Publishing
from app.filedrop.service_stash import Incoming
from notifier import Email

UNKNOWN = "••••"  # what exists only once it is released, and what nobody else may read


class Group(StrEnum):
    """Recipients that are counted together; the words stand in addresses."""

    ALL = ""
    ONE = "een"
    SEVERAL = "meer"
    FIRST = "eerste"
    INITIAL = "initieel"


@dataclass(frozen=True)
class Recipient:
    """Somebody, and the files that the one letter to them will name."""

    person: Person
    files: Sequence[Planned[Held]]
    is_first: bool

    @property
    def groups(self) -> set[Group]:
        count = Group.ONE if len(self.files) == 1 else Group.SEVERAL
        if self.is_first:
            return {Group.ALL, count, Group.FIRST}
        own = {Group.INITIAL} if self.person.holds_initial else set[Group]()
        return {Group.ALL, count, *own}


@dataclass(frozen=True)
class Mailing:
    """Every letter that a release would write, by the name of who gets it."""

    recipients: Sequence[Recipient]

    def of(self, group: Group) -> list[Recipient]:
        return [one for one in self.recipients if group in one.groups]

    @property
    def counts(self) -> dict[Group, int]:
        return {group: len(self.of(group)) for group in Group}


def mailing(publishing: Publishing, plan: Plan[Held]) -> Mailing:
    """Who would get what; nothing happens."""
    files: dict[Person, list[Planned[Held]]] = {}
    communities = publishing.communities
    managers = communities.managers_of({p.community.id for p in plan.fresh})
    for planned in plan.fresh:
        for person in managers[planned.community.id]:
            files.setdefault(person, []).append(planned)
    first = communities.accounts.newcomers({person.id for person in files})
    people = sorted(files, key=lambda one: (one.name.casefold(), one.id))
    return Mailing([Recipient(one, files[one], one.id in first) for one in people])


def letter_to(publishing: Publishing, recipient: Recipient) -> Email:
    """Word for word what they would get now, but for secrets and unmade addresses."""
    rows = []
    for planned in recipient.files:
        file = planned.file
        sealed = Incoming(file.sums, file.blob_key, file.sealed_key, planned)
        row = publishing.row(sealed, 0)
        row.public_id = UNKNOWN
        rows.append(row)
    return publishing.letters.shown(
        recipient.person,
        rows,
        {planned.community.id: planned.community for planned in recipient.files},
        delivery=UNKNOWN,
        password=UNKNOWN if recipient.is_first else None,
    )
