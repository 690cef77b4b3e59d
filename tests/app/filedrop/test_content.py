"""What a slice of a zip costs, and what is said of a file that is gone."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import accumulate, pairwise
from os import urandom

import pytest

from app.filedrop.content import Content, zip_of
from app.filedrop.service import FileDrop, GoneFiles
from app.filedrop.service_shelf import Taken
from storage import MEBIBYTE, Pieces, SealedStore
from storage.crypto import SealedBlobs
from storage.local import LocalBlobs
from tests.cast import AN, NOORD, Cast, correction
from tests.databases import ONE_DATABASE

# they ask no database: one is enough
pytestmark = ONE_DATABASE

SEGMENTS = 3
NAMES = [correction(NOORD, version=n) for n in (1, 2, 3, 4)]
CONTENTS = [urandom(SEGMENTS * MEBIBYTE) for _ in NAMES]


@dataclass(frozen=True)
class CountedBlobs(LocalBlobs):
    """Counts the sealed segments that are read from the disk."""

    reads: list[int] = field(default_factory=list)

    def open(
        self,
        key: str,
        start: int = 0,
        stop: int | None = None,
        *,
        piece: int = MEBIBYTE,
    ) -> Pieces:
        found = super().open(key, start, stop, piece=piece)

        def counted() -> Iterator[bytes]:
            for content in found:
                self.reads.append(len(content))
                yield content

        return Pieces(counted(), found.close, size=found.size)


@pytest.fixture
def files(cast: Cast) -> list[Taken]:
    """Four files of An's, in her hand."""
    cast.staff()
    cast.register(AN)
    cast.publish(dict(zip(NAMES, CONTENTS, strict=True)))
    ids = [cast.file(name).public_id for name in NAMES]
    with cast.runtime.reading() as session:
        filedrop = FileDrop.of(session, cast.runtime)
        person = filedrop.accounts.find("an.peeters")
        assert person
        return filedrop.take_out(ids, person.id)


def zipped(cast: Cast, files: list[Taken]) -> tuple[Content, list[int]]:
    counted = CountedBlobs(cast.folder / "blobs")
    house = replace(cast.runtime, blobs=SealedBlobs(counted))
    return zip_of(house, files), counted.reads


def part(content: Content, start: int, stop: int) -> bytes:
    pieces = content.read(start, stop)
    got = b"".join(map(bytes, pieces))  # each is where the one before it was
    pieces.close()
    return got


def test_a_slice_of_a_zip_opens_only_the_segments_that_it_touches(
    cast: Cast, files: list[Taken]
) -> None:
    content, reads = zipped(cast, files)
    whole = part(content, 0, content.size)
    assert len(reads) == len(files) * SEGMENTS
    begins = [whole.index(one) for one in CONTENTS]
    third, last = begins[2], begins[3]
    slices = {
        (0, 10): 0,  # the head of a file in a zip is in nobody's segment
        (third, third + 1): 1,
        (third + MEBIBYTE - 1, third + MEBIBYTE + 1): 2,
        (last - 1000, last + 1): 2,
        (begins[1] - 1000, last + 1): 1 + 2 * SEGMENTS + 1,
        (content.size - 1, content.size): 0,
    }
    for (start, stop), segments in slices.items():
        reads.clear()
        assert part(content, start, stop) == whole[start:stop]
        assert len(reads) == segments, (start, stop)


def test_a_zip_is_cut_anywhere(cast: Cast, files: list[Taken]) -> None:
    content, _ = zipped(cast, files[:2])
    whole = part(content, 0, content.size)
    cuts = [0, *accumulate([MEBIBYTE + 7] * 5), content.size]
    pieces = [part(content, a, b) for a, b in pairwise(cuts)]
    assert b"".join(pieces) == whole


@pytest.mark.parametrize("gone", [[0], [2], [1, 3]])
def test_files_that_are_gone_are_named_before_the_first_byte_with_those_that_stay(
    cast: Cast, files: list[Taken], gone: list[int]
) -> None:
    content, reads = zipped(cast, files)
    blobs: SealedStore = cast.runtime.blobs
    for number in gone:
        blobs.delete(files[number].blob_key)
    with pytest.raises(GoneFiles) as told:
        content.read(0, content.size)
    assert list(told.value.gone) == [files[number] for number in gone]
    assert list(told.value.rest) == [
        file for file in files if file not in told.value.gone
    ]
    assert reads == []


def test_what_a_slice_does_not_touch_may_be_gone(
    cast: Cast, files: list[Taken]
) -> None:
    content, _ = zipped(cast, files)
    whole = part(content, 0, content.size)
    cast.runtime.blobs.delete(files[0].blob_key)
    begins = whole.index(CONTENTS[1])
    assert part(content, begins, content.size) == whole[begins:]


def test_another_layout_has_another_tag(cast: Cast, files: list[Taken]) -> None:
    later = [replace(files[0], posted_at=files[0].posted_at + timedelta(days=1))]
    renamed = [replace(files[0], name="x" + files[0].name[1:])]
    changed = [replace(files[0], sha256="0" * 64)]
    kinds = [files[:1], later, renamed, changed, files[:2], files[1::-1]]
    assert len({zip_of(cast.runtime, kind).etag for kind in kinds}) == len(kinds)
    assert zip_of(cast.runtime, files).etag == zip_of(cast.runtime, files).etag


def test_who_turns_away_before_the_first_byte_leaves_nothing_open(
    cast: Cast, files: list[Taken]
) -> None:
    content, reads = zipped(cast, files)
    content.read(0, content.size).close()
    assert len(reads) == 1
