"""Reach-outs in every state, for the tests that look at all pages; and how tests send and address one."""

from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts import actions as accounts
from clients.actions import end_assignment
from clients.models import Assignment
from conversations.actions import answer, mark_seen, open_reach_out, take_back
from conversations.models import ReachOut
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id

ZONE = ZoneInfo("America/Los_Angeles")  # the program's, and everyone's in the cast


def form(**more: Any) -> dict[str, Any]:
    return {"op_id": str(new_id()), "kind": "talk", **more}


def state_of(row: ReachOut) -> str:
    return reverse("conversations:state", args=[row.pk])


def do(row: ReachOut, what: str) -> str:
    """The address of one thing that can be done with it: seen, answered, take-back, open."""
    return reverse(f"conversations:{what}", args=[row.pk])


# --- for those who walk through all pages: every state, and every sentence that depends on the hour ------------------
def every_reach_out(cast: Cast) -> dict[str, ReachOut]:
    """One in every state, by the name of the state. What people typed is digits."""
    alex, maya, client = cast.actor("alex"), cast.actor("maya"), cast.clients["alex"]

    def sent(kind: str, wants: str, **columns: Any) -> ReachOut:
        row = open_reach_out(client, kind, "8" if wants else "", wants=wants, op_id=new_id(), language="en", by=alex)
        ReachOut.objects.filter(pk=row.pk).update(**columns)
        return row

    ways = zip(ReachOut.How.values, ReachOut.Wants.values, strict=True)
    rows = {how: sent("say-hi", wants) for how, wants in ways}
    for how, row in rows.items():
        answer(row, how, "7", language="en", by=maya)
    day = timedelta(days=1)
    rows |= {
        "taken back": sent("talk", ""),
        "late": sent("hard-day", "call", opened_at=now() - 2 * day, promised_by=now() - day),
        "promised nothing": sent("talk", "text", promised_by=None),
        "promised for tomorrow": sent("talk", "any", promised_by=now() + day),
        "waiting": sent("say-hi", "write"),
    }
    mark_seen(rows["taken back"], also=[rows["late"]], by=maya)
    take_back(rows["taken back"], by=alex)
    return rows


def moments_of_reaching_out(on: Any) -> None:
    """`on`: a Crawl. Other hours, nobody there, refusals, what success says."""
    cast, page = on.cast, reverse("conversations:reach-out")
    rows = every_reach_out(cast)
    tomorrow = (now().astimezone(ZONE).weekday() + 1) % 7
    for days in ([], [tomorrow], range(7)):
        accounts.set_program_hours(cast.program, list(days), time(0), time(23, 59), by=None)
        for person in (cast.maya, cast.noor, cast.rio):
            accounts.set_contact_hours(person, list(days), time(0), time(23, 59), by=None)
        for hour in (2, 14):  # of the reader's own clock
            east = (hour - now().hour + 12) % 24 - 12
            accounts.change_time_zone(cast.alex, f"Etc/GMT{-east:+d}", by=cast.actor("alex"))
            on.get("alex", page)
            on.get("alex", "/")
    accounts.change_time_zone(cast.alex, str(ZONE), by=cast.actor("alex"))
    used = form(words="1")
    for words in ("1", "2"):
        on.post("alex", page, **{**used, "words": words})
    on.post("alex", do(rows["called"], "take-back"))
    for state, how in (("taken back", "met"), ("called", "met"), ("waiting", "wrote")):
        on.post("maya", do(rows[state], "answered"), how=how)
    on.post("maya", do(rows["waiting"], "seen"))
    on.post("maya", do(rows["waiting"], "answered"), how="met")
    for assignment in Assignment.objects.open().filter(client=cast.clients["rio"]):
        end_assignment(assignment, Assignment.EndReason.HANDED_ON, by=None)
    on.get("rio", page)
