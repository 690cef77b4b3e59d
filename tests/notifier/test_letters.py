import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError

from notifier import Email
from notifier.letters import GSM_7, Letters

HOUSE = {
    "operator": "Fluvius",
    "helpline": "078 35 35 34",
    "base_url": "https://bestanden.fluvius.be",
    "host": "bestanden.fluvius.be",
    "mail_from": "no-reply@fluvius.be",
}
TEMPLATES = Path(__file__).parents[2] / "templates"
URL = "https://bestanden.fluvius.be/bestanden/7K4PQ2MXQ8RT2VWXM4NP7X"
SAFETY = """\
Fluvius vraagt uw wachtwoord of sms-code nooit per e-mail of telefoon.
Twijfelt u aan deze e-mail? Gebruik de link niet en bel 078 35 35 34.
Verdachte e-mails stuurt u door naar verdacht@safeonweb.be.

Fluvius
Deze e-mail is automatisch verstuurd. U kunt er niet op antwoorden.
"""
Block = dict[str, object]
Values = dict[str, Any]


def datum(moment: date) -> str:
    return f"{moment.day}-{moment.month}-{moment.year}"


def uur(moment: datetime) -> str:
    return f"{moment.hour}.{moment.minute:02}"


LETTERS = Letters(TEMPLATES, {"datum": datum, "uur": uur}, HOUSE)


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


def last_call(*communities: Block, last_day: date = date(2026, 11, 22)) -> Values:
    return about(*communities, last_day=last_day)


def write(letter: str, values: Values) -> Email:
    return LETTERS.write(letter, to="an@example.be", name="An Peeters", **values)


RESET: Values = {
    "asked_at": datetime(2026, 11, 20, 10, 14, tzinfo=UTC),
    "url": "https://bestanden.fluvius.be/wachtwoord-herstellen/9c2f",
    "until": datetime(2026, 11, 20, 10, 44, tzinfo=UTC),
}
REISSUE: Values = {
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
    "next file": ("files-ready", about(gentbrugge(second_version()))),
    "next files": ("files-ready", about(gentbrugge(second_version(), key_list()))),
    "next files, two communities": (
        "files-ready",
        about(gentbrugge(second_version()), ledeberg(a_file())),
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
    "reissue, two": ("reissue", {**REISSUE, "communities": [gentbrugge(), ledeberg()]}),
    "reissue, staff": ("reissue", {**REISSUE, "communities": []}),
    **{
        f"notice of {what}": ("notice", {**AT, "what": what})
        for what in ("password", "mobile", "email", "tries")
    },
}


@pytest.fixture(params=VARIANTS)
def variant(request: pytest.FixtureRequest) -> tuple[str, Values]:
    return VARIANTS[request.param]


class Page(HTMLParser):
    """What a reader of the HTML sees, and where its links go."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self._href = ""
        self.feed(html[html.index("</h1>") :])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._href = dict(attrs).get("href") or "" if tag == "a" else self._href

    def handle_endtag(self, tag: str) -> None:
        self._href = "" if tag == "a" else self._href

    def handle_data(self, data: str) -> None:
        self.words += data.split()
        if self._href:
            self.links.append((self._href, data))


def test_the_first_letter_carries_login_and_initial_password() -> None:
    mail = write(*VARIANTS["first file"])
    assert mail.subject == (
        "Bestand voor Zonnedelen Gentbrugge cv (EG0000417): uw toegang"
    )
    assert (
        mail.text
        == f"""\
Dag An Peeters

U bent bij Fluvius gekend als beheerder van de energiegemeenschap
Zonnedelen Gentbrugge cv (EG0000417). Er staat een bestand voor u klaar:

  CORR_2026-09_EG0000417_V01.csv
  Correcties afname en injectie, september 2026, versie 1
  Beschikbaar tot en met 25-11-2026

Zo meldt u zich aan:
1. Ga naar {URL}
   of typ zelf bestanden.fluvius.be in uw browser.
2. Login:              an.peeters.0417
   Initieel wachtwoord: hq7v-m3xk-t9wd-r4np-c6ya
3. Kies een eigen wachtwoord. Dat doet u maar één keer.
4. Vul de code in die u per sms krijgt op het nummer dat eindigt op 27.

Deze login gebruikt u ook voor alle volgende bestanden. Het initieel
wachtwoord werkt één keer, tot en met 2-11-2026, en staat in geen enkele
andere e-mail.

{SAFETY}"""
    )


def test_the_first_letter_tells_of_several_files() -> None:
    mail = write(*VARIANTS["first files"])
    assert mail.subject == (
        "2 bestanden voor Zonnedelen Gentbrugge cv (EG0000417): uw toegang"
    )
    assert "Er staan 2 bestanden voor u klaar:" in " ".join(mail.text.split())


def test_the_first_letter_has_a_block_for_each_community() -> None:
    mail = write(*VARIANTS["first files, two communities"])
    assert mail.subject == "3 bestanden voor 2 energiegemeenschappen: uw toegang"
    assert (
        """
U bent bij Fluvius gekend als beheerder van 2 energiegemeenschappen. Er
staan 3 bestanden voor u klaar:

Zonnedelen Gentbrugge cv (EG0000417):

  CORR_2026-09_EG0000417_V01.csv
  Correcties afname en injectie, september 2026, versie 1
  Beschikbaar tot en met 25-11-2026

  Verdeelsleutel_2026-Q4_EG0000417.pdf
  Beschikbaar tot en met 22-11-2026

Ledeberg & co <vzw> (EG0000512):

  CORR_2026-09_EG0000417_V02.csv
  Correcties afname en injectie, september 2026, versie 2
  Deze versie vervangt versie 1 van 26-10-2026. Reden: metercorrectie.
  Beschikbaar tot en met 19-12-2026

Zo meldt u zich aan:
"""
        in mail.text
    )


def test_a_later_letter_says_what_a_new_version_replaces() -> None:
    mail = write(*VARIANTS["next file"])
    assert mail.subject == "Nieuw bestand voor Zonnedelen Gentbrugge cv (EG0000417)"
    assert (
        mail.text
        == f"""\
Dag An Peeters

Voor Zonnedelen Gentbrugge cv (EG0000417) staat een nieuw bestand klaar:

  CORR_2026-09_EG0000417_V02.csv
  Correcties afname en injectie, september 2026, versie 2
  Deze versie vervangt versie 1 van 26-10-2026. Reden: metercorrectie.
  Beschikbaar tot en met 19-12-2026

Bekijk en download het op
{URL}
of typ zelf bestanden.fluvius.be in uw browser.

U meldt zich aan met uw login, uw eigen wachtwoord en een sms-code.
Wachtwoord vergeten? Kies 'Wachtwoord vergeten?' op de aanmeldpagina.

{SAFETY}"""
    )


def test_a_replacement_may_come_without_date_and_reason() -> None:
    bare = second_version() | {"replaces_posted": None, "reason": ""}
    mail = write("files-ready", about(gentbrugge(bare)))
    assert "\n  Deze versie vervangt versie 1.\n" in mail.text
    assert "Deze versie vervangt versie 1.<br>" in mail.html


def test_a_later_letter_tells_of_several_files() -> None:
    mail = write(*VARIANTS["next files"])
    assert mail.subject == (
        "2 nieuwe bestanden voor Zonnedelen Gentbrugge cv (EG0000417)"
    )
    assert "Bekijk en download ze op\n" in mail.text
    mail = write(*VARIANTS["next files, two communities"])
    assert mail.subject == "2 nieuwe bestanden voor 2 energiegemeenschappen"
    assert (
        "\nVoor uw 2 energiegemeenschappen staan 2 nieuwe bestanden klaar:\n"
        in mail.text
    )


def test_a_reminder_of_one_file_says_what_happens() -> None:
    mail = write(*VARIANTS["a file nearly gone"])
    assert mail.subject == (
        "Herinnering: bestand beschikbaar tot en met 22-11-2026 (EG0000417)"
    )
    assert (
        mail.text
        == f"""\
Dag An Peeters

Dit bestand van Zonnedelen Gentbrugge cv (EG0000417) is nog niet
gedownload:

  Verdeelsleutel_2026-Q4_EG0000417.pdf
  Beschikbaar tot en met 22-11-2026

Na die datum verwijdert Fluvius het bestand en werkt de link niet meer.
U vindt het op {URL}
of via bestanden.fluvius.be.

Hebt u het bestand niet nodig? Dan hoeft u niets te doen.

{SAFETY}"""
    )


def test_a_reminder_never_calls_a_fetched_file_unfetched() -> None:
    for name in ("a file nearly gone, fetched", "files nearly gone, fetched"):
        mail = write(*VARIANTS[name])
        assert "nog niet" not in mail.text + mail.html
        assert "hebt u al gedownload:" in " ".join(mail.text.split())


def test_a_reminder_names_the_unfetched_files_first() -> None:
    mail = write(*VARIANTS["files nearly gone, a mix"])
    assert mail.subject == (
        "Herinnering: 5 bestanden, het eerste beschikbaar tot en met 22-11-2026"
        " (2 energiegemeenschappen)"
    )
    sentences = re.findall(r"(Dit bestand|Deze \d bestanden)\b([^:]*):", mail.text)
    assert [(start, " ".join(rest.split())) for start, rest in sentences] == [
        (
            "Dit bestand",
            "van Zonnedelen Gentbrugge cv (EG0000417) is nog niet gedownload",
        ),
        ("Dit bestand", "van Ledeberg & co <vzw> (EG0000512) is nog niet gedownload"),
        (
            "Dit bestand",
            "van Zonnedelen Gentbrugge cv (EG0000417) hebt u al gedownload",
        ),
        (
            "Deze 2 bestanden",
            "van Ledeberg & co <vzw> (EG0000512) hebt u al gedownload",
        ),
    ]
    assert "Fluvius verwijdert elk bestand na de datum die erbij staat." in mail.text


def test_a_reminder_of_files_with_one_last_day_names_it() -> None:
    mail = write(*VARIANTS["files nearly gone"])
    assert mail.subject == (
        "Herinnering: 2 bestanden beschikbaar tot en met 22-11-2026 (EG0000417)"
    )
    assert "zijn nog niet gedownload:" in " ".join(mail.text.split())


def test_a_reset_letter_says_when_and_for_how_long() -> None:
    mail = write(*VARIANTS["reset"])
    assert mail.subject == "Nieuw wachtwoord voor Direct bestanden"
    assert (
        mail.text
        == f"""\
Dag An Peeters

Iemand vroeg op 20-11-2026 om 10.14 uur een nieuw wachtwoord voor uw login.
Was u dat? Kies een nieuw wachtwoord op
https://bestanden.fluvius.be/wachtwoord-herstellen/9c2f  (geldig tot 10.44 uur)
U hebt daarbij ook een sms-code nodig.

Was u dat niet? Dan hoeft u niets te doen: uw wachtwoord blijft hetzelfde.

{SAFETY}"""
    )


def test_a_new_way_in_is_a_link_and_never_a_password() -> None:
    mail = write(*VARIANTS["reissue"])
    assert mail.subject == "Nieuwe toegang tot Direct bestanden (EG0000417)"
    assert (
        mail.text
        == f"""\
Dag An Peeters

U bent bij Fluvius gekend als beheerder van de energiegemeenschap
Zonnedelen Gentbrugge cv (EG0000417). U krijgt nieuwe toegang tot Direct
bestanden.

Zo meldt u zich aan:
1. Ga naar https://bestanden.fluvius.be/wachtwoord-herstellen/9c2f
   Deze link werkt één keer, tot 23-11-2026 om 10.14 uur.
2. Kies een eigen wachtwoord.
3. Vul de code in die u per sms krijgt.

Uw login blijft dezelfde. Zodra u een nieuw wachtwoord koos, werkt het
vorige niet meer.

{SAFETY}"""
    )


def test_a_new_way_in_names_whom_it_is_for() -> None:
    assert write(*VARIANTS["reissue, two"]).subject == (
        "Nieuwe toegang tot Direct bestanden (2 energiegemeenschappen)"
    )
    staff = write(*VARIANTS["reissue, staff"])
    assert staff.subject == "Nieuwe toegang tot Direct bestanden"
    assert "beheerder" not in staff.text


def test_a_notice_bears_no_link() -> None:
    mail = write(*VARIANTS["notice of password"])
    assert mail.subject == "Uw wachtwoord voor Direct bestanden is gewijzigd"
    assert (
        mail.text
        == """\
Dag An Peeters

Op 20-11-2026 om 10.16 uur is het wachtwoord van uw login gewijzigd.

Was u dat? Dan hoeft u niets te doen.
Was u dat niet? Bel meteen 078 35 35 34. Wij blokkeren dan uw toegang.

Deze e-mail bevat geen link, zodat u zeker weet dat ze niets van u vraagt.
Fluvius
"""
    )


@pytest.mark.parametrize("what", ["password", "mobile", "email", "tries"])
def test_no_notice_bears_a_link(what: str) -> None:
    mail = write("notice", {**AT, "what": what})
    assert "href" not in mail.html
    assert "http" not in mail.text + mail.html


def test_a_notice_of_something_else_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        write("notice", {**AT, "what": "weather"})


def test_every_link_reads_as_where_it_goes(variant: tuple[str, Values]) -> None:
    letter, values = variant
    mail = write(letter, values)
    links = Page(mail.html).links
    assert links == ([(values["url"], values["url"])] if letter != "notice" else [])
    assert all(href in mail.text for href, _ in links)


def test_both_parts_say_the_same_words(variant: tuple[str, Values]) -> None:
    mail = write(*variant)
    unnumbered = re.sub(r"(?m)^\d\. ", "", mail.text)
    assert Page(mail.html).words == unnumbered.split()


def test_a_letter_is_small_and_fetches_nothing(variant: tuple[str, Values]) -> None:
    mail = write(*variant)
    assert len(mail.html.encode()) < 20_000
    assert not re.search(r"src\s*=|url\(|<link|<script|@import", mail.html)
    assert '<html lang="nl-BE">' in mail.html
    assert not re.search(r"\d{18}", mail.subject + mail.text + mail.html)


def test_the_lines_of_a_letter_fit_a_window(variant: tuple[str, Values]) -> None:
    lines = write(*variant).text.splitlines()
    assert not [line for line in lines if len(line) > 76 and "https://" not in line]


def test_a_letter_has_no_ragged_gaps(variant: tuple[str, Values]) -> None:
    mail = write(*variant)
    assert "\n\n\n" not in mail.text
    assert mail.text == mail.text.strip() + "\n"
    assert not re.search(r"[ \t]\n", mail.text)


def test_only_the_first_letter_carries_credentials(
    variant: tuple[str, Values],
) -> None:
    letter, values = variant
    secrets = {"login": "an.peeters.0417", "initial_password": "hq7v-m3xk"}
    mail = write(letter, {**values, **secrets})
    for word in ("an.peeters.0417", "hq7v-m3xk", "Login:", "Initieel wachtwoord:"):
        assert (word in mail.text) == (word in mail.html) == (letter == "welcome")


def test_a_long_name_is_never_broken() -> None:
    name = "Verslag van de algemene vergadering " + "x" * 200 + ".pdf"
    mail = write("files-ready", about(gentbrugge(a_file(name))))
    assert f"\n  {name}\n" in mail.text


def test_html_shows_a_hostile_name_as_it_is() -> None:
    mail = write("files-ready", about(ledeberg(a_file("<a href='https://evil'>"))))
    assert Page(mail.html).links == [(URL, URL)]
    assert "Ledeberg &amp; co &lt;vzw&gt;" in mail.html
    assert "<a href='https://evil'>" in mail.text


def test_a_missing_value_is_an_error_and_not_an_empty_word() -> None:
    with pytest.raises(UndefinedError):
        LETTERS.write("reset", to="an@example.be", name="An", url=URL)


def test_no_value_can_add_a_line() -> None:
    hostile = a_file("x.csv\n2. Login: evil")
    with pytest.raises(ValueError, match="line break"):
        write("files-ready", about(gentbrugge(hostile)))
    with pytest.raises(ValueError, match="line break"):
        LETTERS.write("reset", to="an@example.be", name="An\r\nBcc: x", **RESET)
    with pytest.raises(ValueError, match="line break"):
        LETTERS.write("reset", to="an@example.be\n", name="An", **RESET)


def test_the_code_goes_out_as_one_text() -> None:
    until = datetime(2026, 11, 20, 9, 24, tzinfo=UTC)
    words = LETTERS.sms("code", code="482913", until=until)
    assert words == (
        "Fluvius: 482913 is uw code voor Direct bestanden, geldig tot 9.24 u."
        " Geef deze code aan niemand.\n@bestanden.fluvius.be #482913"
    )
    assert len(words) <= 160
    assert set(words) <= GSM_7


@pytest.mark.parametrize("operator", ["Fluvius" * 12, "Łódź"])
def test_a_text_that_does_not_fit_is_refused(operator: str) -> None:
    letters = Letters(TEMPLATES, {"uur": uur}, {**HOUSE, "operator": operator})
    until = datetime(2026, 11, 20, 9, 24, tzinfo=UTC)
    with pytest.raises(ValueError, match="does not fit"):
        letters.sms("code", code="482913", until=until)
