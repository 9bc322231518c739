from functools import lru_cache
from uuid import UUID

from django.apps import AppConfig
from django.db import connection
from psycopg2.extensions import new_type, register_type


class LibConfig(AppConfig):
    name = "peersupport.lib"
    label = "lib"

    def ready(self) -> None:
        if connection.vendor == "postgresql":
            _read_each_id_once()


def _read_each_id_once() -> None:
    """A report of 300 people reads 1,200 ids, most of them several times; making a UUID costs as much as its row."""
    made = lru_cache(maxsize=10_000)(UUID)
    register_type(new_type((2950,), "UUID", lambda text, _cursor: text and made(text)))
