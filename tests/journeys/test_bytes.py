"""Bytes in hand: the very same, any range of them, counted once when they are whole."""

import io
import logging
import zipfile
from collections.abc import Callable
from contextlib import closing
from itertools import product
from threading import Barrier, Thread

import pytest

from storage import BlobDamaged
from tests.cast import AN_TOO, BO_MOBILE, NOORD, ZUID, Cast, correction
from tests.visitor import SITE, Visitor

Arrive = Callable[[], Visitor]
MEBIBYTE = 1 << 20
PATTERN = bytes(range(251))  # its length is prime, so no two segments are alike
CONTENT = PATTERN * (3 * MEBIBYTE // len(PATTERN) + 1) + b"slot"
NAME = correction(NOORD)


@pytest.fixture
def an(an_with: Callable[[dict[str, bytes]], Visitor]) -> Visitor:
    """An is in; for Noord lies a file of three segments and a bit."""
    return an_with({NAME: CONTENT})


@pytest.fixture
def link(an: Visitor, cast: Cast) -> str:
    return cast.link(NAME)


def test_a_damaged_segment_is_never_handed_over(
    an: Visitor, link: str, cast: Cast
) -> None:
    root = cast.runtime.settings.blob_folder
    (path,) = root.glob(f"*/{cast.file(NAME).blob_key}")
    sealed = path.read_bytes()
    for at, good in ((100, 0), (MEBIBYTE + 100, 1), (len(sealed) - 1, 3)):
        path.write_bytes(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
        with closing(an.client.get(link, base_url=SITE)) as answer:
            if good == 0:
                assert answer.status_code == 500
                continue
            stream = filter(None, answer.iter_encoded())
            for number in range(good):
                assert next(stream) == CONTENT[number * MEBIBYTE :][:MEBIBYTE]
            with pytest.raises(BlobDamaged):
                next(stream)
    path.write_bytes(sealed)
    an.open("/bestanden/")
    assert "Gedownload op" not in an.text


def test_the_log_names_no_file_and_nobody(
    an: Visitor, link: str, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        cast.publish({correction(ZUID): b"x"})
        cast.mails("bo@zuid.example")
        an.open(link)
        an.open("/bestanden/?zoek=kanarie")
    for word in (NAME, NOORD, "an.peeters", "an@noord", "bo@zuid", "kanarie"):
        assert word not in caplog.text


def test_the_very_bytes_come_with_their_length_and_a_tag(
    an: Visitor, link: str, cast: Cast
) -> None:
    answer = an.open(link)
    assert answer.data == CONTENT
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.headers["ETag"] == f'"{cast.file(NAME).sha256}"'
    head = an.client.head(link, base_url=SITE)
    assert head.headers["Content-Length"] == str(len(CONTENT))
    assert head.data == b""


def test_any_range_around_a_segment_s_edge_is_the_slice(an: Visitor, link: str) -> None:
    size = len(CONTENT)
    for base in range(0, size, MEBIBYTE):
        for start, stop in product((base - 1, base), (base, base + 1, size)):
            if not 0 <= start < stop:
                continue
            span = {"Range": f"bytes={start}-{stop - 1}"}
            answer = an.open(link, headers=span)
            assert answer.status_code == 206
            assert answer.data == CONTENT[start:stop]


def test_several_ranges_come_in_one_answer(an: Visitor, link: str) -> None:
    spans = {"Range": f"bytes=0-9,{MEBIBYTE - 5}-{MEBIBYTE + 4},-4"}
    answer = an.open(link, headers=spans)
    assert answer.status_code == 206
    assert answer.content_type.startswith("multipart/byteranges; boundary=")
    assert len(answer.data) == int(answer.headers["Content-Length"])
    for part in (CONTENT[:10], CONTENT[MEBIBYTE - 5 :][:10], b"slot"):
        assert part in answer.data


def test_past_the_end_and_another_tag(an: Visitor, link: str) -> None:
    assert an.open(link, headers={"Range": "bytes=99999999-"}).status_code == 416
    again = {"Range": "bytes=5-9", "If-Range": '"another"'}
    assert an.open(link, headers=again).data == CONTENT


@pytest.mark.parametrize("pieces", [1, 2, 3])
def test_a_download_that_broke_off_and_was_resumed_counts_once(
    an: Visitor, link: str, cast: Cast, pieces: int
) -> None:
    with closing(an.client.get(link, base_url=SITE)) as answer:
        stream = filter(None, answer.iter_encoded())
        got = b"".join(next(stream) for _ in range(pieces))
        tag = answer.headers["ETag"]
    got = got[:-1000]  # the end of the last piece never arrived
    assert cast.audited("file.downloaded") == []
    rest = {"Range": f"bytes={len(got)}-", "If-Range": tag}
    got += an.open(link, headers=rest).data
    assert got == CONTENT
    assert cast.audited("file.downloaded") == [("file.downloaded", "an.peeters")]
    an.open(link)
    assert len(cast.audited("file.downloaded")) == 1


def test_a_download_that_never_ended_is_no_download(
    an: Visitor, link: str, cast: Cast
) -> None:
    with closing(an.client.get(link, base_url=SITE)) as answer:
        stream = filter(None, answer.iter_encoded())
        for _ in range(4):
            next(stream)
    an.open(link, headers={"Range": "bytes=0-0"})
    assert cast.audited("file.downloaded") == []
    an.open("/bestanden/")
    assert "Gedownload op" not in an.text


def test_four_parts_at_once_make_one_download(
    an: Visitor, link: str, cast: Cast
) -> None:
    start, size = Barrier(4), len(CONTENT)
    quarters = [(size * n // 4, size * (n + 1) // 4 - 1) for n in range(4)]

    def fetch(low: int, high: int) -> None:
        client = an.client.application.test_client()
        client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
        them = Visitor(client)
        them.show(an.cookie)
        start.wait()
        assert (
            them.open(link, headers={"Range": f"bytes={low}-{high}"}).data
            == (CONTENT[low : high + 1])
        )

    threads = [Thread(target=fetch, args=quarter) for quarter in quarters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(cast.audited("file.downloaded")) == 1


def test_a_zip_holds_each_file_and_any_range_of_it_is_its_slice(
    an: Visitor, cast: Cast
) -> None:
    cast.register(AN_TOO)
    cast.publish({correction(ZUID): b"van Zuid", correction(NOORD, version=2): b"twee"})
    names = (NAME, correction(ZUID), correction(NOORD, version=2))
    ids = [cast.file(name).public_id for name in names]
    path = "/bestanden/zip?" + "&".join(f"id={one}" for one in ids)
    head = an.client.head(path, base_url=SITE)
    whole = an.open(path)
    assert head.headers["Content-Length"] == str(len(whole.data))
    assert (
        "Fluvius_gemeenschappen_3_bestanden.zip"
        in (whole.headers["Content-Disposition"])
    )
    with zipfile.ZipFile(io.BytesIO(whole.data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            f"{NOORD}/{NAME}",
            f"{ZUID}/{correction(ZUID)}",
            f"{NOORD}/{correction(NOORD, version=2)}",
        ]
        assert archive.read(f"{NOORD}/{NAME}") == CONTENT
    assert len(cast.audited("file.downloaded")) == 3
    for low, high in ((0, 0), (20, 90), (len(CONTENT), len(whole.data) - 1)):
        part = an.open(path, headers={"Range": f"bytes={low}-{high}"})
        assert part.status_code == 206
        assert part.data == whole.data[low : high + 1]
    assert an.open(path).headers["ETag"] == whole.headers["ETag"]


def test_a_zip_that_broke_off_and_was_resumed_counts_each_file_once(
    an: Visitor, cast: Cast
) -> None:
    second = correction(NOORD, version=2)
    cast.publish({second: CONTENT[::-1]})
    ids = [cast.file(name).public_id for name in (second, NAME)]
    path = f"/bestanden/zip?id={ids[0]}&id={ids[1]}"
    with closing(an.client.get(path, base_url=SITE)) as answer:
        stream = filter(None, answer.iter_encoded())
        got = b"".join(next(stream) for _ in range(7))
    assert len(got) > len(CONTENT)
    assert cast.audited("file.downloaded") == []
    got += an.open(path, headers={"Range": f"bytes={len(got)}-"}).data
    assert zipfile.ZipFile(io.BytesIO(got)).testzip() is None
    assert len(cast.audited("file.downloaded")) == 2


def test_what_vanished_between_the_list_and_the_reading_is_said_to_be_gone(
    an: Visitor, link: str, cast: Cast
) -> None:
    cast.runtime.blobs.delete(cast.file(NAME).blob_key)
    assert an.open(link).status_code == 410


def test_a_foreign_file_in_a_zip_leaves_nothing_of_it(
    an: Visitor, link: str, cast: Cast, visitor: Arrive
) -> None:
    cast.settled("bo.maes")
    cast.publish({correction(ZUID): b"van Zuid"})
    his = cast.file(correction(ZUID)).public_id
    hers = cast.file(NAME).public_id
    bo = visitor()
    bo.sign_in(cast, "bo.maes", BO_MOBILE)
    before = cast.audited("file.")
    assert bo.open(f"/bestanden/zip?id={his}&id={hers}").status_code == 404
    assert cast.audited("file.") == before
