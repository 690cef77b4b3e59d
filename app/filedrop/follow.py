"""Deliveries as pages: filters in the address, search, and the table as CSV."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.filedrop.rules import Stage
from app.filedrop.service_follow import Followed, Reader, Traced
from app.filedrop.service_follow_progress import Progress
from app.kernel.words import datum, uur
from app.web.asked import typed
from app.web.pager import Pager, Pill, address
from app.web.reasons import reason_of
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext, ngettext

STAGES: dict[Stage, str] = {
    Stage.DOWNLOADED: lazy_gettext("Gedownload"),
    Stage.OPENED: lazy_gettext("Geopend"),
    Stage.UNOPENED: lazy_gettext("Niet geopend"),
    Stage.FAILED: lazy_gettext("E-mail mislukt"),
}
AT_RISK, MISSED = "verdwijnt", "niet-gedownload"
BELONGS: dict[str, Callable[[Followed], bool]] = {
    "": bool,
    Stage.DOWNLOADED: lambda file: file.stage is Stage.DOWNLOADED,
    MISSED: lambda file: file.stage is not Stage.DOWNLOADED,
    Stage.OPENED: lambda file: file.stage is Stage.OPENED,
    Stage.UNOPENED: lambda file: file.stage is Stage.UNOPENED,
    Stage.FAILED: lambda file: file.stage is Stage.FAILED,
    AT_RISK: lambda file: file.is_at_risk,
}
STANDS: dict[str, str] = {
    "": lazy_gettext("Alle"),
    Stage.DOWNLOADED: STAGES[Stage.DOWNLOADED],
    MISSED: lazy_gettext("Niet gedownload"),
    **{str(s): label for s, label in STAGES.items() if s is not Stage.DOWNLOADED},
    AT_RISK: lazy_gettext("Verdwijnt binnen 7 dagen, niet gedownload"),
}
LIST_STANDS: dict[str, str] = {
    "": lazy_gettext("Alle"),
    AT_RISK: lazy_gettext("Verdwijnt binnen 7 dagen, niet gedownload"),
    "mislukt": lazy_gettext("E-mail mislukt"),
}
TABLE = (
    "gemeenschap_id",
    "gemeenschap",
    "bestand",
    "stand",
    "geplaatst_op",
    "beheerder",
    "e-mail",
    "reden",
    "geopend_op",
    "gedownload_op",
    "beschikbaar_tot_en_met",
)


@dataclass(frozen=True)
class Asked:
    """What the address asks; nonsense counts as not asked."""

    stand: str
    query: str
    page: str

    @classmethod
    def of(cls, given: Mapping[str, str], stands: Mapping[str, str]) -> "Asked":
        stand = given.get("stand", "")
        return cls(
            stand=stand if stand in stands else "",
            query=typed(given, "zoek"),
            page=given.get("pagina", ""),
        )

    @property
    def values(self) -> dict[str, str]:
        return {"stand": self.stand, "zoek": self.query}

    def pills(self, stands: Mapping[str, str], counts: Mapping[str, int]) -> list[Pill]:
        return [
            Pill(
                str(label),
                address({**self.values, "stand": stand}),
                stand == self.stand,
                counts.get(stand),
            )
            for stand, label in stands.items()
        ]


@dataclass(frozen=True)
class Step:
    """A line of progress: so many of so many, and that in words."""

    label: str
    done: int
    total: int
    text: str


@dataclass(frozen=True)
class Page:
    """What the page of one delivery shows."""

    files: list[Followed]
    chosen: list[Followed]
    pills: list[Pill]
    pager: Pager


def page_of(traced: Traced, asked: Asked) -> Page:
    """The files that the address asks for, a page of them."""
    found = [file for file in traced.files if _is_found(file, asked.query)]
    counts = {stand: sum(map(belongs, found)) for stand, belongs in BELONGS.items()}
    chosen = [file for file in found if BELONGS[asked.stand](file)]
    pager = Pager.of(asked.page, len(chosen), asked.values)
    shown = chosen[pager.start : pager.stop]
    return Page(shown, chosen, asked.pills(STANDS, counts), pager)


def lines(
    files: list[Followed], posted_at: datetime, zone: ZoneInfo
) -> Iterator[list[str]]:
    """The table as CSV has it: a line for each file and manager."""
    for file in files:
        start = [
            file.community.number,
            file.community.name,
            file.name,
            str(STAGES[file.stage]),
            _stamp(posted_at, zone),
        ]
        end = [datum(zone, file.days.last)]
        if not file.readers:
            yield [*start, "", "", "", "", "", *end]
        for reader in file.readers:
            yield [*start, *_of_reader(reader, zone), *end]


def mail_words(reader: Reader) -> str:
    """How the last letter fares."""
    if reader.letter is None:
        return ""
    return {
        "waiting": _("wacht op verzending"),
        "uncertain": _("onzeker: de mailserver antwoordde niet"),
        "sent": _("aanvaard"),
        "failed": _("geweigerd"),
    }[reader.letter.state]


def steps_of(progress: Progress) -> dict[str, Step]:
    """The four lines of a delivery that goes out, by the name that they have there."""
    files, letters = progress.files, progress.letters
    return {
        "placed": Step(_("Geplaatst"), files, files, _files_of(files)),
        "ready": Step(_("E-mail klaargezet"), letters, letters, _letters_of(letters)),
        "accepted": _letter_step(_("E-mail aanvaard"), progress.accepted, letters),
        "failed": _letter_step(_("E-mail mislukt"), progress.failed, letters),
    }


def said_of(progress: Progress, zone: ZoneInfo) -> str:
    """One sentence: it runs, or it is over and this came of it."""
    if progress.is_running:
        return ngettext(
            "De verzending loopt: nog %(num)d e-mail.",
            "De verzending loopt: nog %(num)d e-mails.",
            progress.waiting,
        )
    at = progress.last_at or progress.posted_at
    return _(
        "Levering afgerond op %(day)s om %(clock)s uur: %(placed)s geplaatst, "
        "%(accepted)s aanvaard, %(failed)d mislukt.",
        day=datum(zone, at),
        clock=uur(zone, at),
        placed=_files_of(progress.files),
        accepted=_letters_of(progress.accepted),
        failed=progress.failed,
    )


def _letter_step(label: str, done: int, total: int) -> Step:
    text = _("%(done)d van %(all)s", done=done, all=_letters_of(total))
    return Step(label, done, total, text)


def _files_of(count: int) -> str:
    return ngettext("%(num)d bestand", "%(num)d bestanden", count)


def _letters_of(count: int) -> str:
    return ngettext("%(num)d e-mail", "%(num)d e-mails", count)


def _is_found(file: Followed, query: str) -> bool:
    people = " ".join(f"{r.person.name} {r.person.login}" for r in file.readers)
    community = f"{file.community.number} {file.community.name}"
    return query.casefold() in f"{file.name} {community} {people}".casefold()


def _of_reader(reader: Reader, zone: ZoneInfo) -> list[str]:
    letter = reader.letter
    return [
        reader.person.name,
        mail_words(reader),
        reason_of(letter.last_error or "") if letter else "",
        _stamp(reader.opened_at, zone),
        _stamp(reader.downloaded_at, zone),
    ]


def _stamp(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{datum(zone, moment)} {uur(zone, moment)}" if moment else ""
