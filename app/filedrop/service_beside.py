"""What else there is of a file: its other versions, and itself placed anew."""

from sqlalchemy import select, tuple_

from app.filedrop.models import DroppedFile
from app.filedrop.service_shelf import FileView, Shelf


def beside(shelf: Shelf, file: FileView, account_id: int) -> list[FileView]:
    """What can be downloaded today of its month, or without one, of its name."""
    series = DroppedFile.community_id, DroppedFile.period, DroppedFile.ext
    own = select(*series).where(DroppedFile.id == file.key)
    kin = tuple_(*series).in_(own) & (DroppedFile.id != file.key)
    if not file.month:
        kin &= DroppedFile.name == file.name
    return shelf.living(account_id, kin)
