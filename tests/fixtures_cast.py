"""The named cast as fixtures: who they are, and a signed-in browser for each."""

import copy
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import connection, transaction
from django.test import Client as Browser

from accounts.models import Role, User
from home.demo import cast as demo
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from sessions import actions
from sessions.actions import Contact
from sessions.models import ContactLog


class Seed:
    """Seeds the cast the first time; after that it writes the same rows again, in a tenth of the time."""

    def __init__(self) -> None:
        self.cast: Cast | None = None
        self.writes: list[tuple[str, Any]] = []

    def __call__(self) -> Cast:
        if settings.CLOCK_FILE.exists():  # the rows are of another day
            return demo.seed()
        if self.cast is None:
            self.writes = []
            with connection.execute_wrapper(self._remember):
                self.cast = demo.seed()
        else:
            with transaction.atomic(), connection.cursor() as cursor:
                for statement, values in self.writes:
                    cursor.execute(statement, values)
        return copy.deepcopy(self.cast)

    def _remember(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            self.writes.append((sql, params))
        return execute(sql, params, many, context)


@pytest.fixture(scope="session")
def seed() -> Seed:
    return Seed()


@pytest.fixture
def cast(db: None, seed: Seed) -> Cast:
    return seed()


@pytest.fixture
def sign_in(cast: Cast) -> Callable[..., Browser]:
    """`sign_in("maya")`, or `sign_in("rio", Role.Kind.SPECIALIST)` for one of two hats: a browser as that person."""

    def enter(name: str, kind: Role.Kind | None = None) -> Browser:
        browser = Browser()
        user: User = getattr(cast, name)
        browser.force_login(user, backend="accounts.backends.PersonBackend")
        UserSession.objects.create(
            user=user, session_key=browser.session.session_key, ip="127.0.0.1"
        )  # as allauth does
        if kind is not None:
            session = browser.session
            session["hat"] = str(Role.objects.get(user=user, kind=kind).pk)
            session.save()
        return browser

    return enter


@pytest.fixture
def write_log(cast: Cast) -> Callable[..., ContactLog]:
    """`write_log("alex", "maya", signed=True, what_we_did="…")`: a contact log by way of the actions."""

    def write(
        client: str = "alex",
        specialist: str = "maya",
        *,
        signed: bool = False,
        op_id: UUID | None = None,
        **said: object,
    ) -> ContactLog:
        by = cast.actor(specialist, Role.Kind.SPECIALIST)
        contact = Contact(**{**contact_facts(), **said})  # type: ignore[arg-type]
        log = actions.start_log(cast.clients[client], contact, op_id=op_id or new_id(), by=by)
        return actions.sign_log(log, version=log.version, by=by) if signed else log

    return write


def contact_facts() -> dict[str, object]:
    return {
        "happened_on": now().date(),
        "mode": "phone",
        "who_reached_out": "client",
        "minutes_direct": 30,
        "time_zone": "UTC",
    }
