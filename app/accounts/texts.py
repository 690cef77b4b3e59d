"""What we say to somebody who does not get in, or whose password will not do."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil

from app.accounts.rules import MANAGER, USER, Fault, Refused, Why
from app.kernel.words import datum, local_date, schuin, uur
from app.web.context import runtime
from app.web.texts import gettext as _
from app.web.texts import ngettext


def addressed(role: str, u: str, je: str) -> str:
    """The sentence for its reader: a manager is u, a colleague je."""
    return u if role == MANAGER else je


def refusal(refused: Refused, *, now: datetime, role: str = MANAGER) -> str:
    """The sentence on the page for the reason why."""
    house = runtime().settings
    match refused.why:
        case Why.PAUSE | Why.CROWD:
            return _pause(refused, now, role)
        case Why.BLOCKED:
            blocked = _("Deze toegang is geblokkeerd. Bel %(helpline)s.")
            return blocked % {"helpline": house.helpline}
        case Why.INITIAL_OVER:
            return _(
                "Dit initieel wachtwoord is niet meer geldig. Kies 'Wachtwoord "
                "vergeten?' om een eigen wachtwoord in te stellen."
            )
        case Why.PASSWORD_OFF:
            return _(
                "Dit wachtwoord is uitgeschakeld na te veel foute pogingen. Kies "
                "'Wachtwoord vergeten?' om een nieuw wachtwoord in te stellen."
            )
        case _other if role == USER:
            return _(
                "Het e-mailadres of het wachtwoord klopt niet. "
                "Controleer beide en probeer opnieuw."
            )
        case _other:
            return _(
                "De login of het wachtwoord klopt niet. "
                "Controleer beide en probeer opnieuw."
            )


def code_refusal(refused: Refused, *, now: datetime, role: str = MANAGER) -> str:
    """The sentence on the page of the code."""
    match refused.why:
        case Why.OLD_CODE:
            return addressed(
                role,
                _(
                    "U gebruikte de code van een vorig bericht. "
                    "Neem de code uit de laatste sms."
                ),
                _(
                    "Je gebruikte de code van een vorig bericht. "
                    "Neem de code uit de laatste sms."
                ),
            )
        case Why.WRONG:
            return addressed(
                role,
                ngettext(
                    "Deze code klopt niet. U hebt nog %(num)d poging.",
                    "Deze code klopt niet. U hebt nog %(num)d pogingen.",
                    refused.left,
                ),
                ngettext(
                    "Deze code klopt niet. Je hebt nog %(num)d poging.",
                    "Deze code klopt niet. Je hebt nog %(num)d pogingen.",
                    refused.left,
                ),
            )
        case Why.TRIES_SPENT:
            return _(
                "Deze code werkt niet meer na vijf foute pogingen. Vraag een nieuwe."
            )
        case Why.PAUSE:
            return _pause(refused, now, role)
        case _other:
            return _("Deze code is verlopen. Vraag een nieuwe.")


def resend_refusal(refused: Refused, *, now: datetime, role: str = MANAGER) -> str:
    """Why no new code goes out now."""
    seconds = ceil((refused.until - now).total_seconds()) if refused.until else 0
    if refused.why is Why.PAUSE and seconds <= 60:  # noqa: PLR2004 - a minute
        return addressed(
            role,
            ngettext(
                "Wacht nog %(num)d seconde voor u een nieuwe code vraagt.",
                "Wacht nog %(num)d seconden voor u een nieuwe code vraagt.",
                seconds,
            ),
            ngettext(
                "Wacht nog %(num)d seconde voor je een nieuwe code vraagt.",
                "Wacht nog %(num)d seconden voor je een nieuwe code vraagt.",
                seconds,
            ),
        )
    return _pause(refused, now, role) if refused.until else no_sms(role)


def changed(is_number: bool, *, role: str) -> str:  # noqa: FBT001 - which of the two
    """That the password, or the number of a user, is another one now."""
    if is_number:
        return _("Je gsm-nummer is gewijzigd. Op je andere toestellen ben je afgemeld.")
    return addressed(
        role,
        _("Uw wachtwoord is gewijzigd. Op uw andere toestellen bent u afgemeld."),
        _("Je wachtwoord is gewijzigd. Op je andere toestellen ben je afgemeld."),
    )


def anew(is_number: bool) -> str:  # noqa: FBT001 - which of the two
    """What leads to another code, once those of this change are used up."""
    if is_number:
        return _(
            "Vul je nummer en je wachtwoord opnieuw in om een nieuwe code te krijgen."
        )
    return _("Vul beide wachtwoorden opnieuw in om een nieuwe code te krijgen.")


def no_sms(role: str = MANAGER) -> str:
    return addressed(
        role,
        _(
            "We kunnen nu geen sms versturen. Probeer over enkele minuten opnieuw. "
            "Uw bestanden verdwijnen niet vroeger door deze storing."
        ),
        _("We kunnen nu geen sms versturen. Probeer over enkele minuten opnieuw."),
    )


def reminder_choices(days: Sequence[int]) -> list[tuple[str, str, str]]:
    """Value, label and hint of each choice; none where there is one reminder."""
    if len(days) < 2:  # noqa: PLR2004 - two make a choice
        return []
    *early, last = sorted(days, reverse=True)
    nearest = ngettext("%(num)d dag", "%(num)d dagen", last)
    both = _("%(early)s en %(last)s", early=", ".join(map(str, early)), last=nearest)
    return [
        (
            "alle",
            both,
            _(
                "Eerst voor wat u nog niet downloadde, "
                "daarna voor alles wat nog in uw lijst staat."
            ),
        ),
        (
            "laatste",
            _("alleen %(last)s", last=nearest),
            _("Eén e-mail, voor alles wat nog in uw lijst staat."),
        ),
    ]


def fault(wrong: Fault, *, length: int, shortest: int, role: str = MANAGER) -> str:
    """What is wrong with the password that somebody wants."""
    match wrong:
        case Fault.SHORT:
            return _(
                "Het wachtwoord telt %(length)d tekens. Gebruik er minstens "
                "%(shortest)d.",
                length=length,
                shortest=shortest,
            )
        case Fault.LONG:
            return _("Het wachtwoord is te lang. Gebruik hoogstens 128 tekens.")
        case Fault.COMMON:
            return _(
                "Dit wachtwoord komt voor in lijsten met gelekte wachtwoorden. "
                "Kies een ander."
            )
        case Fault.OWN_NAME if role == USER:
            return _("Gebruik niet je naam of je e-mailadres.")
        case Fault.OWN_NAME:
            return addressed(
                role,
                _("Gebruik niet uw login of de naam van uw gemeenschap."),
                _("Gebruik niet je login."),
            )
        case Fault.INITIAL:
            return _("Kies een ander wachtwoord dan het initieel wachtwoord.")


def _pause(refused: Refused, now: datetime, role: str) -> str:
    seconds = ceil((refused.until - now).total_seconds()) if refused.until else 0
    if seconds <= 60:  # noqa: PLR2004 - a minute
        return addressed(
            role,
            ngettext(
                "Te veel pogingen. U kunt opnieuw proberen na %(num)d seconde. "
                "Uw bestanden blijven intussen gewoon staan.",
                "Te veel pogingen. U kunt opnieuw proberen na %(num)d seconden. "
                "Uw bestanden blijven intussen gewoon staan.",
                seconds,
            ),
            ngettext(
                "Te veel pogingen. Je kan opnieuw proberen na %(num)d seconde.",
                "Te veel pogingen. Je kan opnieuw proberen na %(num)d seconden.",
                seconds,
            ),
        )
    zone, until = runtime().settings.timezone, refused.until or now
    time = uur(zone, until)
    if local_date(until, zone) != local_date(now, zone):
        written = schuin if role == USER else datum
        time = _("%(day)s om %(time)s", day=written(zone, until), time=time)
    return addressed(
        role,
        _(
            "Te veel pogingen. U kunt opnieuw proberen na %(time)s uur. "
            "Uw bestanden blijven intussen gewoon staan.",
            time=time,
        ),
        _("Te veel pogingen. Je kan opnieuw proberen na %(time)s uur.", time=time),
    )
