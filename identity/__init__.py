"""Somebody else says who a person is: the door, and what may be wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


class NoIdentity(Exception):
    """The issuer did not say who it is, or said it in a way that proves nothing.

    cancelled: the person themselves went no further.
    """

    def __init__(self, reason: str, *, cancelled: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cancelled = cancelled


@dataclass(frozen=True)
class Function:
    """What somebody is in an organisation, as the issuer tells it; nothing checked."""

    kbo: str
    name: str
    address: str = ""
    function: str = ""


@dataclass(frozen=True)
class Identity:
    """Who the issuer says it is; the national number is never shown in a traceback."""

    subject: str
    given_name: str
    family_name: str
    at: datetime
    email: str = ""
    national_number: str = field(default="", repr=False)
    organisations: tuple[Function, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True)
class Attempt:
    """What has to be remembered between going to the issuer and coming back."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str


class Provider(Protocol):
    """Where a person is sent, and what they bring back."""

    def begin(self, redirect_uri: str) -> tuple[str, Attempt]:
        """The address to send the person to, and what to remember; or NoIdentity."""

    def finish(self, query: Mapping[str, str], attempt: Attempt) -> Identity:
        """Who came back with this query; or NoIdentity. An attempt is good for one."""
