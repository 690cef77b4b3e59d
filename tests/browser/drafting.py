"""A draft at the browser: begun, and given files as somebody chooses them."""

from playwright.sync_api import FilePayload, Page

from tests.browser.person import Person
from tests.cast import NOORD, correction
from tests.drafting import START


def payload(name: str, content: bytes = b"kwartieren") -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def months(count: int) -> list[FilePayload]:
    """So many files of one community, a month each."""
    return [
        payload(correction(NOORD, month=f"{2023 + n // 12}-{n % 12 + 1:02}"))
        for n in range(count)
    ]


def begin(person: Person, kind: str = "correcties") -> Page:
    person.open(START)
    person.page.check(f"[name=soort][value={kind}]")
    person.page.get_by_role("button", name="Beginnen").click()
    person.page.wait_for_url(f"**{START}/*")
    return person.page


def choose(page: Page, files: list[FilePayload]) -> None:
    page.get_by_label("Bestanden kiezen").set_input_files(files)
