"""What colleagues change of a draft: for whom a file is, whether it goes, and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.filedrop import rules
from app.filedrop.models import Draft, DraftFile
from app.filedrop.rules import Kind
from app.filedrop.service_draft import Drafts
from app.kernel.errors import Invalid, NotFound
from app.runtime import Runtime


@dataclass(frozen=True)
class Changing:
    """Each change renews what a release asks for; never commits."""

    drafts: Drafts

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Changing":
        return cls(Drafts.of(session, runtime))

    def choose(
        self, public_id: str, file_id: str, numbers: Sequence[str], *, by: str
    ) -> None:
        """For whom it is, whatever its name says; none: by its name again."""
        draft = self.drafts.change(public_id)
        if len(numbers) > 1 and draft.kind != Kind.ADHOC:
            raise Invalid("Een correctiebestand gaat naar één gemeenschap.")
        file = self._file(draft, file_id)
        file.chosen, file.is_set_aside = list(dict.fromkeys(numbers)), False
        told = " ".join(file.chosen)
        self.drafts.record(
            "draft.choose", public_id, by, file=file.name, communities=told
        )

    def explain(self, public_id: str, reason: str, *, by: str) -> None:
        """Why what replaces an earlier version comes; none: that is not told."""
        if reason not in {"", *rules.REASONS}:
            raise Invalid("Kies een reden uit de lijst.")
        self.drafts.change(public_id).reason = reason
        self.drafts.record("draft.explain", public_id, by, reason=reason)

    def set_aside(self, public_id: str, file_id: str, *, aside: bool, by: str) -> None:
        """Out of the release, but still in the draft; or back in."""
        file = self._file(self.drafts.change(public_id), file_id)
        file.is_set_aside = aside
        action = "draft.set_aside" if aside else "draft.take_back"
        self.drafts.record(action, public_id, by, file=file.name)

    def set_all_aside(
        self, public_id: str, file_ids: Collection[str], *, by: str
    ) -> None:
        """So many at once out of the release, a line in the book for each."""
        theirs = DraftFile.draft_id == self.drafts.change(public_id).id
        asked = select(DraftFile).where(theirs, DraftFile.public_id.in_(file_ids))
        for file in self.drafts.session.scalars(asked.order_by(DraftFile.name)).all():
            file.is_set_aside = True
            self.drafts.record("draft.set_aside", public_id, by, file=file.name)

    def remove(self, public_id: str, file_id: str, *, by: str) -> str:
        """The key of the blob that nobody needs once this is committed."""
        file = self._file(self.drafts.change(public_id), file_id)
        self.drafts.session.delete(file)
        self.drafts.record("draft.remove", public_id, by, file=file.name)
        return file.blob_key

    def _file(self, draft: Draft, file_id: str) -> DraftFile:
        asked = select(DraftFile).where(
            DraftFile.draft_id == draft.id, DraftFile.public_id == file_id
        )
        file = self.drafts.session.scalar(asked)
        if file is None:
            raise NotFound
        return file
