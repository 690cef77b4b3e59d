"""Takes every picture of README and user guide anew: the same pages, the same bytes."""

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, ViewportSize

from tests.pictures.album import PICTURES
from tests.pictures.png import reduced
from tests.pictures.scene import Scene
from tests.stage import Stage, stage

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
SITE = "https://bestanden.example"
DESK: ViewportSize = {"width": 1280, "height": 720}
PHONE: ViewportSize = {"width": 390, "height": 720}
TALLEST = 1100
HEIGHT = "document.documentElement.scrollHeight"


def main() -> None:
    with TemporaryDirectory() as folder, stage(Path(folder), SITE) as here:
        take(here)


def take(here: Stage) -> None:
    """All of them, or none; what is no longer in the album goes."""
    scene, darkroom = Scene(here), here.anybody().page
    taken = {
        name: reduced(darkroom, _shot(way(scene), name))
        for name, way in PICTURES.items()
    }
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for name, picture in taken.items():
        (FOLDER / f"{name}.png").write_bytes(picture)


def _shot(page: Page, name: str) -> bytes:
    """As much of the page as is worth a picture, and no more."""
    look = PHONE if name.endswith("-phone") else DESK
    page.set_viewport_size(look)
    height = min(int(page.evaluate(HEIGHT)), TALLEST)
    page.set_viewport_size({"width": look["width"], "height": height})
    page.evaluate("scrollTo(0, 0)")
    return page.screenshot()


if __name__ == "__main__":
    main()
