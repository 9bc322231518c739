"""Someone who works here leaves: one action, after a look at everything that rests on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import actions as accounts
from accounts.models import Actor, Program, Role, Supervision, User
from clients import actions as clients
from clients.models import Assignment, AssignmentQuerySet, Client, Handover
from conversations.models import ReachOut
from home.actions.people import supervisions_on
from peersupport.lib.refusals import Refusal
from sessions.models import ContactLog


@dataclass(frozen=True)
class Resting:
    """What rests on someone in one program, as facts."""

    clients: list[Client]  # with whom they walk, by name
    waiting: set[UUID]  # those of them who reached out and wait for an answer
    unfinished: int  # times together they have not signed
    roles: list[Role]
    supervisions: list[Supervision]


def resting_on(user: User, program: Program) -> Resting:
    rows = _assignments(user, program).open().filter(kind=Assignment.Kind.PRIMARY)
    found = list(Client.objects.active().filter(pk__in=rows.values("client")).by_name())
    waiting = ReachOut.objects.waiting().filter(client__in=found).values_list("client", flat=True)
    logs = ContactLog.objects.unfinished().filter(author=user, client__program=program)
    roles = list(_roles(user, program))
    supervisions = [row for role in roles for row in supervisions_on(role)]
    return Resting(found, set(waiting), logs.count(), roles, list({row.pk: row for row in supervisions}.values()))


@transaction.atomic
def offboard(user: User, successors: Mapping[UUID, User | None], *, by: Actor) -> None:
    """Each client goes on to the person named for them, at once, or waits for one (None). Then everything ends.

    The client was told in person, and reads of it. Refuses for oneself, for the last manager, and while a client is
    missing in `successors`. Someone who has another part here, in another program or as a client, still signs in.
    """
    if user.pk == by.person_id:
        raise Refusal(_("Nobody can do this for themselves. Please ask another manager."))
    program = Program.objects.select_for_update().get(pk=by.role.program_id)
    resting = resting_on(user, program)
    if {client.pk for client in resting.clients} - set(successors):
        raise Refusal(_("Someone else walks with them since you opened this page. Please look at the list once more."))
    _hand_clients_on(user, resting.clients, successors, by=by)
    for supervision in resting.supervisions:
        accounts.end_supervision(supervision, by=by)
    for role in resting.roles:
        accounts.end_role(role, by=by)
    accounts.withdraw_invitations(user, by=by)
    accounts.end_sign_ins(user, by=by)
    if not Role.objects.open().filter(user=user).exists():
        accounts.close_sign_in(user, by=by)


def _hand_clients_on(
    user: User, people: Iterable[Client], successors: Mapping[UUID, User | None], *, by: Actor
) -> None:
    """What was planned with them is called off first; then nothing of theirs is left, begun or to begin."""
    program = by.role.program
    to_come = Handover.objects.to_come().filter(client__program=program)
    theirs = Q(leaving__specialist=user) | Q(coming__specialist=user)
    for handover in to_come.filter(theirs).select_related("client"):
        clients.call_off_handover(handover, by=by)
    for client in people:
        someone = successors[client.pk]
        if someone is not None:
            clients.plan_handover(client, someone, Handover.Why.LEAVING, at=None, told_in_person=True, by=by)
    for row in _assignments(user, program):
        clients.end_assignment(row, Assignment.EndReason.LEFT, by=by)


def _assignments(user: User, program: Program) -> AssignmentQuerySet:
    return Assignment.objects.not_over().filter(specialist=user, client__program=program)


def _roles(user: User, program: Program) -> QuerySet[Role]:
    return Role.objects.open().filter(user=user, program=program).exclude(kind=Role.Kind.CLIENT)
