"""Someone who works here leaves: nobody is forgotten, and everything of theirs ends with one action."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts import actions as accounts
from accounts.models import Invitation, Program, Role, Supervision, User
from audit.models import Event
from clients.actions import plan_handover
from clients.models import Assignment, Client, Handover
from clients.permissions import specialists_of
from conversations.actions import open_reach_out
from home.actions import offboard
from home.demo.cast import PASSWORD, Cast
from home.permissions import without_specialist
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from peersupport.lib.refusals import Refusal

SignIn = Callable[..., Browser]


def enter(name: str) -> Any:
    return Browser().post(reverse("account_login"), {"login": f"{name}@example.org", "password": PASSWORD})


def page(cast: Cast, who: str = "maya") -> str:
    return reverse("leaving-staff", args=[getattr(cast, who).pk])


def form(cast: Cast, **more: str) -> dict[str, str]:
    """Alex goes on to Sam, Toni waits."""
    alex, toni = (str(cast.clients[name].pk) for name in ("alex", "toni"))
    return {alex: str(cast.sam.pk), toni: "waits", "told": "on", **more}


def test_the_checklist_names_what_rests_on_them(cast: Cast, sign_in: SignIn, write_log: Callable[..., Any]) -> None:
    write_log("alex", "maya")
    open_reach_out(cast.clients["alex"], "talk", "wrenbird", op_id=new_id(), language="en", by=cast.actor("alex"))
    text = sign_in("omar").get(page(cast)).content.decode()
    for said in (
        "Alex R. reached out and waits for an answer",
        "1 time together is not signed yet",
        "Dana W. does not supervise Maya O. any more",
        "They are no specialist here any more",
    ):
        assert said in text
    assert "wrenbird" not in text


def test_one_action_ends_everything_and_forgets_nobody(cast: Cast, sign_in: SignIn) -> None:
    maya = sign_in("maya")
    waiting = open_reach_out(cast.clients["alex"], "talk", op_id=new_id(), language="en", by=cast.actor("alex"))
    assert maya.get("/").status_code == 200
    assert sign_in("omar").post(page(cast), form(cast)).status_code == 302
    assert maya.get("/").status_code == 302  # signed out
    assert enter("maya").status_code == 200  # as with a wrong password
    assert enter("sam").status_code == 302
    assert not User.objects.get(pk=cast.maya.pk).is_active
    assert not Role.objects.open().filter(user=cast.maya).exists()
    assert not Supervision.objects.open().filter(specialist=cast.maya).exists()
    assert not Assignment.objects.not_over().filter(specialist=cast.maya).exists()
    helpers = [helper.person for helper in specialists_of(cast.clients["alex"])]
    assert helpers == [cast.sam, cast.noor]
    assert sign_in("sam").get(reverse("conversations:state", args=[waiting.pk])).status_code == 200
    assert cast.clients["toni"] in without_specialist(cast.actor("omar"))
    assert "Sam walks with you now, in place of Maya." in sign_in("alex").get("/").content.decode()
    reasons = dict(
        Assignment.objects.filter(specialist=cast.maya).values_list("client__user__first_name", "end_reason")
    )
    assert reasons == {"Alex": "handed-on", "Toni": "left"}
    verbs = set(Event.objects.filter(actor_id=cast.omar.pk).values_list("verb", flat=True))
    assert {"role.ended", "supervision.ended", "sign_ins.ended", "sign_in.closed", "handover.planned"} <= verbs


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"alex": ""}, "alex"), ({"alex": "somebody"}, "alex"), ({"toni": ""}, "toni"), ({"told": ""}, "told")],
)
def test_nothing_ends_while_a_client_is_forgotten(
    wrong: dict[str, str], field: str, cast: Cast, sign_in: SignIn
) -> None:
    names = {name: str(client.pk) for name, client in cast.clients.items()}
    data = {**form(cast), **{names.get(name, name): value for name, value in wrong.items()}}
    if wrong.get("told") == "":
        del data["told"]
    answer = sign_in("omar").post(page(cast), data)
    assert answer.status_code == 422
    assert names.get(field, field) in answer.context["form"].errors
    assert Role.objects.open().filter(user=cast.maya).exists()
    assert Assignment.objects.open().filter(specialist=cast.maya).count() == 2


def test_someone_who_got_a_client_meanwhile_is_looked_at_once_more(cast: Cast) -> None:
    with pytest.raises(Refusal, match="once more"):
        offboard(cast.maya, {cast.clients["alex"].pk: cast.sam}, by=cast.actor("omar"))
    assert Assignment.objects.open().filter(specialist=cast.maya).count() == 2
    assert User.objects.get(pk=cast.maya.pk).is_active


def test_someone_who_is_a_client_too_still_signs_in(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in("omar").post(page(cast, "rio")).status_code == 302
    rio = User.objects.get(pk=cast.rio.pk)
    assert rio.can_sign_in
    assert [role.kind for role in Role.objects.open().filter(user=rio)] == ["client"]
    assert Client.objects.active().filter(user=rio).exists()


def test_what_was_planned_with_them_is_called_off(cast: Cast) -> None:
    omar, later = cast.actor("omar"), now() + timedelta(days=9)
    to_maya = plan_handover(cast.clients["luz"], cast.maya, Handover.Why.TIME, at=later, told_in_person=False, by=omar)
    from_maya = plan_handover(
        cast.clients["alex"], cast.rio, Handover.Why.TIME, at=later, told_in_person=False, by=omar
    )
    successors: dict[Any, User | None] = {cast.clients["alex"].pk: cast.sam, cast.clients["toni"].pk: None}
    offboard(cast.maya, successors, by=omar)
    assert not Handover.objects.to_come().filter(pk__in=[to_maya.pk, from_maya.pk]).exists()
    luz = Assignment.objects.open().get(client=cast.clients["luz"])
    assert (luz.specialist, luz.ends_at) == (cast.sam, None)
    assert [helper.person for helper in specialists_of(cast.clients["alex"])] == [cast.sam, cast.noor]


def test_nobody_ends_themselves_and_the_last_manager_stays(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("omar").post(page(cast, "omar"))
    assert answer.status_code == 422
    assert b"Nobody can do this for themselves" in answer.content
    second = accounts.give_role(cast.dana, Role.Kind.MANAGER, program=cast.program, by=None)
    User.objects.filter(pk=cast.omar.pk).update(is_active=False)  # runs nothing while they cannot sign in
    with pytest.raises(accounts.LastManager):
        accounts.end_role(second, by=None)


def test_another_program_keeps_them(cast: Cast) -> None:
    uptown = Program.objects.create(name="Uptown")
    accounts.give_role(cast.sam, Role.Kind.SPECIALIST, program=uptown, by=None)
    offboard(cast.sam, {cast.clients["luz"].pk: cast.noor}, by=cast.actor("omar"))
    assert [role.program for role in Role.objects.open().filter(user=cast.sam)] == [uptown]
    assert User.objects.get(pk=cast.sam.pk).can_sign_in
    assert Supervision.objects.open().filter(specialist=cast.sam).exists()  # there they still need one


def test_who_left_comes_back_by_an_invitation_only(cast: Cast, sign_in: SignIn) -> None:
    offboard(cast.priya, {}, by=cast.actor("omar"))
    assert not User.objects.get(pk=cast.priya.pk).is_active
    omar = sign_in("omar")
    assert "Priya" in omar.get(reverse("people")).content.decode()
    again = omar.post(reverse("invite", args=[cast.priya.pk]), {"address": "priya@example.org"})
    assert again.status_code == 302
    priya = User.objects.get(pk=cast.priya.pk)
    assert (priya.is_active, priya.has_usable_password()) == (True, False)
    assert not Role.objects.open().filter(user=priya).exists()
    assert Invitation.objects.open().get(user=priya).kind == Role.Kind.SUPERVISOR
