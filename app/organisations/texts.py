"""How ranks are called, and whence somebody has them."""

from app.organisations.rules import Rank, Source
from app.web.texts import lazy_gettext as _

RANKS = {
    Rank.VIEWER: _("Raadplegen"),
    Rank.MANAGER: _("Beheren"),
    Rank.ADMINISTRATOR: _("Beheerder van de organisatie"),
}
HINTS = {
    Rank.VIEWER: _("Ziet de diensten en de meetgegevens van klanten."),
    Rank.MANAGER: _("Sluit ook contracten af en beheert API-toegang."),
    Rank.ADMINISTRATOR: _("Geeft ook anderen toegang."),
}
SOURCES = {
    Source.KBO: _("Functie in het KBO"),
    Source.GRANTED: _("Toegang verleend"),
}
