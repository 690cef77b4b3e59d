"""What is in a PDF besides its pages: read, never rendered and never run."""

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

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
    names = _at(root, "/Names")
    pages = list(_pages(_at(root, "/Pages")))
    notes = [note for page in pages for note in _each(page, "/Annots")]
    holders = (root, *pages, *notes)
    kinds = {str(_found(note, "/Subtype")) for note in notes}
    return Look(
        pages=len(pages),
        is_active="/JavaScript" in names
        or "/XFA" in _at(root, "/AcroForm")
        or bool(kinds & PLAYS)
        or any(_acts(one) for one in holders),
        has_files="/EmbeddedFiles" in names or "/AF" in root or ATTACHED in kinds,
    )


def _pages(top: DictionaryObject) -> Iterator[DictionaryObject]:
    """The leaves of the tree of pages; a tree without end, or leaf, is no PDF."""
    if "/Kids" not in top:
        raise ValueError("no pages")
    waiting, seen = [top], 0
    while waiting:
        seen += 1
        if seen > MOST_NODES:
            raise ValueError("more pages than anybody reads")
        node = waiting.pop()
        waiting += _each(node, "/Kids")
        if "/Kids" not in node:
            yield node


def _acts(holder: DictionaryObject) -> bool:
    """Whether opening, showing or touching it does more than show a page."""
    asked = (_at(holder, key) for key in ("/OpenAction", "/A"))
    return "/AA" in holder or any(str(_found(one, "/S")) in ACTS for one in asked)


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
    """The dictionaries of a list, as many as are worth a look."""
    found = _found(holder, key)
    if isinstance(found, ArrayObject):
        if len(found) > MOST_NODES:
            raise ValueError("more parts than anybody reads")
        some = (found[at] for at in range(len(found)))
        yield from (one for one in some if isinstance(one, DictionaryObject))
