"""Writing in the audit book, and what the notary makes of it."""

from app.db import audit
from app.desk.service_chain import Notary
from app.desk.ticks import bind_some
from app.kernel.chain import Checked, Head
from app.runtime import Runtime


def write(runtime: Runtime, count: int) -> None:
    with runtime.transaction() as session:
        for number in range(count):
            about = f"file:{number}"
            audit.record(
                session, "file.purge", about, at=runtime.clock(), name="kópie\t\n"
            )


def bind(runtime: Runtime) -> None:
    while bind_some(runtime):
        pass


def checked(runtime: Runtime, *held: Head) -> Checked:
    with runtime.reading() as session:
        return Notary.of(session, runtime).check(held)


def head(runtime: Runtime) -> Head:
    with runtime.reading() as session:
        return Notary.of(session, runtime).head()
