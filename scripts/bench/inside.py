"""What happens inside Django before the server starts: queries are counted in the small world and in the full one.

Prints one JSON object: the ids that the measurements need, sessions, and how many queries each page made.
BENCH_CONTACTS: how many contacts of others, people of made-up programs, there are around them.
"""

import json
import os

import django

django.setup()

from scripts.bench import crowd, queries, reports, world  # noqa: E402 -- models exist only after setup


def main() -> None:
    world.begin()
    small = queries.count()
    world.fill()
    large = queries.count()
    reports.fill()
    beside = reports.beside_sql()
    if contacts := int(os.environ.get("BENCH_CONTACTS", "0")):
        crowd.surround(contacts)
    print(
        json.dumps(
            {"beside_sql": beside, **world.places(), "sessions": world.sessions(), "small": small, "large": large}
        )
    )


if __name__ == "__main__":
    main()
