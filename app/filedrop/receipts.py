"""Receipts as people and machines read them: the list, the sentence, the record."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from zoneinfo import ZoneInfo

from app.filedrop.rules import receipt_until
from app.filedrop.service_receipts import Broken, Found, Proof
from app.kernel.words import datum, thousands, to_the_second
from app.web.pager import Pager, Pill, address
from app.web.texts import gettext as _

Record = dict[str, object]
Communities = Sequence[tuple[str, str]]
# what a name may hold to stand in a command: in others a shell may find more to do
TYPED = re.compile(r"\w[\w .,()+-]*", re.ASCII)


@dataclass(frozen=True)
class Issuer:
    """Who gives receipts, from where, by which clock."""

    operator: str
    base_url: str
    zone: ZoneInfo

    @property
    def host(self) -> str:
        return self.base_url.partition("://")[2]

    def kept_until(self, proof: Proof) -> date:
        return receipt_until(proof.at, self.zone)


@dataclass(frozen=True)
class Listing:
    """One page of receipts, and what leads to the others."""

    proofs: Sequence[Proof]
    broken: Sequence[Broken]
    pager: Pager
    choices: Sequence[Pill]
    query: str
    community: str

    @property
    def is_filtered(self) -> bool:
        return bool(self.query or self.community)

    @property
    def several(self) -> bool:
        return bool(self.choices)


def listing(
    found: Found,
    broken: Sequence[Broken],
    *,
    communities: Communities,
    values: dict[str, str],
    page: str,
) -> Listing:
    """The page that was asked for of what was found."""
    pager = Pager.of(page, found.total, values)
    return Listing(
        proofs=found.page(pager.start, pager.size),
        broken=[] if any(values.values()) or pager.number > 1 else broken,
        pager=pager,
        choices=_choices(communities, values),
        query=values["zoek"],
        community=values["gemeenschap"],
    )


def sentence(proof: Proof, zone: ZoneInfo) -> str:
    """What the receipt says, for an auditor to quote."""
    return _(
        "Op %(day)s om %(clock)s uur is het bestand %(file)s (%(size)s bytes, "
        "SHA-256 %(sha256)s) volledig verzonden aan %(name)s, beheerder van "
        "%(community)s, na aanmelding met wachtwoord en sms-code.",
        day=datum(zone, proof.at),
        clock=to_the_second(zone, proof.at),
        name=proof.by,
        community=proof.community_name,
        file=proof.file_name,
        size=thousands(proof.size),
        sha256=proof.sha256,
    )


def record(proof: Proof, issuer: Issuer) -> Record:
    """The receipt for machines; docs/receipts.md promises this shape."""
    return {
        "type": "energiepost.receipt",
        "version": 1,
        "id": proof.id,
        "issuer": {"name": issuer.operator, "site": issuer.base_url},
        "completed_at": proof.at.astimezone(UTC).isoformat(timespec="seconds"),
        "result": "sent in full",
        "person": {
            "name": proof.by,
            "role": "manager",
            "signed_in_with": ["password", "sms"],
        },
        "community": {"number": proof.community_number, "name": proof.community_name},
        "file": {
            "name": proof.file_name,
            "version": proof.version or None,
            "bytes": proof.size,
            "sha256": proof.sha256,
        },
        "kept_until": issuer.kept_until(proof).isoformat(),
        "sentence": sentence(proof, issuer.zone),
    }


def letterhead(proof: Proof, issuer: Issuer, *, key_url: str, attached: str) -> Record:
    """All that the printed receipt says."""
    return {
        "title": _("Ontvangstbewijs"),
        "subject": _("Ontvangstbewijs van %(file)s", file=proof.file_name),
        "portal": _("Direct bestanden"),
        "house": _("%(operator)s voor energiegemeenschappen", operator=issuer.operator),
        "operator": issuer.operator,
        "day": issuer.kept_until(proof).isoformat(),
        "sentence": sentence(proof, issuer.zone),
        "columns": [_("Gegeven"), _("Waarde")],
        "facts": _facts(proof, issuer.zone),
        "checks": _checks(proof, key_url=key_url, attached=attached),
        "attached": attached,
        "foot": _(
            "%(host)s. Op het platform bewaard tot en met %(day)s.",
            host=issuer.host,
            day=datum(issuer.zone, issuer.kept_until(proof)),
        ),
    }


def file_name(proof: Proof, ext: str) -> str:
    """`Ontvangstbewijs_CORR_2026-09_EG0000417_V02.csv.pdf`."""
    return f"Ontvangstbewijs_{proof.file_name}.{ext}"


def _facts(proof: Proof, zone: ZoneInfo) -> list[tuple[str, str, bool]]:
    """What it is called, what it is, and whether to print it as code."""
    when = _(
        "%(day)s om %(clock)s uur (%(utc)s UTC)",
        day=datum(zone, proof.at),
        clock=to_the_second(zone, proof.at),
        utc=proof.at.astimezone(UTC).strftime("%H:%M:%S"),
    )
    community = f"{proof.community_name} ({proof.community_number})"
    return [
        (_("Bestand"), proof.file_name, False),
        (_("Versie"), str(proof.version or "–"), False),
        (_("Grootte"), _("%(size)s bytes", size=thousands(proof.size)), False),
        (_("Controlesom (SHA-256)"), proof.sha256, True),
        (_("Energiegemeenschap"), community, False),
        (_("Door"), proof.by, False),
        (_("Aangemeld met"), _("wachtwoord en sms-code"), False),
        (_("Laatste byte verzonden"), when, False),
        (_("Kenmerk"), proof.id, True),
    ]


def _checks(proof: Proof, *, key_url: str, attached: str) -> list[Record]:
    """How to find out whether a copy is that file, and this proof is ours."""
    copy = proof.file_name if TYPED.fullmatch(proof.file_name) else _("uw kopie")
    return [
        {
            "title": _("Is uw kopie hetzelfde bestand?"),
            "text": _(
                "Laat uw computer de controlesom van uw kopie berekenen. Is ze gelijk "
                "aan die hierboven, dan is uw kopie het bestand van dit bewijs."
            ),
            "codes": [
                f'certutil -hashfile "{copy}" SHA256',
                f'shasum -a 256 "{copy}"',
            ],
        },
        {
            "title": _("Is dit bewijs echt?"),
            "text": _(
                "In deze pdf zit de bijlage %(attached)s met dezelfde gegevens en een "
                "digitale handtekening (Ed25519). De sleutel waarmee u ze controleert, "
                "staat op dit adres:",
                attached=attached,
            ),
            "codes": [key_url],
        },
        {
            "title": _("Wat dit bewijst"),
            "text": _(
                "Volledig verzonden wil zeggen: elke byte van het bestand verliet de "
                "server, en het antwoord met de laatste sloot zonder fout. Onderbroken "
                "downloads, ook als ze nooit werden hervat, krijgen geen bewijs."
            ),
            "codes": [],
        },
    ]


def _choices(communities: Communities, values: dict[str, str]) -> list[Pill]:
    """A pill for each community of somebody who manages several."""
    if len(communities) < 2:  # noqa: PLR2004 - nothing to choose
        return []
    chosen = values["gemeenschap"]
    named = [("", _("Alle")), *communities]
    return [
        Pill(name, address({**values, "gemeenschap": number}), number == chosen, None)
        for number, name in named
    ]
