"""The letters of a draft, looked at before they leave: word for word what is sent."""

import re
from collections.abc import Callable
from html import unescape

from werkzeug.test import TestResponse

from tests.cast import AN, AN_MOBILE, NOISE, NOORD, ZUID, Cast, correction
from tests.databases import ONE_DATABASE
from tests.drafting import begin, released, send
from tests.inbox import html
from tests.visitor import Visitor

AN_TOO = AN.replace(NOORD, ZUID).replace("Zonnedelen Noord cv", "Buurtstroom Zuid")
SECRET = re.compile(r"(?<=levering=)\S+|(?<=/bestanden/)[\w-]{22}|(?:\w{4}-){4}\w{4}")


def framed(look: TestResponse) -> str:
    """What stands in the frame, its white space aside."""
    return " ".join(look.get_data(as_text=True).split())


def shown(person: Visitor) -> str:
    """The words of the letter on the open page."""
    return person.text.split("Aan ", 1)[1].split(" Zo leest de beheerder")[0]


def test_what_is_shown_is_what_is_sent(sam: Visitor, cast: Cast) -> None:
    cast.register(AN_TOO)
    cast.publish({correction(NOORD): b"van toen"})
    draft = begin(sam)
    send(sam, draft, correction(NOORD, version=2), b"van Noord")
    send(sam, draft, correction(NOORD, month="2026-08"), b"augustus")
    send(sam, draft, correction(ZUID), b"van Zuid")
    previews = {}
    for number in (1, 2):
        sam.open(f"{draft}/berichten?pagina={number}")
        assert f"Ontvanger {number} van 2" in sam.text
        previews[number] = shown(sam)
    assert released(sam, cast, draft, "3").status_code == 303
    for number, address in ((1, "an@noord.example"), (2, "bo@zuid.example")):
        text = " ".join(cast.mails(address)[-1].text.split())
        assert previews[number].endswith(SECRET.sub("••••", text))
    assert "Deze versie vervangt versie 1 van 26-10-2026." in previews[1]
    assert "het initieel wachtwoord uit onze eerste e-mail" in previews[1]
    assert "Initieel wachtwoord: ••••" in previews[2]
    cast.settled("bo.maes")
    draft = begin(sam)
    for community in (NOORD, ZUID):
        send(sam, draft, correction(community, version=3), b"later")
    sam.open(f"{draft}/berichten?groep=initieel")
    assert "Nog nooit aangemeld 1" in sam.text
    assert "Ontvanger 1 van 1" in sam.text
    assert shown(sam).startswith("An Peeters")


def test_recipients_are_found_by_what_they_get(sam: Visitor, cast: Cast) -> None:
    cast.register(AN_TOO)
    cast.settled("an.peeters")
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"van Noord")
    send(sam, draft, correction(ZUID), b"van Zuid")
    sam.open(f"{draft}/berichten")
    assert "Alle 2 E-mail over 1 bestand 1 E-mail over meer bestanden 1" in sam.text
    sam.open(f"{draft}/berichten?groep=eerste")
    assert "Ontvanger 1 van 1" in sam.text
    assert shown(sam).startswith("Bo Maes")
    sam.open(f"{draft}/berichten?groep=meer")
    assert shown(sam).startswith("An Peeters")


def test_who_gets_a_new_version_reads_why(sam: Visitor, cast: Cast) -> None:
    cast.publish({correction(NOORD): b"van toen"})
    draft = begin(sam)
    send(sam, draft, correction(ZUID), b"van Zuid")
    sam.open(f"{draft}/routering")
    assert "Reden" not in sam.text
    send(sam, draft, correction(NOORD, version=2), b"van nu")
    sam.open(f"{draft}/routering")
    assert "1 bestand vervangt een eerdere versie. De e-mail noemt" in sam.text
    assert sam.submit(f"{draft}/reden", {"reden": "zomaar"}).status_code == 422
    sam.open(f"{draft}/routering")
    assert sam.submit(f"{draft}/reden", {"reden": "verhuis"}).status_code == 303
    sam.follow()
    assert "De reden is bewaard." in sam.text
    sam.open(f"{draft}/vrijgeven")
    assert "1 bestand vervangt een eerdere versie : verhuis" in sam.text
    assert released(sam, cast, draft, "2").status_code == 303
    assert ("draft.explain", "sam.claes") in cast.audited("draft.")
    told = "vervangt versie 1 van 26-10-2026. Reden: verhuis."
    assert told in " ".join(cast.mails("an@noord.example")[-1].text.split())
    assert "Reden" not in cast.mails("bo@zuid.example")[-1].text


def test_looking_gives_nobody_a_way_in(sam: Visitor, cast: Cast) -> None:
    draft = begin(sam)
    send(sam, draft, correction(NOORD), b"x")
    for _ in range(2):
        sam.open(f"{draft}/berichten")
        assert "Initieel wachtwoord: ••••" in sam.text
    assert cast.mails("an@noord.example") == []
    assert released(sam, cast, draft, "1").status_code == 303
    assert cast.initial_password("an@noord.example")


@ONE_DATABASE
def test_its_look_stands_in_a_frame_that_can_do_nothing(
    sam: Visitor, cast: Cast
) -> None:
    draft = begin(sam)
    assert sam.open(f"{draft}/berichten/opmaak").status_code == 404
    for community in (NOORD, ZUID):
        send(sam, draft, correction(community), b"x")
    page = sam.open(f"{draft}/berichten?vorm=opmaak&pagina=2")
    assert page.headers["Content-Security-Policy"].endswith("; frame-src 'self'")
    frame = re.search(r'<iframe [^>]*src="([^"]+)"[^>]* sandbox>', html(sam))
    assert frame
    assert 'href="?vorm=opmaak&amp;pagina=1"' in html(sam)
    look = sam.open(unescape(frame[1]))
    policy = look.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline'")
    assert "frame-ancestors 'self'" in policy
    assert look.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert released(sam, cast, draft, "2").status_code == 303
    sent = " ".join(cast.mails("bo@zuid.example")[-1].html.split())
    still = '<a tabindex="-1" target="_blank" '
    assert still in framed(look)
    assert framed(look).replace(still, "<a ") == SECRET.sub("••••", sent)


def test_who_prepares_may_look_and_nobody_else(
    cast: Cast,
    signed_in: Callable[[str, str], Visitor],
    visitor: Callable[[], Visitor],
) -> None:
    cast.register(AN, NOISE)
    mieke = signed_in("mieke.smets", "uploader")
    draft = begin(mieke)
    mieke.open(f"{draft}/berichten")
    assert "Er is nog niemand die een e-mail krijgt." in mieke.text
    cast.settled("an.peeters")
    an = visitor()
    an.sign_in(cast, "an.peeters", AN_MOBILE)
    for person in (an, signed_in("tom.wouters", "auditor")):
        for page in ("berichten", "berichten/opmaak"):
            assert person.open(f"{draft}/{page}").status_code == 403
