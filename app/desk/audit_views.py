"""The audit book: filters in the address, leaf by leaf, and as CSV."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import MAXYEAR, MINYEAR, UTC, date

from flask import render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.desk.service_audit import AuditBook, Line, Question
from app.desk.texts import KINDS, role_name, sentence, who
from app.desk.views import Page, bp
from app.kernel.sheet import sheet
from app.web.asked import row_number, typed
from app.web.context import runtime
from app.web.guards import role
from app.web.pager import address

TABLE = ("tijdstip_utc", "wie", "naam", "rol", "actie", "op_wat", "zin")
FIELDS = ("van", "tot", "wie", "gemeenschap", "bestand", "soort")


@bp.get("/auditlog")
@role("auditor")
def audit_book() -> Page:
    values = _values(request.args)
    before, after = (request.args.get(name, type=row_number) for name in ("voor", "na"))
    with runtime().reading() as db:
        book = AuditBook.of(db, runtime())
        leaf = book.leaf(_question(values), before=before, after=after)
    return render_template(
        "desk/audit.html",
        leaf=leaf,
        values=values,
        kinds=KINDS,
        sentence=sentence,
        who=who,
        role_name=role_name,
        is_filtered=any(values.values()),
        older=leaf.older and address({**values, "voor": str(leaf.older)}),
        newer=leaf.newer and address({**values, "na": str(leaf.newer)}),
        csv_url=url_for(".audit_copy") + address(values),
    )


@bp.get("/auditlog/csv")
@role("auditor")
def audit_copy() -> Page:
    """The lines that the filters leave; taking them stands in the book."""
    with runtime().transaction() as db:
        lines = AuditBook.of(db, runtime()).copy(
            _question(_values(request.args)), by=current_user.login
        )
    response = Response(sheet(TABLE, map(_row, lines)), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="auditlog.csv"'
    return response


def _row(line: Line) -> list[str]:
    return [
        line.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        line.by,
        line.person.name if line.person else "",
        role_name(line),
        line.action,
        line.subject,
        sentence(line),
    ]


def _values(given: Mapping[str, str]) -> dict[str, str]:
    return {name: typed(given, name) for name in FIELDS}


def _question(values: Mapping[str, str]) -> Question:
    """What is no day counts as not asked."""
    return Question(
        since=_day(values["van"]),
        until=_day(values["tot"]),
        who=values["wie"],
        community=values["gemeenschap"].upper(),
        file=values["bestand"],
        kind=values["soort"] if values["soort"] in KINDS else "",
    )


def _day(text: str) -> date | None:
    """A day; at an end of the calendar it has no midnight in another zone."""
    with suppress(ValueError):
        day = date.fromisoformat(text)
        return day if MINYEAR < day.year < MAXYEAR else None
    return None
