"""The demo's folder: a marker, secrets that are made once, settings for the house."""

import errno
import fcntl
import json
import os
import secrets
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from app.kernel.errors import Conflict, Full
from app.settings import Settings
from app.settings_identity import NAMES as ISSUERS

HOUSE = Path(__file__).parents[2]
NOTARY = "AUDIT_KEYS"
MARK, VERSION = "demo-version", "1"
SECRETS = {
    "SECRET_KEY": "secret-key",
    "MASTER_KEYS": "master-keys",
    NOTARY: "audit-keys",
    **{f"OIDC_{name.upper()}_CLIENT_SECRET": f"oidc-{name}" for name in ISSUERS},
}
LOCK, ENV, PEOPLE = "lock", "env", "people.json"
CARDS, ROOTS = "cards.pem", "roots.pem"
KEPT = frozenset({MARK, LOCK, ENV, CARDS, ROOTS, *SECRETS.values()})
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class DemoFolder:
    """Everything of one demo, so that emptying it forgets everything."""

    path: Path
    port: int

    @classmethod
    def of(cls, settings: Settings) -> "DemoFolder":
        """The folder in which a running demo lives."""
        return cls(settings.blob_folder.parent, urlsplit(settings.base_url).port or 80)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def mail(self) -> Path:
        return self.path / "mail"

    @property
    def sms(self) -> Path:
        return self.path / "sms"

    @property
    def cards(self) -> Path:
        """The authorities of the demo's own cards, with their keys."""
        return self.path / CARDS

    @property
    def is_loaded(self) -> bool:
        """Written last: whoever was loaded half, is not loaded."""
        return (self.path / PEOPLE).is_file()

    def environ_of_pages(self) -> dict[str, str]:
        """The same without what only the jobs may know."""
        values = self.environ()
        del values[f"{NOTARY}_FILE"]
        return values

    def environ(self) -> dict[str, str]:
        """Every setting of the house, as an operator would give it."""
        return {
            "DATABASE_URL": f"sqlite:///{self.path / 'energiepost.sqlite'}",
            "BLOBS": f"local:{self.path / 'blobs'}",
            "KEYS": f"local:{self.path / 'keys'}",
            "EMAIL": f"file:{self.mail}",
            "SMS": f"file:{self.sms}",
            "BASE_URL": self.address,
            "CONTRACT_ROOTS": str(self.path / ROOTS),
            "CONTRACT_MAIL": "marktwerking@fluvius.be",
            **_issuers(self.address),
            **{f"{name}_FILE": str(self.path / SECRETS[name]) for name in SECRETS},
            "FLASK_APP": "app.demo.web:create_demo_app",
            "DEMO_FOLDER": str(self.path),
            "PORT": str(self.port),
        }

    def plainly(self) -> AbstractContextManager[None]:
        """Whatever the disk refuses is one sentence."""
        return _plainly(self.path)

    def settings(self) -> Settings:
        return Settings.from_env(self.environ())

    def make(self) -> None:
        """The folder, its marker and its secrets, for our eyes only."""
        with _plainly(self.path):
            self._refuse_strangers()
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._keep(MARK, f"{VERSION}\n")
            for name, file in SECRETS.items():
                if not (self.path / file).exists():
                    self._keep(file, _secret(name))
            if not (self.path / ROOTS).exists():
                self._found_authorities()
            self._keep(ENV, _exports(self.environ()))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Ours alone: a demo that runs is neither loaded nor emptied."""
        with _plainly(self.path), open(self.path / LOCK, "a", opener=_private) as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as taken:
                raise Conflict(
                    f"De demo in {self.path} draait al; stop die eerst met Ctrl+C."
                ) from taken
            yield

    def clear(self) -> None:
        """Forget what a load that was cut off left behind."""
        self._remove(but=KEPT)

    def empty(self) -> None:
        """Remove everything; a folder that bears no marker is not ours to empty."""
        if not (self.path / MARK).is_file():
            raise Conflict(f"{self.path} is geen map van de demo; er is niets gewist.")
        with self.held():
            # the marker goes last, so that what was cut off can be done again
            self._remove(but=frozenset({MARK, LOCK}))
            for name in (LOCK, MARK):
                (self.path / name).unlink()
        with suppress(OSError):  # others may have put something in it meanwhile
            self.path.rmdir()

    def keep_people(self, people: list[dict[str, str]]) -> None:
        """Who signed in before, and with which password."""
        with _plainly(self.path):
            self._keep(PEOPLE, json.dumps(people, ensure_ascii=False, indent=1))

    def passwords(self) -> dict[str, str]:
        """The password of each login that signed in before."""
        try:
            people = json.loads((self.path / PEOPLE).read_text("utf-8"))
        except FileNotFoundError:
            return {}
        return {person["login"]: person["password"] for person in people}

    def _found_authorities(self) -> None:
        from app.demo.pki import Belgium  # noqa: PLC0415 - slow to import, asked once

        belgium = Belgium.found()
        self._keep(CARDS, belgium.pem.decode())
        self._keep(ROOTS, belgium.roots.decode())

    def _refuse_strangers(self) -> None:
        if not self.path.exists() or not any(self.path.iterdir()):
            return
        try:
            version = (self.path / MARK).read_text("utf-8").strip()
        except FileNotFoundError as unmarked:
            raise Conflict(
                f"{self.path} is niet leeg en geen map van de demo; kies een andere."
            ) from unmarked
        if version != VERSION:
            raise Conflict(
                f"De demo in {self.path} is van een andere versie (wij: {VERSION}); "
                "begin opnieuw met make demo-reset."
            )

    def _remove(self, *, but: frozenset[str]) -> None:
        with _plainly(self.path):
            for found in self.path.iterdir():
                if found.name in but:
                    continue
                if found.is_dir() and not found.is_symlink():
                    shutil.rmtree(found)
                else:
                    found.unlink()

    def _keep(self, name: str, content: str) -> None:
        """Put the content under the name in one step."""
        part = self.path / f"{name}.part"
        with open(part, "w", encoding="utf-8", opener=_private) as file:
            file.write(content)
        part.replace(self.path / name)


@contextmanager
def _plainly(path: Path) -> Iterator[None]:
    """A disk that will not is one sentence."""
    try:
        yield
    except OSError as failed:
        where = failed.filename or path
        if failed.errno in NO_ROOM:
            raise Full(f"De schijf van {path} is vol.") from failed
        raise Conflict(
            f"De demo kan niet schrijven in {where}: {failed.strerror}."
        ) from failed


def _exports(values: Mapping[str, str]) -> str:
    """Lines that a shell reads, for `make flask`."""
    return "".join(f"export {name}={shlex.quote(values[name])}\n" for name in values)


def _issuers(address: str) -> dict[str, str]:
    """The demo says itself who somebody is: it shows its people to choose from."""
    values = {}
    for name in ISSUERS:
        values[f"OIDC_{name.upper()}_ISSUER"] = f"{address}/demo/oidc/{name}"
        values[f"OIDC_{name.upper()}_CLIENT_ID"] = "energiepost"
    return values


def _secret(name: str) -> str:
    random = secrets.token_urlsafe(32)
    return random if name == "SECRET_KEY" else f"demo:{random}"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)
