"""What each letter says, word for word."""

import re

from tests.notifier.letters import (
    SAFETY,
    URL,
    VARIANTS,
    gentbrugge,
    later,
    second_version,
    write,
)


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


def test_a_later_letter_to_who_never_signed_in_leads_to_the_first() -> None:
    mail = write(*VARIANTS["next file, never signed in"])
    assert (
        """
U meldt zich aan met uw login, het initieel wachtwoord uit onze eerste
e-mail en een sms-code.
Werkt dat wachtwoord niet meer? Kies 'Wachtwoord vergeten?' op de
aanmeldpagina.
"""
        in mail.text
    )
    assert "eigen wachtwoord" not in mail.text + mail.html


def test_a_replacement_may_come_without_date_and_reason() -> None:
    bare = second_version() | {"replaces_posted": None, "reason": ""}
    mail = write("files-ready", later(gentbrugge(bare)))
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
