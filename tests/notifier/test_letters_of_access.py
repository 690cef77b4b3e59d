"""What each letter about a way in says, word for word."""

from tests.notifier.letters import SAFETY, VARIANTS, write


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


def test_a_new_way_in_tells_the_login_to_who_never_signed_in() -> None:
    text = write(*VARIANTS["reissue, never signed in"]).text
    assert (
        """\
3. Vul de code in die u per sms krijgt.
4. Meld u aan met dat wachtwoord en uw login.
   Login:              an.peeters.0417

Deze login gebruikt u ook voor alle volgende bestanden. Zodra u"""
        in text
    )


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
