"""What is in a PDF besides its pages: read, never rendered and never run."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import BytesIO
from itertools import islice

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, PdfObject
from pyhanko.pdf_utils.reader import PdfFileReader

from signing import Look

# a contract has ten pages; who hands in a thousand hands in something else
MOST_NODES = 1000
ACTS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToE",
    "/GoToR",
    "/Rendition",
    "/Movie",
    "/Sound",
}
PLAYS = {"/Movie", "/Screen", "/Sound", "/3D", "/RichMedia"}
ATTACHED = "/FileAttachment"


def look(content: bytes) -> Look | None:
    """Tell what is in a PDF; None when it cannot be read, whatever is handed in."""
    with suppress(Exception):  # a stranger's file may break any reader
        # scanners write PDFs that a strict reader refuses, and people open
        reader = PdfFileReader(BytesIO(content), strict=False)
        return Look(is_locked=True) if reader.encrypted else _seen(reader.root)
    return None


def _seen(root: DictionaryObject) -> Look:
    names, form = _at(root, "/Names"), _at(root, "/AcroForm")
    pages = _pages(_at(root, "/Pages"))
    notes = _few(note for page in pages for note in _each(page, "/Annots"))
    fields = _few(one for top in _each(form, "/Fields") for one in _all(top, "/Kids"))
    marks = _few(_all(_at(root, "/Outlines"), "/First", "/Next"))
    kinds = {str(_found(note, "/Subtype")) for note in notes}
    return Look(
        pages=len(pages),
        is_active="/JavaScript" in names
        or "/XFA" in form
        or bool(kinds & PLAYS)
        or any(map(_acts, (root, *pages, *notes, *fields, *marks))),
        has_files="/EmbeddedFiles" in names or "/AF" in root or ATTACHED in kinds,
    )


def _pages(top: DictionaryObject) -> list[DictionaryObject]:
    """The leaves of the tree of pages; what has no tree is no PDF."""
    if "/Kids" not in top:
        raise ValueError("no pages")
    return [node for node in _few(_all(top, "/Kids")) if "/Kids" not in node]


def _all(top: DictionaryObject, *below: str) -> Iterator[DictionaryObject]:
    """It and whatever hangs below it by those keys; in a ring, without end."""
    waiting = [top]
    while waiting:
        node = waiting.pop()
        waiting += [under for key in below for under in _each(node, key)]
        yield node


def _few(parts: Iterable[DictionaryObject]) -> list[DictionaryObject]:
    """As many as are worth a look; with more, or without end, it is no PDF."""
    found = list(islice(parts, MOST_NODES + 1))
    if len(found) > MOST_NODES:
        raise ValueError("more parts than anybody reads")
    return found


def _acts(holder: DictionaryObject) -> bool:
    """Whether opening, showing or touching it does more than show a page.

    What is done first may be harmless, and name what is done next.
    """
    first = (_at(holder, key) for key in ("/OpenAction", "/A"))
    done = (act for one in first for act in _few(_all(one, "/Next")))
    return "/AA" in holder or any(str(_found(act, "/S")) in ACTS for act in done)


def _found(holder: DictionaryObject, key: str) -> PdfObject | None:
    """What stands there; get() would not go to where it points."""
    with suppress(KeyError):
        there: PdfObject = holder[key]
        return there
    return None


def _at(holder: DictionaryObject, key: str) -> DictionaryObject:
    found = _found(holder, key)
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _each(holder: DictionaryObject, key: str) -> Iterator[DictionaryObject]:
    """The dictionaries of a list, as many as are worth a look; or the only one."""
    found = _found(holder, key)
    if isinstance(found, DictionaryObject):
        yield found
    if isinstance(found, ArrayObject):
        if len(found) > MOST_NODES:
            raise ValueError("more parts than anybody reads")
        some = (found[at] for at in range(len(found)))
        yield from (one for one in some if isinstance(one, DictionaryObject))
