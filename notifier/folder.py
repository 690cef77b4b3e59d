"""A folder in which a sent message is one file: the carrier of demo and development."""

import json
import os
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import TypedDict

from notifier import Clock, SendFailed

_numbers = count()


class Posted(TypedDict):
    """One message as the demo's mailbox shows it."""

    channel: str
    to: str
    subject: str
    body: str
    html: str
    at: str


@dataclass(frozen=True, slots=True)
class Folder:
    """Keeps each message in a file of its own, readable by its owner alone."""

    path: Path
    clock: Clock

    def post(
        self, channel: str, to: str, body: str, *, subject: str = "", html: str = ""
    ) -> None:
        """Write the message whole or not at all."""
        now = self.clock()
        posted = Posted(
            channel=channel,
            to=to,
            subject=subject,
            body=body,
            html=html,
            at=now.isoformat(),
        )
        # The number keeps the order within one moment, the token two processes apart.
        name = f"{now:%Y%m%dT%H%M%S.%f}-{next(_numbers):06}-{token_hex(4)}.json"
        try:
            self._write(name, json.dumps(posted, ensure_ascii=False, indent=1))
        except OSError as error:
            raise SendFailed("the folder cannot be written") from error

    def _write(self, name: str, content: str) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.path / f".{name}"
        try:
            with open(draft, "x", encoding="utf-8", opener=_private) as file:
                file.write(content)
            draft.rename(self.path / name)
        finally:
            draft.unlink(missing_ok=True)


def posted(*folders: Path) -> list[Posted]:
    """Every message that these folders keep, the oldest first."""
    files = {file.name: file for folder in folders for file in folder.glob("2*.json")}
    return [json.loads(files[name].read_text("utf-8")) for name in sorted(files)]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)
