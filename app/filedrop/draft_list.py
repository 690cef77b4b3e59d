"""The review as a page and as a list to keep: filters, pages, what a file is told."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.filedrop.service_draft_letters import Group, Mailing
from app.filedrop.service_draft_review import Review, Row, State, Why
from app.kernel.errors import Invalid
from app.kernel.sheet import sheet
from app.kernel.words import megabytes
from app.web.pager import Pager, Pill, address
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext

MISSING = "zonder"
CHECKLIST = (
    "bestand",
    "grootte",
    "gemeenschap",
    "naam",
    "hoe",
    "toestand",
    "opmerking",
)
LABELS = {
    State.READY: lazy_gettext("Klaar"),
    State.ATTENTION: lazy_gettext("Vraagt aandacht"),
    State.BLOCKED: lazy_gettext("Geblokkeerd"),
    State.CHECKING: lazy_gettext("Wordt gecontroleerd"),
    State.ASIDE: lazy_gettext("Apart gezet"),
}
GROUPS = {
    Group.ALL: lazy_gettext("Alle"),
    Group.ONE: lazy_gettext("E-mail over 1 bestand"),
    Group.SEVERAL: lazy_gettext("E-mail over meer bestanden"),
    Group.FIRST: lazy_gettext("Eerste e-mail met login"),
    Group.INITIAL: lazy_gettext("Nog nooit aangemeld"),
}


SCANS = {
    Why.UNSCANNED: lazy_gettext("Dit bestand wordt nog gecontroleerd."),
    Why.INFECTED: lazy_gettext("De virusscanner vond %(found)s."),
    Why.TOO_LARGE: lazy_gettext(
        "Dit bestand is te groot of te diep verpakt voor de virusscanner."
    ),
    Why.UNREADABLE: lazy_gettext("De virusscanner kon dit bestand niet controleren."),
    Why.NO_SCANNER: lazy_gettext("De virusscanner antwoordt niet."),
}


@dataclass(frozen=True)
class Listing:
    """What one page of the review shows."""

    choices: Sequence[Pill]
    shown: str
    rows: Sequence[Row]
    pager: Pager


def listing(review: Review, *, shown: str, page: str) -> Listing:
    """The page that was asked for; problems first if nothing was."""
    shown = shown if shown in {*State, MISSING, "alle"} else _first(review)
    rows = [r for r in review.rows if shown in {r.state, "alle"}]
    pager = Pager.of(page, len(rows), {"toon": shown})
    chosen = rows[pager.start : pager.stop]
    return Listing(_choices(review, shown), shown, chosen, pager)


def note(row: Row) -> str:
    """What there is to say of a file, in one or two sentences."""
    number = row.file.community
    said = {
        Why.IS_THERE: _("Staat er al met dezelfde inhoud: gaat niet opnieuw mee."),
        Why.SAME_BYTES: _(
            "Zelfde inhoud als versie %(version)d van %(day)s.",
            version=row.version,
            day=_day(row),
        ),
        Why.OTHER_NAME: _(
            "De bestandsnaam noemt %(named)s, gekozen is %(number)s.",
            named=row.file.label.community,
            number=number,
        ),
        Why.FOR_NOBODY: _("Kies voor welke gemeenschappen dit document is."),
    }
    if row.problem:
        way_out = _("Kies een gemeenschap of zet het bestand apart.")
        return f"{row.problem} {way_out}"
    if row.why in SCANS:
        return scan_note(row.why, row.file.finding_why, is_due=row.file.is_due)
    return said[row.why] if row.why else ""


def scan_note(why: Why, found: str, *, is_due: bool, is_draft: bool = True) -> str:
    """What the scanner has to do with it, and what one can do oneself."""
    said = str(SCANS[why]) % {"found": found}
    if why is Why.UNSCANNED:
        return said
    if is_due:
        again = _("Het wordt vanzelf opnieuw gecontroleerd.")
        return f"{said} {again}"
    if not is_draft:
        return said
    way_out = _("Verwijder het of zet het apart; dan kan de rest verder.")
    return f"{said} {way_out}"


def numbers_in(text: str) -> list[str]:
    """The numbers of communities that somebody typed, in whatever way."""
    numbers = text.upper().replace(",", " ").replace(";", " ").split()
    if not numbers:
        raise Invalid(_("Typ het nummer van een gemeenschap."))
    return numbers


def checklist(review: Review) -> str:
    """All lines as CSV, to lay beside a list of one's own."""
    lines = (
        (
            row.file.name,
            megabytes(row.file.sums.size),
            row.file.community,
            row.community.name if row.community else "",
            how(row),
            str(LABELS[row.state]),
            note(row),
        )
        for row in review.rows
    )
    return sheet(CHECKLIST, lines)


def how(row: Row) -> str:
    """Why this file goes to that community."""
    if not row.file.community:
        return ""
    return _("gekozen") if row.file.is_chosen else _("uit bestandsnaam")


def group_of(word: str) -> Group:
    """The recipients that the address asks for; nonsense is all of them."""
    return Group(word) if word in set(Group) else Group.ALL


def groups(mailing: Mailing, current: Group) -> list[Pill]:
    """The recipients by what they get, as links with their numbers."""
    counts = mailing.counts
    return [
        Pill(
            str(GROUPS[group]),
            address({"groep": group}),
            group is current,
            counts[group],
        )
        for group in Group
        if counts[group] or group in {Group.ALL, current}
    ]


def _first(review: Review) -> str:
    for state in (State.BLOCKED, State.ATTENTION):
        if review.count(state):
            return state
    return "alle"


def _choices(review: Review, shown: str) -> list[Pill]:
    counts: dict[str, tuple[str, int]] = {
        "alle": (_("Alle"), len(review.rows)),
        **{state: (str(LABELS[state]), review.count(state)) for state in State},
    }
    if not review.count(State.CHECKING):  # nothing to do about it, and soon over
        del counts[State.CHECKING]
    if not review.draft.is_adhoc:
        counts[MISSING] = (_("Gemeenschappen zonder bestand"), len(review.missing))
    return [
        Pill(label, address({"toon": key}), key == shown, count)
        for key, (label, count) in counts.items()
    ]


def _day(row: Row) -> str:
    day = row.posted_on
    return f"{day.day}-{day.month}-{day.year}" if day else ""
