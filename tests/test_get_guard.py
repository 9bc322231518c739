"""The guard itself: GET may write only audit events, visits, sessions and the cache."""

from collections.abc import Iterator

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import path

from peersupport.lib.clock import now
from tests.get_guard import refusal


def writes(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        ContentType.objects.create(app_label="nobody", model="nothing")
    return HttpResponse("written")


def reads(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(ContentType.objects.filter(app_label="nobody").count()))


def remembers(request: HttpRequest) -> HttpResponse:
    Session.objects.create(session_key="k", session_data="", expire_date=now())
    cache.set("seen", 1)
    return HttpResponse("remembered")


def streams(request: HttpRequest) -> StreamingHttpResponse:
    def body() -> Iterator[str]:
        yield "first "
        ContentType.objects.create(app_label="nobody", model="nothing")
        yield "second"

    return StreamingHttpResponse(body())


urlpatterns = [
    path("writes/", writes),
    path("reads/", reads),
    path("remembers/", remembers),
    path("streams/", streams),
]


@pytest.fixture(autouse=True)
def _guard_alone(settings: pytest.FixtureRequest) -> None:
    settings.MIDDLEWARE = ["tests.get_guard.GetGuard"]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
class TestRequests:
    @pytest.mark.parametrize("method", ["get", "head", "options"])
    def test_a_safe_method_that_writes_fails(self, client: Client, method: str) -> None:
        with pytest.raises(AssertionError, match="writes django_content_type"):
            getattr(client, method)("/writes/")
        assert not ContentType.objects.filter(app_label="nobody").exists()

    def test_a_post_may_write(self, client: Client) -> None:
        assert client.post("/writes/").content == b"written"
        assert ContentType.objects.filter(app_label="nobody").exists()

    def test_a_get_may_read(self, client: Client) -> None:
        assert client.get("/reads/").content == b"0"

    def test_a_get_may_touch_sessions_and_the_cache(self, client: Client) -> None:
        assert client.get("/remembers/").content == b"remembered"

    def test_a_streamed_body_is_guarded_too(self, client: Client) -> None:
        chunks = client.get("/streams/").streaming_content
        assert next(chunks) == b"first "
        with pytest.raises(AssertionError, match="writes django_content_type"):
            next(chunks)

    def test_the_guard_ends_with_the_request(self, client: Client) -> None:
        client.get("/reads/")
        ContentType.objects.create(app_label="nobody", model="nothing")
        assert ContentType.objects.filter(app_label="nobody").count() == 1


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT "goals_goal"."id" FROM "goals_goal" WHERE "goals_goal"."updated" = 1',
        "SELECT 'please UPDATE goals_goal' AS words",
        "(SELECT 1) UNION (SELECT 2)",
        "WITH seen AS (SELECT 1) SELECT * FROM seen",
        'SAVEPOINT "s1"',
        'RELEASE SAVEPOINT "s1"',
        "BEGIN IMMEDIATE",
        "PRAGMA foreign_keys",
        'INSERT OR IGNORE INTO "audit_event" ("id") VALUES (%s)',
        "\nINSERT INTO clients_visit (id) VALUES (%s)\nON CONFLICT (id) DO UPDATE SET looked_at = 1",
        'UPDATE "django_session" SET "session_data" = %s',
        'DELETE FROM public."cache" WHERE expires < %s',
        "WITH old AS (SELECT 1) INSERT INTO audit_event SELECT * FROM old",
    ],
)
def test_statements_a_get_may_send(sql: str) -> None:
    assert refusal(sql) is None


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ('INSERT INTO "goals_goal" ("id") VALUES (%s)', "writes goals_goal"),
        ('insert or replace into "goals_goal" ("id") values (%s)', "writes goals_goal"),
        ('REPLACE INTO "goals_goal" ("id") VALUES (%s)', "writes goals_goal"),
        ('UPDATE "goals_goal" SET "version" = 2', "writes goals_goal"),
        ('UPDATE ONLY public."goals_goal" SET "version" = 2', "writes goals_goal"),
        ('/* quietly */ DELETE FROM "goals_goal"', "writes goals_goal"),
        ("-- quietly\nDELETE FROM goals_goal", "writes goals_goal"),
        ("WITH gone AS (DELETE FROM goals_goal RETURNING id) SELECT * FROM gone", "writes goals_goal"),
        ("WITH x AS (DELETE FROM goals_goal RETURNING 1) INSERT INTO audit_event TABLE x", "writes goals_goal"),
        ("SELECT 1; DELETE FROM goals_goal", "writes goals_goal"),
        ('SELECT * FROM "goals_goal" FOR UPDATE', "locks rows"),
        ('SELECT * FROM "goals_goal" FOR NO KEY UPDATE OF "goals_goal"', "locks rows"),
        ('SELECT * FROM "goals_goal" FOR SHARE', "locks rows"),
        ("TRUNCATE goals_goal", "is a TRUNCATE"),
        ("CREATE TABLE more (id int)", "is a CREATE"),
        ("DROP TABLE goals_goal", "is a DROP"),
        ("MERGE INTO goals_goal USING x ON true WHEN MATCHED THEN DO NOTHING", "is a MERGE"),
        ("LOCK TABLE goals_goal", "is a LOCK"),
    ],
)
def test_statements_a_get_may_not_send(sql: str, what: str) -> None:
    assert refusal(sql) == what
