"""The audit book: filters in the address, leaf by leaf, line by line, as a copy."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import MAXYEAR, MINYEAR, UTC, date

from flask import render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.desk.service_audit import AuditBook, Line, Question
from app.desk.texts import (
    KINDS,
    result,
    role_name,
    sentence,
    source,
    subject,
    utc,
    who,
)
from app.desk.views import Page, bp
from app.kernel.sheet import sheet
from app.web.asked import row_number, typed
from app.web.context import runtime
from app.web.guards import role
from app.web.pager import address

TABLE = (
    *("tijdstip_utc", "wie", "naam", "rol", "actie", "op_wat"),
    *("resultaat", "ip", "zin"),
)
TELLING = {
    "sentence": sentence,
    "subject": subject,
    "who": who,
    "role_name": role_name,
    "result": result,
    "source": source,
    "utc": utc,
}
FIELDS = ("van", "tot", "wie", "gemeenschap", "bestand", "soort")


@bp.get("/auditlog")
@role("auditor")
def audit_book() -> Page:
    values = _values(request.args)
    before, after = (request.args.get(name, type=row_number) for name in ("voor", "na"))
    with runtime().reading() as db:
        book = AuditBook.of(db, runtime())
        leaf = book.leaf(_question(values), before=before, after=after)
        standing = book.standing()
    return render_template(
        "desk/audit.html",
        leaf=leaf,
        values=values,
        kinds=KINDS,
        standing=standing,
        now=book.now,
        **TELLING,
        older=leaf.older and address({**values, "voor": str(leaf.older)}),
        newer=leaf.newer and address({**values, "na": str(leaf.newer)}),
        csv_url=url_for(".audit_copy") + address(values),
        json_url=url_for(".audit_json") + address(values),
    )


@bp.get("/auditlog/<int:line_id>")
@role("auditor")
def audit_line(line_id: int) -> Page:
    """One line with all that it says, and how it is bound."""
    with runtime().reading() as db:
        line, bound = AuditBook.of(db, runtime()).line(line_id)
    return render_template("desk/audit_line.html", line=line, bound=bound, **TELLING)


@bp.get("/auditlog/csv")
@role("auditor")
def audit_copy() -> Page:
    """The lines that the filters leave; taking them stands in the book."""
    rows = (told.values() for told in map(_told, _taken()))
    return _attached(sheet(TABLE, map(list, rows)), "csv", "text/csv")


@bp.get("/auditlog/json")
@role("auditor")
def audit_json() -> Page:
    """The same for machines, with the details of each line."""
    lines = [{**_told(line), "details": line.details} for line in _taken()]
    text = json.dumps(lines, ensure_ascii=False, indent=1)
    return _attached(text, "json", "application/json")


def _taken() -> list[Line]:
    with runtime().transaction() as db:
        book = AuditBook.of(db, runtime())
        return book.copy(_question(_values(request.args)), by=current_user.login)


def _attached(text: str, ext: str, kind: str) -> Response:
    response = Response(text, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="auditlog.{ext}"'
    return response


def _told(line: Line) -> dict[str, str]:
    told = (
        line.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        line.by,
        line.person.name if line.person else "",
        role_name(line),
        line.action,
        line.subject,
        result(line),
        source(line),
        sentence(line),
    )
    return dict(zip(TABLE, told, strict=True))


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
