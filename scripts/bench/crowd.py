"""Made-up programs around the people who are looked at, by way of `scripts.demo_data`."""

from scripts.demo_data import fill
from scripts.demo_data.sql import run

EACH = 100  # contacts of one client
# In life a table lies in the order of time, so what one supervisor asks for is scattered over everyone's.
_AS_WRITTEN = (("peer_sessions_tally", "day"), ("peer_sessions_contactlog", "occurred_at"))


def surround(contacts: int) -> None:
    fill.fill(fill.Size(contacts // EACH, contacts), lambda *_progress: None)
    for table, column in _AS_WRITTEN:
        run(f"CREATE INDEX as_written ON {table} ({column})")
        run(f"CLUSTER {table} USING as_written")
        run("DROP INDEX as_written")
    run("VACUUM ANALYZE")
