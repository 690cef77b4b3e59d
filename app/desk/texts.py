"""What a line of the audit book says as a sentence, and how letters are called."""

from collections.abc import Mapping
from datetime import UTC, datetime

from app.communities.service import News
from app.db.audit import HOUSE
from app.desk.service_audit import Line
from app.runtime import COMMAND, JOBS
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext, ngettext

SENTENCES = {
    "account.add": lazy_gettext("%(who)s voegde de account van %(what)s toe."),
    "account.block": lazy_gettext("%(who)s blokkeerde %(what)s."),
    "account.change": lazy_gettext("%(who)s wijzigde de gegevens van %(what)s."),
    "account.forget": lazy_gettext(
        "%(who)s vergat een gebruiker die al vier jaar niet meer kwam."
    ),
    "account.password": lazy_gettext("%(who)s koos een wachtwoord."),
    "account.register": lazy_gettext(
        "%(who)s bevestigde een e-mailadres om zich mee aan te melden."
    ),
    "account.reissue": lazy_gettext("%(who)s stuurde %(what)s een nieuwe toegang."),
    "account.reminders": lazy_gettext("%(who)s koos welke herinneringen komen."),
    "account.sign_in": lazy_gettext("%(who)s meldde zich aan."),
    "account.sign_out": lazy_gettext("%(who)s meldde %(what)s overal af."),
    "account.unblock": lazy_gettext("%(who)s liet %(what)s opnieuw toe."),
    "audit.export": lazy_gettext("%(who)s downloadde %(lines)s van het auditlog."),
    "calendar.make": lazy_gettext("%(who)s maakte een adres voor de eigen agenda."),
    "calendar.stop": lazy_gettext("%(who)s stopte het adres van de eigen agenda."),
    "community.add": lazy_gettext("%(who)s voegde gemeenschap %(what)s toe."),
    "community.add_manager": lazy_gettext(
        "%(who)s maakte %(whom)s beheerder van %(what)s."
    ),
    "community.remove_manager": lazy_gettext(
        "%(who)s nam %(whom)s het beheer van %(what)s af."
    ),
    "community.rename": lazy_gettext("%(who)s hernoemde gemeenschap %(what)s."),
    "client.end": lazy_gettext("%(who)s beëindigde API-client %(what)s."),
    "client.make": lazy_gettext("%(who)s maakte API-client %(what)s."),
    "client.renew": lazy_gettext("%(who)s vernieuwde het geheim van %(what)s."),
    "connection.list": lazy_gettext(
        "%(who)s zette een EAN-code in de lijst van %(what)s."
    ),
    "connection.unlist": lazy_gettext(
        "%(who)s nam een EAN-code uit de lijst van %(what)s."
    ),
    "contract.active": lazy_gettext("%(who)s maakte contract %(what)s actief."),
    "contract.cancelled": lazy_gettext(
        "%(who)s annuleerde de aanvraag van contract %(what)s."
    ),
    "contract.ended": lazy_gettext("%(who)s zegde contract %(what)s op."),
    "contract.forget": lazy_gettext(
        "%(who)s wiste contract %(what)s na de bewaartermijn."
    ),
    "contract.look": lazy_gettext("%(who)s bekeek het getekende contract %(what)s."),
    "contract.refused": lazy_gettext("%(who)s weigerde contract %(what)s."),
    "contract.portal": lazy_gettext("%(who)s zette de API van contract %(what)s stop."),
    "contract.replaced": lazy_gettext(
        "%(who)s verving contract %(what)s door een nieuw contract."
    ),
    "contract.requested": lazy_gettext("%(who)s vroeg contract %(what)s aan."),
    "contract.signed": lazy_gettext("%(who)s diende contract %(what)s getekend in."),
    "contract.suspended": lazy_gettext("%(who)s schorste contract %(what)s."),
    "contract.to_sign": lazy_gettext("%(who)s koos het kanaal van contract %(what)s."),
    "delivery.mail_again": lazy_gettext("%(who)s verwittigde %(managers)s opnieuw."),
    "delivery.publish": lazy_gettext(
        "%(who)s gaf een levering vrij: %(files)s, %(letters)s."
    ),
    "draft.add": lazy_gettext("%(who)s legde %(file)s in een concept."),
    "draft.choose": lazy_gettext("%(who)s koos de gemeenschap van %(file)s."),
    "draft.die": lazy_gettext("%(who)s ruimde een verlopen concept op."),
    "draft.discard": lazy_gettext("%(who)s gooide een concept weg."),
    "draft.explain": lazy_gettext("%(who)s koos de reden van nieuwe versies."),
    "draft.hold": lazy_gettext("%(who)s hield een levering tegen voor ze vertrok."),
    "draft.make": lazy_gettext("%(who)s begon een concept."),
    "draft.plan": lazy_gettext("%(who)s gaf een concept vrij voor %(hour)s."),
    "draft.release": lazy_gettext("%(who)s gaf een concept vrij; het is vertrokken."),
    "draft.remove": lazy_gettext("%(who)s nam %(file)s uit een concept."),
    "draft.set_aside": lazy_gettext("%(who)s zette %(file)s apart."),
    "draft.stop": lazy_gettext("%(who)s liet een levering niet vertrekken: %(why)s"),
    "draft.take_back": lazy_gettext("%(who)s nam %(file)s terug in een concept."),
    "file.again": lazy_gettext("%(who)s plaatste %(what)s opnieuw."),
    "file.download": lazy_gettext("%(who)s begon %(what)s te downloaden."),
    "file.downloaded": lazy_gettext("%(who)s downloadde %(what)s (volledig)."),
    "file.find": lazy_gettext("%(who)s vond de inhoud van %(what)s terug."),
    "file.hold": lazy_gettext("%(who)s hield %(file)s tegen: %(why)s."),
    "file.lose": lazy_gettext("%(who)s vond de inhoud van %(what)s niet meer."),
    "file.purge": lazy_gettext("%(who)s wiste %(what)s na de laatste dag."),
    "file.remove": lazy_gettext("%(who)s haalde %(what)s uit de eigen lijst."),
    "file.restore": lazy_gettext("%(who)s zette %(what)s terug in de eigen lijst."),
    "file.scan_again": lazy_gettext("%(who)s liet %(file)s opnieuw controleren."),
    "key.destroy": lazy_gettext(
        "%(who)s vernietigde de sleutel van %(what)s, en daarmee %(files)s."
    ),
    "key.destroy_again": lazy_gettext(
        "%(who)s vernietigde de sleutel van %(what)s, die terug was, opnieuw."
    ),
    "letter.retry": lazy_gettext("%(who)s bood %(letters)s opnieuw aan."),
    "organisation.accept": lazy_gettext(
        "%(who)s kreeg de toegang die was gegeven tot organisatie %(what)s."
    ),
    "organisation.change": lazy_gettext(
        "%(who)s wijzigde wat iemand mag voor organisatie %(what)s."
    ),
    "organisation.grant": lazy_gettext(
        "%(who)s gaf iemand toegang tot organisatie %(what)s."
    ),
    "organisation.join": lazy_gettext(
        "%(who)s handelt volgens de KBO voor organisatie %(what)s."
    ),
    "organisation.leave": lazy_gettext(
        "%(who)s handelt volgens de KBO niet langer voor organisatie %(what)s."
    ),
    "organisation.take_back": lazy_gettext(
        "%(who)s nam een toegang tot organisatie %(what)s terug."
    ),
    "organisation.withdraw": lazy_gettext(
        "%(who)s trok een toegang tot organisatie %(what)s in, die niemand opnam."
    ),
}
REFUSALS = {
    "account.code": lazy_gettext("%(who)s gaf een verkeerde sms-code."),
    "account.sign_in": lazy_gettext("%(who)s kon zich niet aanmelden: %(why)s."),
}
WHY = {
    "blocked": lazy_gettext("de login is geblokkeerd"),
    "initial over": lazy_gettext("het initiële wachtwoord is niet meer geldig"),
    "password off": lazy_gettext("het wachtwoord is uitgezet na te veel pogingen"),
}
SOURCES = {
    "": "–",
    COMMAND: lazy_gettext("opdracht"),
    JOBS: lazy_gettext("taak"),
}
THINGS = {
    "audit": lazy_gettext("Auditlog"),
    "draft": lazy_gettext("Concept"),
    "letter": lazy_gettext("E-mail"),
    "letters": lazy_gettext("E-mails"),
}
KINDS = {
    "": lazy_gettext("Alles"),
    "account": lazy_gettext("Toegang en accounts"),
    "audit": lazy_gettext("Auditlog"),
    "calendar": lazy_gettext("Agenda"),
    "community": lazy_gettext("Gemeenschappen"),
    "client": lazy_gettext("API-clients"),
    "connection": lazy_gettext("EAN-lijsten"),
    "contract": lazy_gettext("Contracten"),
    "delivery": lazy_gettext("Leveringen"),
    "draft": lazy_gettext("Concepten"),
    "file": lazy_gettext("Bestanden"),
    "key": lazy_gettext("Sleutels"),
    "letter": lazy_gettext("E-mails"),
    "organisation": lazy_gettext("Organisaties"),
}
LETTERS = {
    "access": lazy_gettext("Toegang tot een organisatie"),
    "confirm": lazy_gettext("E-mailadres bevestigen"),
    "contract": lazy_gettext("Stand van een contract"),
    "day": lazy_gettext("Dagbrief"),
    "files-ready": lazy_gettext("Bestanden staan klaar"),
    "notice": lazy_gettext("Melding van een wijziging"),
    "reissue": lazy_gettext("Nieuwe toegang"),
    "reminder": lazy_gettext("Herinnering"),
    "reset": lazy_gettext("Wachtwoord herstellen"),
    "scan": lazy_gettext("Melding van de virusscanner"),
    "welcome": lazy_gettext("Eerste e-mail, met login"),
}
NEWS = {
    News.COMMUNITY: lazy_gettext("Nieuwe gemeenschap"),
    News.NAME: lazy_gettext("Andere naam"),
    News.MANAGER: lazy_gettext("Nieuwe beheerder"),
    News.CONTACT: lazy_gettext("Andere gegevens"),
    News.TIE: lazy_gettext("Nieuw beheer"),
}
STANDS = {"mislukt": lazy_gettext("Mislukt"), "wacht": lazy_gettext("Wacht")}


def who(line: Line) -> str:
    """By name; the house itself is the platform."""
    if line.person:
        return line.person.name
    return _("Het platform") if line.by == HOUSE else line.by


def subject(line: Line) -> str:
    """In words what it is about; what has no name of its own is told by its kind."""
    kind, _colon, number = line.about.partition(":")
    if line.subject != line.about:
        return line.subject
    return str(THINGS.get(kind) or number or kind)


def sentence(line: Line) -> str:
    """One sentence; an action that nobody described yet is told by its name."""
    is_named = line.subject != line.about  # and a name may have a colon of its own
    what = line.subject if is_named else line.about.partition(":")[2] or line.about
    why = str(line.details.get("why", "–"))
    values = {
        "file": "–",
        "hour": "–",
        **line.details,
        "why": WHY.get(why, why),
        **_counted(line.details),
        "who": who(line),
        "whom": line.whom or "–",
        "what": what,
    }
    known = (REFUSALS if line.refused else SENTENCES).get(line.action)
    if known is None:
        return f"{who(line)}: {line.action} ({what})."
    return str(known) % values


def role_name(line: Line) -> str:
    """As what they did it; colleagues call their own roles as the settings do."""
    role = line.person.role if line.person else ""
    return _("beheerder") if role == "manager" else role


def result(line: Line) -> str:
    return _("geweigerd") if line.refused else _("gelukt")


def source(line: Line) -> str:
    """The address from which it was asked, or what else asked it."""
    return str(SOURCES.get(line.source, line.source))


def utc(at: datetime) -> str:
    """`2026-10-26 09:14:05.123 UTC`: the same wherever it is read."""
    there = at.astimezone(UTC).isoformat(sep=" ", timespec="milliseconds")
    return there.replace("+00:00", " UTC")


def letter_name(kind: str) -> str:
    return str(LETTERS.get(kind, kind))


def _counted(details: Mapping[str, str | int]) -> dict[str, str]:
    """The numbers of a line with their word, for one and for many."""
    files, letters, lines = (
        int(details.get(name, 0)) for name in ("files", "letters", "lines")
    )
    return {
        "files": ngettext("%(num)d bestand", "%(num)d bestanden", files),
        "letters": ngettext("%(num)d e-mail", "%(num)d e-mails", letters),
        "managers": ngettext("%(num)d beheerder", "%(num)d beheerders", letters),
        "lines": ngettext("%(num)d regel", "%(num)d regels", lines),
    }
