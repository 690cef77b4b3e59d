"""A receipt on paper: tagged (PDF/UA-1), for the archive (PDF/A-3), record within."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

TEMPLATE = "filedrop/receipt.typ"


def pdf(
    folder: Path, said: Mapping[str, object], attachment: bytes, *, at: datetime
) -> bytes:
    """The same receipt is the same bytes; at: the moment that it tells of."""
    import typst  # noqa: PLC0415 - 20 MB that most workers never need

    return typst.compile(
        (folder / TEMPLATE).read_bytes(),
        format="pdf",
        sys_inputs={  # values, never markup: a name may hold any sign
            "said": json.dumps(said, ensure_ascii=False),
            "attachment": attachment.decode(),
        },
        ignore_system_fonts=True,
        pdf_standards=["a-3a", "ua-1"],  # what does not comply is refused
        timestamp=int(at.timestamp()),
    )
