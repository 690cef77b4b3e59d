"""What an operator can choose of contracts with energy service providers."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import settings_values as values

VREG = "https://www.vreg.be"


@dataclass(frozen=True, kw_only=True)
class ContractSettings:
    """roots: who may have signed; template: the standard text, ours when absent.

    mail: where a signed contract may be mailed to, if that is a way at all.
    """

    roots: Path | None
    template: Path | None
    tariffs_url: str
    film_url: str
    mail: str

    @classmethod
    def read(cls, read: Callable[..., Any]) -> "ContractSettings":
        """Each by the reader that gathers what is wrong."""
        return cls(
            roots=read("CONTRACT_ROOTS", values.file, ""),
            template=read("CONTRACT_TEMPLATE", values.file, ""),
            tariffs_url=read("TARIFFS_URL", values.http_address, VREG),
            film_url=read("FILM_URL", values.http_address, ""),
            mail=read("CONTRACT_MAIL", values.maybe_address, ""),
        )
