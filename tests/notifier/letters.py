"""Each kind of letter with values of one day, in all its variants."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from notifier import Email
from notifier.letters import Letters

HOUSE = {
    "operator": "Fluvius",
    "helpline": "078 35 35 34",
    "base_url": "https://bestanden.fluvius.be",
    "host": "bestanden.fluvius.be",
    "mail_from": "no-reply@fluvius.be",
}
TEMPLATES = Path(__file__).parents[2] / "templates"
SAFETY = """\
Fluvius vraagt uw wachtwoord of sms-code nooit per e-mail of telefoon.
Twijfelt u aan deze e-mail? Gebruik de link niet en bel 078 35 35 34.
Verdachte e-mails stuurt u door naar verdacht@safeonweb.be.

Fluvius
Deze e-mail is automatisch verstuurd. U kunt er niet op antwoorden.
"""
URL = "https://bestanden.fluvius.be/bestanden/7K4PQ2MXQ8RT2VWXM4NP7X"
Block = dict[str, object]
Values = dict[str, Any]


def datum(moment: date) -> str:
    return f"{moment.day}-{moment.month}-{moment.year}"


def uur(moment: datetime) -> str:
    return f"{moment.hour}.{moment.minute:02}"


def schuin(moment: date) -> str:
    return f"{moment:%d/%m/%Y}"


FILTERS = {"datum": datum, "schuin": schuin, "uur": uur}
LETTERS = Letters(TEMPLATES, FILTERS, HOUSE)


def a_file(name: str = "CORR_2026-09_EG0000417_V01.csv", **more: object) -> Block:
    return {
        "name": name,
        "what": "Correcties afname en injectie, september 2026, versie 1",
        "until": date(2026, 11, 25),
        "replaces": None,
        "replaces_posted": None,
        "reason": "",
        "downloaded": False,
        **more,
    }


def second_version(**more: object) -> Block:
    return a_file(
        "CORR_2026-09_EG0000417_V02.csv",
        what="Correcties afname en injectie, september 2026, versie 2",
        until=date(2026, 12, 19),
        replaces=1,
        replaces_posted=date(2026, 10, 26),
        reason="metercorrectie",
        **more,
    )


def key_list(**more: object) -> Block:
    name = "Verdeelsleutel_2026-Q4_EG0000417.pdf"
    return a_file(name, what="", **{"until": date(2026, 11, 22), **more})


def gentbrugge(*files: Block) -> Block:
    name = "Zonnedelen Gentbrugge cv"
    return {"name": name, "number": "EG0000417", "files": files}


def ledeberg(*files: Block) -> Block:
    return {"name": "Ledeberg & co <vzw>", "number": "EG0000512", "files": files}


def about(*communities: Any, **more: object) -> Values:
    count = sum(len(community["files"]) for community in communities)
    return {"communities": list(communities), "count": count, "url": URL, **more}


def first(*communities: Block) -> Values:
    return about(
        *communities,
        login="an.peeters.0417",
        initial_password="hq7v-m3xk-t9wd-r4np-c6ya",
        initial_until=date(2026, 11, 2),
        phone_tail="27",
    )


def later(*communities: Block, holds_initial: bool = False) -> Values:
    return about(*communities, holds_initial=holds_initial)


def last_call(*communities: Block, last_day: date = date(2026, 11, 22)) -> Values:
    return about(*communities, last_day=last_day)


def write(letter: str, values: Values) -> Email:
    return LETTERS.write(letter, to="an@example.be", name="An Peeters", **values)


def contract(news: str, reason: str) -> Values:
    return {
        "news": news,
        "who": "Wiebe Maes",
        "at": datetime(2026, 11, 20, 10, 14, tzinfo=UTC),
        "reason": reason,
        "organisation": "Zon & Zoon <bv>",
        "number": "3599900040700",
        "url": "https://bestanden.fluvius.be/diensten/",
    }


def access(news: str) -> Values:
    return {
        "news": news,
        "rank": "manager",
        "organisation": "Zon & Zoon <bv>",
        "kbo": "0123.456.749",
        "until": datetime(2026, 12, 20, 10, 14, tzinfo=UTC),
        "url": "https://bestanden.fluvius.be/organisatie/",
    }


RESET: Values = {
    "asked_at": datetime(2026, 11, 20, 10, 14, tzinfo=UTC),
    "url": "https://bestanden.fluvius.be/wachtwoord-herstellen/9c2f",
    "until": datetime(2026, 11, 20, 10, 44, tzinfo=UTC),
}
REISSUE: Values = {
    "untold_login": "",
    "url": "https://bestanden.fluvius.be/wachtwoord-herstellen/9c2f",
    "until": datetime(2026, 11, 23, 10, 14, tzinfo=UTC),
}
AT = {"at": datetime(2026, 11, 20, 10, 16, tzinfo=UTC)}
OLD = key_list(downloaded=True)
VARIANTS: dict[str, tuple[str, Values]] = {
    "first file": ("welcome", first(gentbrugge(a_file()))),
    "first files": ("welcome", first(gentbrugge(a_file(), key_list()))),
    "first files, two communities": (
        "welcome",
        first(gentbrugge(a_file(), key_list()), ledeberg(second_version())),
    ),
    "next file": ("files-ready", later(gentbrugge(second_version()))),
    "next file, never signed in": (
        "files-ready",
        later(gentbrugge(second_version()), holds_initial=True),
    ),
    "next files": ("files-ready", later(gentbrugge(second_version(), key_list()))),
    "next files, two communities": (
        "files-ready",
        later(gentbrugge(second_version()), ledeberg(a_file())),
    ),
    "a file nearly gone": ("reminder", last_call(gentbrugge(key_list()))),
    "a file nearly gone, fetched": ("reminder", last_call(gentbrugge(OLD))),
    "files nearly gone": ("reminder", last_call(gentbrugge(key_list(), key_list()))),
    "files nearly gone, fetched": ("reminder", last_call(gentbrugge(OLD, OLD))),
    "files nearly gone, a mix": (
        "reminder",
        last_call(gentbrugge(OLD, a_file()), ledeberg(key_list(), OLD, OLD)),
    ),
    "reset": ("reset", RESET),
    "reissue": ("reissue", {**REISSUE, "communities": [gentbrugge()]}),
    "reissue, never signed in": (
        "reissue",
        {**REISSUE, "untold_login": "an.peeters.0417", "communities": [gentbrugge()]},
    ),
    "reissue, two": ("reissue", {**REISSUE, "communities": [gentbrugge(), ledeberg()]}),
    "reissue, staff": ("reissue", {**REISSUE, "communities": []}),
    **{
        f"notice of {what}": ("notice", {**AT, "what": what})
        for what in ("password", "mobile", "email", "tries")
    },
    **{
        f"contract {news}": ("contract", contract(news, reason))
        for news, reason in (
            ("requested", ""),
            ("to_sign", ""),
            ("signed", ""),
            ("active", ""),
            ("lifted", ""),
            ("refused", "De handtekening op pagina 2 is van iemand anders."),
            ("suspended", "Klachten van klanten."),
            ("cancelled", ""),
            ("ended", ""),
            ("asked_api", ""),
            ("got_api", ""),
            ("refused_api", "Pagina 2 ontbreekt."),
            ("dropped_api", ""),
            ("left_api", ""),
        )
    },
    **{
        f"access {news}": ("access", access(news))
        for news in ("given", "changed", "taken")
    },
    **{
        f"scanner: {what}": ("scan", {**AT, "url": URL, "what": what, "why": why})
        for what, why in (
            ("infected", "Win.Test.EICAR_HDB-1 <b>"),
            ("unknown", "too large"),
            ("outage", ""),
        )
    },
}
