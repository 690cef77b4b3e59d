"""A backup as docs/deploy/backup.md makes it, of either database, and back again."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from app.runtime import Runtime


@dataclass(frozen=True)
class Backup:
    """The database and the sealed files of one moment; never the keys."""

    folder: Path
    runtime: Runtime

    @classmethod
    def make(cls, runtime: Runtime, folder: Path) -> "Backup":
        folder.mkdir()
        backup = cls(folder, runtime)
        if backup._file is not None:
            with (
                closing(sqlite3.connect(backup._file)) as source,
                closing(sqlite3.connect(folder / "database")) as target,
            ):
                source.backup(target)
        else:
            _run("pg_dump", "--format=custom", f"--file={folder}/database", backup._pg)
        shutil.copytree(runtime.settings.blob_folder, folder / "files")
        return backup

    def restore(self) -> None:
        """Over what is there now, as after a disk that broke."""
        self.runtime.database.close()
        if self._file is not None:
            for suffix in ("-wal", "-shm"):
                Path(f"{self._file}{suffix}").unlink(missing_ok=True)
            shutil.copy(self.folder / "database", self._file)
        else:
            into = ("--clean", "--if-exists", f"--dbname={self._pg}")
            _run("pg_restore", *into, self.folder / "database")
        blobs = self.runtime.settings.blob_folder
        shutil.copytree(self.folder / "files", blobs, dirs_exist_ok=True)

    @property
    def _file(self) -> Path | None:
        url = make_url(self.runtime.settings.database_url)
        return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None

    @property
    def _pg(self) -> str:
        return self.runtime.settings.database_url.replace("+psycopg", "")


def _run(*words: object) -> None:
    subprocess.run(list(map(str, words)), check=True, capture_output=True)
