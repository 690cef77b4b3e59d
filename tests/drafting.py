"""A draft as staff make it: filled as the page's script or a form does, released."""

import re

from werkzeug.test import TestResponse

from app.runtime import Runtime
from tests.cast import Cast
from tests.visitor import SITE, Visitor

START = "/beheer/leveringen/nieuw"
SAM = "sam.claes"
RAW = "application/octet-stream"
LINE = (
    "EG{0:07};Gemeenschap {0};beheerder.{0};Beheerder {0};b{0}@eg.example;04701{0:05}"
)


def begin(person: Visitor, kind: str = "correcties") -> str:
    """A new draft; its address."""
    person.open(START)
    answer = person.submit(START, {"soort": kind})
    assert answer.status_code == 303
    person.follow()
    return str(answer.headers["Location"])


def send(person: Visitor, draft: str, name: str, content: bytes) -> TestResponse:
    """One file as the page's script sends it."""
    return person.client.post(
        f"{draft}/bestanden",
        query_string={"naam": name},
        data=content,
        content_type=RAW,
        headers={"X-CSRFToken": person.token()},
        environ_overrides={"CONTENT_LENGTH": str(len(content))},
        base_url=SITE,
    )


def release(
    person: Visitor, draft: str, count: str, *, without: str = ""
) -> TestResponse:
    """Type the number on the page that asks for it; without so many uploads."""
    page = person.open(f"{draft}/vrijgeven").get_data(as_text=True)
    found = re.search(r'name="vrijgave" value="([^"]+)"', page)
    assert found, person.text
    fields = {"vrijgave": found[1], "aantal": count, "zonder": without}
    return person.submit(f"{draft}/vrijgeven", fields)


def leave(cast: Cast) -> None:
    """The ten minutes pass in which it could be held back."""
    cast.clock.forward(minutes=10)
    assert cast.tick("filedrop.release") == 1


def released(
    person: Visitor, cast: Cast, draft: str, count: str, *, without: str = ""
) -> TestResponse:
    """Released and gone: where whoever asks for the draft is sent then."""
    assert release(person, draft, count, without=without).status_code == 303
    leave(cast)
    return person.open(draft)


def row(person: Visitor, draft: str, name: str) -> str:
    """Where the form of one file goes to."""
    page = person.open(f"{draft}/routering?toon=alle").get_data(as_text=True)
    line = next(
        part for part in page.split("<tr>") if name in part.replace("<wbr>", "")
    )
    found = re.search(r'action="([^"]+)"', line)
    assert found
    return found[1]


def blobs(runtime: Runtime) -> set[str]:
    return {blob.key for blob in runtime.blobs.keys()}


def form_of(files: list[tuple[str, str, bytes]], token: str) -> tuple[bytes, str]:
    """A form as a browser without JavaScript sends it: the token first."""
    parts = [("csrf_token", None, token.encode()), *files]
    body = b""
    for field, name, content in parts:
        file = f'; filename="{name}"' if name is not None else ""
        head = (
            f'--grens\r\nContent-Disposition: form-data; name="{field}"{file}\r\n\r\n'
        )
        body += head.encode() + content + b"\r\n"
    return body + b"--grens--\r\n", "multipart/form-data; boundary=grens"


def post_form(person: Visitor, draft: str, form: tuple[bytes, str]) -> TestResponse:
    body, kind = form
    person.page = person.client.post(
        f"{draft}/formulier", data=body, content_type=kind, base_url=SITE
    )
    return person.page
