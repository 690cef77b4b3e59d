"""What others say: html-validate of every page, Lighthouse of a few, a tus client."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from tests.cast import correction
from tests.outside import tools
from tests.outside.crawl import Crawl
from tests.outside.resumable import speaks_tus
from tests.stage import Stage, new_delivery, stage

PUBLIC = ("/aanmelden", "/wachtwoord-herstellen/" + "x" * 43, "/bestaat-niet")
NEW = [correction(f"EG000{n}", month="2026-10") for n in ("0417", "0523", "9999")]
JUDGED = (
    "accounts.sign_in",
    "filedrop.index",
    "filedrop.show",
    "deliveries.show",
    "drafts.files",
    "drafts.review",
)


def main() -> int:
    """0 if nobody complains."""
    if shutil.which("npm") is None:
        print("Node is not at hand: nothing was looked at.", file=sys.stderr)
        return 1
    tools.fetch()
    with TemporaryDirectory() as folder, stage(Path(folder)) as here:
        seen = {view: (path, page) for view, path, page in [*_pages(here)][::-1]}
        is_valid = tools.is_valid()
        print(f"html-validate: {'in order' if is_valid else 'see above'}.")
        scores = [_score(here, *seen[view]) for view in JUDGED]
        is_whole = speaks_tus(here)
        print(f"tus-js-client: {'in order' if is_whole else 'see above'}.")
    return 0 if is_valid and is_whole and min(scores) == tools.FULL else 1


def _pages(here: Stage) -> Iterator[tuple[str, str, Page]]:
    """Keep each page that a link leads to; its view, its path, and who looked."""
    crawl = Crawl(here.app, here.site)
    an, lies = here.an(), here.lies()
    new_delivery(lies, dict.fromkeys(NEW, b"kwartieren"))
    visits = ((here.anybody(), PUBLIC), (an, ("/bestanden/",)), (lies, ("/beheer/",)))
    for person, paths in visits:
        page = person.page
        for path, text in crawl.walk(page.context.request, *paths):
            tools.keep(path, text)
            yield crawl.endpoint(path.partition("?")[0]), path, page


def _score(here: Stage, path: str, page: Page) -> int:
    cookies = page.context.cookies(here.site)
    shown = "; ".join(f"{one['name']}={one['value']}" for one in cookies)
    score, lost = tools.accessibility(here.site + path, shown)
    print(f"Lighthouse: {score} {path}", *lost, sep="\n  ")
    return score


if __name__ == "__main__":
    sys.exit(main())
