"""The catalogue of texts is up to date, and whatever language is there is complete."""

from babel.messages import Catalog
from babel.messages.pofile import read_po

from tests.house.catalogue import FOLDER, POT, current, wanting, written
from tests.house.source import nothing


def test_the_catalogue_holds_the_texts_of_today() -> None:
    stored = POT.read_bytes() if POT.exists() else b""
    assert stored == written(current()), "run: make messages"


def test_a_text_stands_in_the_catalogue_once_wherever_it_is_said() -> None:
    assert written(current()) == written(current())
    assert len(current()) > 100


def test_every_language_says_everything_without_doubt() -> None:
    for file in sorted(FOLDER.rglob("*.po")):
        with file.open("rb") as opened:
            nothing(wanting(current(), read_po(opened)))


def test_a_missing_and_a_doubtful_translation_are_found() -> None:
    template, english = Catalog(), Catalog()
    for text in ("Afmelden", "Bestanden", "Zoeken"):
        template.add(text)
    english.add("Bestanden", "Files")
    english.add("Zoeken", "Search?", flags=["fuzzy"])
    assert list(wanting(template, english)) == ["Afmelden", "Zoeken"]
