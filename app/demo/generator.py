"""The counter of the generator: invented communities and the files about them."""

from app.demo.gen_community import Community, Direction, invent_community
from app.demo.gen_correction import LAST_VERSION, Correction, Status, correction
from app.demo.gen_csv import (
    Listed,
    csv_pieces,
    file_name,
    manifest_bytes,
    manifest_name,
)
from app.demo.gen_pdf import key_document_name, key_document_pdf
from app.demo.gen_sharing import Key
from app.demo.gen_xlsx import xlsx_bytes

__all__ = [
    "LAST_VERSION",
    "Community",
    "Correction",
    "Direction",
    "Key",
    "Listed",
    "Status",
    "correction",
    "csv_pieces",
    "file_name",
    "invent_community",
    "key_document_name",
    "key_document_pdf",
    "manifest_bytes",
    "manifest_name",
    "xlsx_bytes",
]
