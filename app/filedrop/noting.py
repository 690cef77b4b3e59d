"""After the last byte: what was handed over is noted, however the database fares."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace

from app.filedrop.content import Content
from app.filedrop.service import FileDrop, Reader
from app.filedrop.streams import Done
from app.runtime import Runtime

log = logging.getLogger("energiepost.filedrop")
PAUSES = (0.2, 0.5, 1, 2, 4, 8, 15)  # seconds: long enough to start a database anew
NOT_NOTED = "ALARM what account %d was sent of %s was not noted: no receipt"


def note(
    house: Runtime,
    content: Content,
    reader: Reader,
    done: Done,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Write down what was handed over, and a receipt for what is whole by now.

    The bytes are gone and cannot be asked back: a database that is away is tried
    again, and the time that counts is that of the last byte.
    """
    if not done.parts or all(file.downloaded_at for file in content.files):
        return  # nothing went, or to have them once more changes nothing
    at = house.clock()
    then = replace(house, clock=lambda: at)
    for pause in (*PAUSES, None):
        try:
            _write(then, content, reader, done)
        except Exception as failed:
            if pause is None or house.meaning(failed) is None:
                log.error(NOT_NOTED, reader.account_id, _named(content, done))  # noqa: TRY400 - the server tells why
                raise
        else:
            return
        sleep(pause)


def _named(content: Content, done: Done) -> str:
    """The files of which bytes went, as the book names them."""
    ids = (file.id for part in done.parts for file, _ in content.touched(part))
    return ", ".join(f"file:{one}" for one in dict.fromkeys(ids))


def _write(house: Runtime, content: Content, reader: Reader, done: Done) -> None:
    touched = [one for part in done.parts for one in content.touched(part)]
    with house.transaction() as db:
        filedrop = FileDrop.of(db, house)
        filedrop.served(content.files, touched, reader, is_complete=done.is_complete)
