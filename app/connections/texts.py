"""What is wrong with an EAN code, to who typed it."""

from app.connections.rules import MOST, Added
from app.kernel.ean import Slip, slip_in
from app.web.texts import gettext as _
from app.web.texts import ngettext


def slip(typed: str) -> str:
    """One sentence about the first thing that is wrong; none when it holds."""
    if not typed:
        return _("Vul een EAN-code in.")
    if not (typed.isascii() and typed.isdigit()):
        return _("Een EAN-code bestaat enkel uit cijfers.")
    match slip_in(typed):
        case Slip.LENGTH:
            return ngettext(
                "Deze code telt %(num)d cijfer. Een EAN-code telt er 18.",
                "Deze code telt %(num)d cijfers. Een EAN-code telt er 18.",
                len(typed),
            )
        case Slip.START:
            return _("Een EAN-code start met 54.")
        case Slip.CHECK:
            return _("Deze EAN-code bestaat niet. Controleer de cijfers.")
        case None:
            return ""


def refusal(added: Added) -> str:
    """Why a code that holds did not come on the list; none when it did."""
    match added:
        case Added.BEFORE:
            return _("Deze EAN-code staat al in je lijst.")
        case Added.FULL:
            return _(
                "Je lijst is vol: er staan %(most)d EAN-codes in. Verwijder er eerst "
                "een.",
                most=MOST,
            )
        case Added.NOW:
            return ""
