"""Closing and opening again, and breaks: what planning and reach-outs have to do with it."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import actions as accounts
from accounts.models import Actor, Program, Role, User
from checkins import actions as checkins
from clients import actions as clients
from clients.models import Client, Closing, Pause
from conversations.models import ReachOut
from peersupport.lib.refusals import Refusal


@transaction.atomic
def add_client(
    *, first_name: str, last_name: str, language: str, program: Program, specialist: User | None, by: Actor
) -> Client:
    """Someone the program supports from now on; told in person until they are invited."""
    user = accounts.create_person(
        first_name=first_name, last_name=last_name, language=language, time_zone=program.time_zone, by=by
    )
    accounts.give_role(user, Role.Kind.CLIENT, program=program, by=by)
    client = clients.open_client(user, program, by=by)
    if specialist is not None:
        clients.assign_specialist(client, specialist, by=by)
    return client


@transaction.atomic
def close_client(client: Client, reason: Closing.Reason, *, by: Actor) -> None:
    """Refuses while someone waits for an answer. No message leaves any more; the client can still read everything."""
    Client.objects.select_for_update().get(pk=client.pk)
    if ReachOut.objects.waiting().filter(client=client).exists():
        raise Refusal(_("They reached out and wait for an answer. Please let someone answer them first."))
    clients.close_client(client, reason, by=by)
    accounts.withdraw_invitations(client.user, client_id=client.pk, by=by)
    checkins.replan_for(client.user, by=by)


@transaction.atomic
def reopen_client(client: Client, reason: Closing.Return, specialist: User | None, *, by: Actor) -> None:
    """Without a specialist they wait for one, and the manager's home says so."""
    clients.reopen_client(client, reason, by=by)
    if specialist is not None:
        clients.assign_specialist(client, specialist, by=by)
    checkins.replan_for(client.user, by=by)


@transaction.atomic
def note_pause(client: Client, kind: Pause.Kind, starts_on: date, ends_on: date | None, *, by: Actor) -> None:
    clients.note_pause(client, kind, starts_on, ends_on, by=by)
    checkins.replan_for(client.user, by=by)


@transaction.atomic
def end_pause(client: Client, *, by: Actor) -> None:
    clients.end_pause(client, by=by)
    checkins.replan_for(client.user, by=by)
