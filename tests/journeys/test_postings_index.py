"""History costs the page of a delivery nothing: what was placed anew has an index."""

from typing import Any

from sqlalchemy import event, text

from app.filedrop.service_follow import Following
from app.filedrop.service_follow_again import postings
from app.runtime import Runtime
from tests.databases import ONE_DATABASE

A_MILLION = """
UPDATE sqlite_stat1 SET stat = CASE idx
  WHEN 'ix_dropped_file_delivery_id' THEN '1000000 2000'
  ELSE '1000000 1000000' END
WHERE idx IN ('ix_dropped_file_delivery_id', 'ix_dropped_file_again_of',
  'sqlite_autoindex_dropped_file_3')
"""


@ONE_DATABASE
def test_a_million_files_never_placed_anew_are_not_read(
    delivery: str, runtime: Runtime
) -> None:
    asked: list[tuple[str, Any]] = []
    with runtime.transaction() as session:
        for word in ("ANALYZE", A_MILLION, "ANALYZE sqlite_schema"):
            session.execute(text(word))
    with runtime.transaction() as session:
        following = Following.of(session, runtime)
        sent = following.delivery(delivery)
        line = session.connection()

        @event.listens_for(line, "before_cursor_execute")
        def note(
            _line: object, _cursor: object, word: str, values: Any, *_: object
        ) -> None:
            asked.append((word, values))

        postings(following, sent)
        event.remove(line, "before_cursor_execute", note)
        plans = [
            line.exec_driver_sql(f"EXPLAIN QUERY PLAN {word}", values).fetchall()
            for word, values in asked
        ]
    assert len(plans) == 2
    for plan in plans:
        assert [step for step in plan if "ix_dropped_file_again_of" in step[3]], plan
