"""Is it alive, is it ready, and the pages for when something went wrong."""

from celery import current_app
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from home.actions import LAST_TICK
from notifications.permissions import overdue_since


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database and broker answer and nothing due waits for more than 5 minutes; 503 otherwise.

    `last_tick` is when the clockwork last ran.
    """
    database = _database_answers()
    parts = {"database": database, "broker": _broker_answers(), "deliveries": database and overdue_since() is None}
    last_tick = cache.get(LAST_TICK) if database else None
    return JsonResponse({**parts, "last_tick": last_tick}, status=200 if all(parts.values()) else 503)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers() -> bool:
    try:
        with current_app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except Exception:  # kombu's transports raise what their drivers raise
        return False
    return True
