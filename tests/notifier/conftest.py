from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app.db.session import Database


@pytest.fixture
def sessions(database_url: str) -> Iterator[sessionmaker[Session]]:
    """Transactions as the house has them, on a database of each kind."""
    database = Database(database_url)
    yield sessionmaker(database.engine)
    database.close()


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions.begin() as session:
        yield session
