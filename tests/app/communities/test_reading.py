"""Reading a register: every usual spelling, and one sentence for each bad line."""

import pytest

from app.communities.reading import read_register
from app.communities.rules import is_number
from app.kernel.errors import Invalid
from tests.cast import AN, BO, HEADER
from tests.house.source import ROOT

FIELDS = dict(
    zip(
        ("number", "name", "login", "manager", "email", "mobile"),
        AN.split(";"),
        strict=True,
    )
)


def line(**changes: str) -> str:
    return ";".join({**FIELDS, **changes}.values())


def read(*lines: str, header: str = HEADER, ends: str = "\n") -> list[str]:
    """The mobiles of a register."""
    content = ends.join([header.strip(), *lines, ""]).encode()
    return [found.mobile for found in read_register(content)]


def refusal(content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        read_register(content)
    return refused.value.sentence


@pytest.mark.parametrize(
    "mobile",
    [
        "0470 11 22 27",
        "0470112227",
        "0470/11.22.27",
        "0470/11 22 27",
        "0470-11-22-27",
        "+32 470 11 22 27",
        "+32470112227",
        "+32 (0)470 11 22 27",
        "+32(0)470/11.22.27",
        "0032 470 11 22 27",
        "32470112227",
        " 0470 11 22 27 ",
        "0470\u00a011\u00a022\u00a027",
        "0470 11 22\u202f27",
        "(0470) 11 22 27",
        "'0470 11 22 27",
        "０４７０１１２２２７",
    ],
)
def test_a_belgian_mobile_in_any_usual_spelling_becomes_one(mobile: str) -> None:
    assert read(line(mobile=mobile)) == ["+32470112227"]


@pytest.mark.parametrize(
    ("mobile", "sentence"),
    [
        ("09 211 22 33", "een vaste lijn krijgt geen sms"),
        ("02 512 34 56", "een vaste lijn krijgt geen sms"),
        ("+32 9 211 22 33", "een vaste lijn krijgt geen sms"),
        ("0800 12 345", "een vaste lijn krijgt geen sms"),
        ("+31 6 12345678", "geen geldig Belgisch nummer"),
        ("0470 11 22 2", "geen geldig Belgisch nummer"),
        ("0470 11 22 27 27 27", "geen geldig Belgisch nummer"),
        ("112", "geen geldig Belgisch nummer"),
        ("onbekend", "ontbreekt of is geen nummer"),
        ("", "ontbreekt of is geen nummer"),
    ],
)
def test_a_number_that_gets_no_code_is_refused_with_its_line(
    mobile: str, sentence: str
) -> None:
    content = HEADER + BO + "\n" + line(mobile=mobile) + "\n"
    found = refusal(content.encode())
    assert found.startswith("Regel 3: ")
    assert sentence in found


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (line(number="EG001"), "'EG001' is geen nummer van een gemeenschap"),
        (line(number="EG٠٠٠٠٠٠١"), "is geen nummer van een gemeenschap"),
        (line(email="an@noord"), "Het e-mailadres ontbreekt of klopt niet."),
        (line(email="an@noord.example, x@y.example"), "e-mailadres ontbreekt of klopt"),
        (line(email=""), "Het e-mailadres ontbreekt of klopt niet."),
        (line(login="an peeters"), "De login 'an peeters' klopt niet"),
        (line(manager=""), "De naam ontbreekt of is te lang."),
        (line(name="x" * 129), "De naam ontbreekt of is te lang."),
        (line(manager="An\u202ePeeters"), "De naam ontbreekt of is te lang."),
        ("EG0000001;Noord", "2 kolommen in plaats van 6."),
        (line() + ";extra", "7 kolommen in plaats van 6."),
        ('"open', "geen geldige CSV."),
        (BO, "bo.maes staat al bij EG0000002."),
        (
            BO.replace("EG0000002", "EG0000003").replace("bo@", "bob@"),
            "bo.maes heeft eerder in dit bestand andere gegevens.",
        ),
        (
            BO.replace("Zuid;bo.maes", "West;els.maes"),
            "EG0000002 heeft eerder in dit bestand een andere naam.",
        ),
    ],
)
def test_the_first_bad_line_is_named(bad: str, sentence: str) -> None:
    found = refusal((HEADER + BO + "\n\n" + bad + "\n").encode())
    assert found.startswith("Regel 4: ")
    assert sentence in found


def test_a_line_that_is_no_utf_8_is_named() -> None:
    bad = line(manager="Anaïs").encode("latin-1")
    found = refusal(HEADER.encode() + BO.encode() + b"\n" + bad)
    assert found == "Regel 3: dit is geen UTF-8. Bewaar het bestand als 'CSV UTF-8'."


@pytest.mark.parametrize(
    "header", ["", "gemeenschap;naam", HEADER.replace("gsm", "telefoon"), "\n" + HEADER]
)
def test_other_columns_are_refused(header: str) -> None:
    found = refusal((header + BO).encode())
    assert found.startswith("Regel 1: de kolommen moeten zijn: gemeenschap_id;naam;")


def test_a_register_of_nobody_is_refused() -> None:
    assert refusal(HEADER.encode()) == "Het bestand bevat geen enkele beheerder."


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_the_ends_of_lines_and_a_mark_at_the_start_do_not_count(ends: str) -> None:
    assert read(AN, "", BO, ends=ends, header="\ufeff" + HEADER) == [
        "+32470112227",
        "+32471334455",
    ]


def test_a_quoted_cell_may_hold_the_separator_and_a_line_break() -> None:
    quoted = line(name='"Zon;\nNoord"').encode()
    (found,) = read_register(HEADER.encode() + quoted)
    assert found.name == "Zon; Noord"


def test_names_logins_and_addresses_lose_what_surrounds_them() -> None:
    spaced = line(
        login=" An.Peeters ", email="\u00a0an@noord.example ", name=" Zon  N "
    )
    (found,) = read_register(HEADER.encode() + spaced.encode())
    assert (found.login, found.email, found.name) == (
        "an.peeters",
        "an@noord.example",
        "Zon N",
    )


@pytest.mark.parametrize(
    ("text", "yes"),
    [("EG0001234", True), ("eg0001234", False), ("EG00012345", False), ("", False)],
)
def test_a_community_has_a_number_of_seven_digits(*, text: str, yes: bool) -> None:
    assert is_number(text) is yes


def test_a_line_tells_all_that_is_wrong_with_it() -> None:
    content = f"{HEADER}{line(number='EG1', email='an', mobile='09 123')}\n".encode()
    assert refusal(content) == (
        "Regel 2: 'EG1' is geen nummer van een gemeenschap (EG1234567). "
        "Het e-mailadres ontbreekt of klopt niet. "
        "Het gsm-nummer is geen geldig Belgisch nummer."
    )


def test_the_example_of_the_user_guide_can_be_taken_in() -> None:
    guide = (ROOT / "docs" / "user-guide" / "medewerkers.md").read_text("utf-8")
    part = guide.split("## Een register invoeren")[1]
    (line,) = read_register(part.split("```\n")[1].encode())
    assert line.login == "piet.janssens"
