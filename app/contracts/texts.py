"""What pages call the states of a contract, its channels, and a signature's doubts."""

from dataclasses import dataclass

from app.contracts.rules import Channel, Check, Flaw, State
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext
from signing import Reason

CHANNELS = {
    Channel.PORTAL: lazy_gettext("Via Mijn Fluvius"),
    Channel.API: lazy_gettext("Via zowel de API als Mijn Fluvius"),
}
HINTS = {
    Channel.PORTAL: lazy_gettext(
        "Je kunt de meetgegevens van je klanten altijd raadplegen via mijn.fluvius.be."
    ),
    Channel.API: lazy_gettext(
        "Je kunt de meetgegevens van je klanten raadplegen via mijn.fluvius.be en de "
        "API."
    ),
}
STATES = {
    State.REQUESTED: lazy_gettext("Aangevraagd"),
    State.TO_SIGN: lazy_gettext("Te ondertekenen"),
    State.SIGNED: lazy_gettext("Ondertekend"),
    State.ACTIVE: lazy_gettext("Actief"),
    State.SUSPENDED: lazy_gettext("Geschorst"),
    State.REFUSED: lazy_gettext("Geweigerd"),
    State.CANCELLED: lazy_gettext("Geannuleerd"),
    State.ENDED: lazy_gettext("Opgezegd"),
    State.REPLACED: lazy_gettext("Vervangen"),
}
# what a colleague may do, from where it stands
VERBS = {
    (State.SIGNED, State.ACTIVE): lazy_gettext("Goedkeuren"),
    (State.SIGNED, State.REFUSED): lazy_gettext("Weigeren"),
    (State.SUSPENDED, State.ACTIVE): lazy_gettext("Schorsing opheffen"),
    (State.ACTIVE, State.SUSPENDED): lazy_gettext("Schorsen"),
    (State.ACTIVE, State.ENDED): lazy_gettext("Opzeggen"),
    (State.SUSPENDED, State.ENDED): lazy_gettext("Opzeggen"),
}
CHECKS = {
    Check.PAGES: lazy_gettext("Elke pagina is er en is leesbaar."),
    Check.SIGNATURE: lazy_gettext(
        "Er staat een handtekening, met naam en functie van wie tekende."
    ),
    Check.FUNCTION: lazy_gettext(
        "Wie tekende, mag de organisatie volgens de KBO vertegenwoordigen."
    ),
    Check.NUMBER: lazy_gettext(
        "Het contractnummer en het KBO-nummer zijn die van dit dossier."
    ),
}
BADGES = {
    State.SIGNED: "new",
    State.ACTIVE: "ok",
    State.SUSPENDED: "bad",
    State.REFUSED: "bad",
}
# what became of a letter
LETTERS = {
    "sent": lazy_gettext("verstuurd"),
    "failed": lazy_gettext("niet aangekomen"),
}
# why what was called a digital signature is none, to who handed it in
DOUBTS = {
    Reason.UNREADABLE: lazy_gettext("We kunnen dit bestand niet lezen."),
    Reason.UNSIGNED: lazy_gettext(
        "We vinden geen digitale handtekening in dit bestand."
    ),
    Reason.INCOMPLETE: lazy_gettext(
        "Dit bestand heeft minder pagina's dan het contract."
    ),
    Reason.SEVERAL: lazy_gettext(
        "Er staan meer digitale handtekeningen in dan we kunnen nakijken."
    ),
    Reason.TAMPERED: lazy_gettext(
        "Dit bestand is na de ondertekening nog gewijzigd of opnieuw bewaard."
    ),
    Reason.OTHER_DOCUMENT: lazy_gettext(
        "Dit is niet het contract dat je hier gedownload hebt."
    ),
    Reason.UNTRUSTED: lazy_gettext(
        "We kunnen niet nagaan wie deze handtekening heeft gezet."
    ),
    Reason.NOT_FOR_SIGNING: lazy_gettext(
        "Er is getekend met de sleutel om aan te melden, niet met die om te tekenen."
    ),
    Reason.EXPIRED: lazy_gettext("De kaart was vervallen toen ermee getekend werd."),
    Reason.REVOKED: lazy_gettext("De kaart waarmee getekend werd, was ingetrokken."),
    Reason.NO_PROOF: lazy_gettext(
        "Het bestand bewijst niet dat de kaart geldig was toen ze tekende."
    ),
    Reason.NO_PERSON: lazy_gettext(
        "De handtekening noemt geen persoon met een rijksregisternummer."
    ),
}

# who signed, held against who handed it in
SENDERS = {
    True: lazy_gettext("dezelfde persoon als wie het indiende"),
    False: lazy_gettext("iemand anders dan wie het indiende"),
    None: lazy_gettext("we weten niet of dat is wie het indiende"),
}
# why what was handed in is not even kept
FLAWS = {
    Flaw.MISSING: lazy_gettext("Kies het getekende contract."),
    Flaw.LARGE: lazy_gettext(
        "Dit bestand is te groot. Kies een PDF van hoogstens 10 MB."
    ),
    Flaw.NO_PDF: lazy_gettext("Dit bestand is geen PDF."),
    Flaw.LOCKED: lazy_gettext(
        "Dit bestand is beveiligd met een wachtwoord. Dien het in zonder wachtwoord."
    ),
    Flaw.ACTIVE: lazy_gettext(
        "In dit bestand zit een script of een film. Dien een gewone PDF in."
    ),
    Flaw.FILES: lazy_gettext(
        "In dit bestand zit een bijlage. Dien enkel het contract in."
    ),
    Flaw.INFECTED: lazy_gettext(
        "De virusscanner vond iets in dit bestand. We hebben het niet bewaard."
    ),
}


@dataclass(frozen=True)
class Light:
    """A state as it is shown: a dot of its own shape, and always its word."""

    kind: str
    word: str


KINDS = {
    State.ACTIVE: "ok",
    State.REFUSED: "bad",
    State.SUSPENDED: "bad",
    State.ENDED: "off",
    State.CANCELLED: "off",
    State.REPLACED: "off",
}


def light_of(state: State) -> Light:
    """The contract's: a request on its way is one thing to who waits for it."""
    word = _("In aanvraag") if state.is_running else str(STATES[state])
    return Light(KINDS.get(state, "wait"), word)


def api_light_of(state: State, *, has_api: bool, is_asked: bool = False) -> Light:
    """The API's; is_asked: by a request beside the contract, on its way."""
    if is_asked or (has_api and state.is_running):
        return Light("wait", _("In aanvraag"))
    if has_api and state is State.ACTIVE:
        return Light("ok", _("Actief"))
    return Light("off", _("Niet actief"))


def doubt_of(reason: str) -> str:
    """The sentence of a reason that was kept by its name; none when there is none."""
    return str(DOUBTS[Reason[reason]]) if reason else ""
