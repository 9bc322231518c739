"""Whole installations for one test: real workers, beats and providers as processes, beside the test's own database."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from subprocess import PIPE

import psycopg2
import pytest
from django.conf import settings

from peersupport.lib.ids import new_id
from scripts.chaos.site import Site, site
from scripts.child import start
from scripts.services import private_redis


@contextmanager
def new_database() -> Iterator[str]:
    """The URL of an empty database on the server of this run; "" is a file of the site's own."""
    default = settings.DATABASES["default"]
    if not default["ENGINE"].endswith("postgresql"):
        yield ""
        return
    name = f"site_{new_id().hex}"
    user, host = default["USER"], default["HOST"]
    port, password = str(default.get("PORT") or ""), default.get("PASSWORD") or ""
    parts = {"dbname": "postgres", "user": user, "host": host, "port": port, "password": password}
    given = {key: value for key, value in parts.items() if value}

    def run(statement: str) -> None:
        with closing(psycopg2.connect(**given)) as server:
            server.autocommit = True
            server.cursor().execute(statement)

    run(f"CREATE DATABASE {name}")
    secret, place = f":{password}" if password else "", f"/{host}" if host.startswith("/") else host
    try:
        yield f"postgres://{user}{secret}@{place}{f':{port}' if port else ''}/{name}"
    finally:
        run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def new_redis() -> Iterator[str]:
    """A Redis of its own, or the last database of the one that was given; "" is the queue in files."""
    given = settings.REDIS_URL
    if given.startswith("redis+socket://"):
        with private_redis() as url:
            yield url
    else:
        yield f"{given.rstrip('/').rsplit('/', 1)[0]}/15" if given.count("/") > 2 else f"{given}/15" if given else ""


@pytest.fixture
def start_site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """`start_site(DELIVERY_LEASE_SECONDS="3")`: on the engine of this run, with nothing in it and nothing running."""
    with ExitStack() as opened:

        def enter(**environment: str) -> Site:
            database, redis = opened.enter_context(new_database()), opened.enter_context(new_redis())
            return opened.enter_context(site(tmp_path, database, redis, **environment))

        yield enter


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """(port, folder of letters) of a real mail server in a process of its own."""
    folder = tmp_path / "letters"
    process = start([sys.executable, "-m", "scripts.chaos.mail_server", str(folder)], stdout=PIPE)
    assert process.stdout is not None
    yield int(process.stdout.readline()), folder
    process.kill()
    process.wait()
    process.stdout.close()
