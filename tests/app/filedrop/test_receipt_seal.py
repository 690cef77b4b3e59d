"""The signature under a receipt: a stranger checks it with the page of the guide."""

from pathlib import Path

import pytest

from app.filedrop.receipt_seal import public_key, signed
from app.kernel.errors import NotFound
from app.keyring import Keyring
from storage.keys import MasterKeys
from tests.receipts import checked

RECORD = {"id": "x", "sentence": "Op 19-11-2026 … volledig verzonden."}


def ring(*ids: str) -> Keyring:
    return Keyring(MasterKeys({key_id: key_id.encode() * 8 for key_id in ids}))


RING = ring("2027", "2026")


def test_the_script_of_the_page_believes_what_we_signed_and_nothing_else(
    tmp_path: Path,
) -> None:
    document = {"receipt": RECORD, "jws": signed(RING, RECORD)}
    key = public_key(RING, "2027")
    assert checked(tmp_path, document, key) == RECORD["sentence"]
    assert checked(tmp_path, document, public_key(RING, "2026")) is None
    retold = {**document, "receipt": {**RECORD, "sentence": "iets anders"}}
    assert checked(tmp_path, retold, key) is None
    other = signed(RING, {**RECORD, "id": "y"})
    head, _, end = str(document["jws"]).rpartition(".")
    assert (
        checked(tmp_path, {**document, "jws": other[: len(head)] + f".{end}"}, key)
        is None
    )


def test_the_same_record_has_the_same_signature_as_long_as_the_key_is_first() -> None:
    assert signed(RING, RECORD) == signed(RING, dict(RECORD))
    assert signed(RING, RECORD) != signed(ring("2026"), RECORD)


def test_an_id_of_no_master_key_has_no_public_key() -> None:
    assert public_key(RING, "2026")["kid"] == "2026"
    with pytest.raises(NotFound):
        public_key(RING, "2025")
