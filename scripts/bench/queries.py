"""How many queries a page makes."""

from typing import Any

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from home.demo import cast as demo
from scripts.bench import world
from sessions.models import ContactLog


def count() -> dict[str, Any]:
    """Queries of each page, and how many logs one client has while they are counted."""
    alex = demo.load().clients["alex"]
    client, times = reverse("client", args=[alex.pk]), reverse("contacts:times", args=[alex.pk])
    log = reverse("contacts:log", args=[world.talked_about().pk])
    goal, goals = reverse("goals:goal", args=[world.goal_of_alex().pk]), reverse("goals:list", args=[alex.pk])
    pages = {
        "goal, specialist": ("maya", goal),
        "goal, client": ("alex", goal),
        "goal's history, client": ("alex", f"{goal}history/"),
        "goals, specialist": ("maya", goals),
        "goals, client": ("alex", goals),
        "client page": ("maya", client),
        "times, specialist": ("maya", times),
        "times, client": ("alex", times),
        "log, specialist": ("maya", log),
        "log, client": ("alex", log),
        "home, client": ("alex", "/"),
        "home, specialist": ("maya", "/"),
        "home, supervisor": ("dana", "/"),
        "home, manager": ("omar", "/"),
    }
    rows = ContactLog.objects.filter(client=alex).count()
    return {"rows": rows, "pages": {name: _count(*page) for name, page in pages.items()}}


def _count(person: str, path: str) -> int:
    browser = Browser(SERVER_NAME="127.0.0.1")  # a name that ALLOWED_HOSTS knows
    browser.force_login(User.objects.get(email=f"{person}@example.org"))
    browser.get(path)  # what is read once for the whole process does not count
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(path)
    assert answer.status_code == 200, f"{path} gave {answer.status_code}"
    return len(captured)
