"""A client of tus 1.0, by hand: each header stands in the test that sends it."""

import io
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from tests.drafting import begin
from tests.visitor import SITE, Visitor

UPLOADS = "/api/uploads/"
BODY = "application/offset+octet-stream"
RESUMABLE = {"Tus-Resumable": "1.0.0"}


def told(**words: str) -> str:
    """Upload-Metadata of these words."""
    return ",".join(f"{k} {b64encode(v.encode()).decode()}" for k, v in words.items())


@dataclass
class Tus:
    """Somebody of the staff who sends a file into a draft."""

    person: Visitor
    draft: str
    csrf: str

    @classmethod
    def of(cls, person: Visitor, kind: str = "correcties") -> "Tus":
        draft = begin(person, kind)
        return cls(person, draft.rpartition("/")[2], person.token())

    def ask(self, verb: str, path: str = UPLOADS, **options: Any) -> TestResponse:
        """A request with the headers that each must have, unless it says otherwise."""
        usual = {**RESUMABLE, "X-CSRFToken": self.csrf}
        headers = {**usual, **options.pop("headers", {})}
        sent = {name: value for name, value in headers.items() if value is not None}
        return self.person.client.open(
            path, method=verb, base_url=SITE, headers=sent, **options
        )

    def make(self, name: str, size: int, **headers: str) -> TestResponse:
        metadata = told(filename=name, draft=self.draft)
        words = {"Upload-Length": str(size), "Upload-Metadata": metadata}
        return self.ask("POST", headers={**words, **headers})

    def made(self, name: str, size: int) -> str:
        """The address of a new upload."""
        answer = self.make(name, size)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return str(answer.headers["Location"])

    def offset(self, path: str) -> int:
        answer = self.ask("HEAD", path)
        assert answer.status_code == 200, answer.status
        return int(answer.headers["Upload-Offset"])

    def send(
        self,
        path: str,
        content: bytes,
        at: int,
        *,
        size: int | None = None,
        **more: Any,
    ) -> TestResponse:
        """These bytes; with a size that says more, the line breaks behind them."""
        length = str(len(content) if size is None else size)
        words = {"Upload-Offset": str(at), "Content-Type": BODY}
        headers = {**words, **more.pop("headers", {})}
        return self.ask(
            "PATCH",
            path,
            data=content,
            headers=headers,
            environ_overrides={"CONTENT_LENGTH": length},
            **more,
        )

    def held(self) -> list[list[object]]:
        """What the draft holds, by name and size."""
        files: list[list[object]] = self.listed()["files"]
        return files

    def listed(self) -> dict[str, Any]:
        """What the page's script is told of the draft."""
        path = f"/beheer/leveringen/nieuw/{self.draft}/bestanden"
        answer = self.person.client.get(path, base_url=SITE)
        assert answer.json
        return dict(answer.json)


class Body(io.BytesIO):
    """The bytes of a request; something happens before its n-th read."""

    def __init__(self, content: bytes, when: int, then: Callable[[], object]) -> None:
        super().__init__(content)
        self.when, self.then, self.reads = when, then, 0

    def read(self, size: int | None = -1) -> bytes:
        self.reads += 1
        if self.reads == self.when:
            self.then()
        return super().read(size)
