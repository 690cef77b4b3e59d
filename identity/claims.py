"""What the claims of an issuer say of a person, in the names that each uses."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from identity import Function, Identity, NoIdentity

LONGEST = 200
# the same number, as CSAM, itsme and a broker between them call it
NATIONAL_NUMBER = (
    "egovNRN",
    "http://itsme.services/v2/claim/BENationalNumber",
    "national_number",
)
ORGANISATIONS = "organisations"
MOST = 500


def identity_of(claims: Mapping[str, Any], *, at: datetime) -> Identity:
    """The person of those claims; NoIdentity when they tell no name."""
    given, family = _text(claims, "given_name"), _text(claims, "family_name")
    if not given and not family:
        family = _text(claims, "name")
    if not given and not family:
        raise NoIdentity("the issuer tells no name")
    return Identity(
        subject=str(claims["sub"])[:LONGEST],
        given_name=given,
        family_name=family,
        at=at,
        email=_text(claims, "email") if claims.get("email_verified") is True else "",
        national_number=next(filter(None, _numbers(claims)), ""),
        organisations=tuple(_functions(claims.get(ORGANISATIONS))),
    )


def _functions(told: object) -> Iterator[Function]:
    """Each object of the list; a list may come as the text of one."""
    if isinstance(told, str):
        try:
            told = json.loads(told)
        except ValueError:
            told = []
    for entry in told[:MOST] if isinstance(told, list) else []:
        if isinstance(entry, dict) and _text(entry, "kbo") and _text(entry, "name"):
            names = ("kbo", "name", "address", "function")
            yield Function(*(_text(entry, name) for name in names))


def _numbers(claims: Mapping[str, Any]) -> Iterator[str]:
    for name in NATIONAL_NUMBER:
        yield "".join(sign for sign in _text(claims, name) if sign.isdigit())


def _text(claims: Mapping[str, Any], name: str) -> str:
    """One line of it, without signs that nobody can see; else nothing."""
    value = claims.get(name)
    if not isinstance(value, str):
        return ""
    return "".join(sign for sign in value if sign.isprintable()).strip()[:LONGEST]
