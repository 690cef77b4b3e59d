"""Why a letter did not leave, in the words of colleagues; logs keep our own."""

from app.web.texts import lazy_gettext as _

SENTENCES = {
    "SES cannot be reached": _("Amazon SES is niet te bereiken"),
    "SES did not answer": _("Amazon SES gaf geen antwoord"),
    "the address cannot be used": _("dit adres kan niet"),
    "the folder cannot be written": _("de map is niet te schrijven"),
    "the letter cannot be unsealed": _("deze e-mail is niet meer te openen"),
    "the letter was never written": _("deze e-mail werd nooit geschreven"),
    "the reader is blocked": _("de ontvanger is geblokkeerd"),
    "the relay was lost after the letter": _("de mailserver viel weg na de e-mail"),
}
WHO = {
    "SES": "Amazon SES",
    "the carrier": _("het versturen"),
    "the letter cannot be written": _("deze e-mail is niet te schrijven"),
    "the relay": _("de mailserver"),
}


def reason_of(told: str) -> str:
    """The same for who reads a page; what a mail server answered stays as it is."""
    who, colon, what = told.partition(": ")
    return str(SENTENCES.get(told) or f"{WHO.get(who, who)}{colon}{what}")
