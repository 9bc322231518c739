"""Who may see what of a client, and who is part of their support. The only way to a Client row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from accounts.models import Actor, Role, Supervision, SupervisionQuerySet, User
from clients.models import Assignment, AssignmentQuerySet, Client, ClientQuerySet, KeptFrom, Opening
from peersupport.lib.composed import composed


class OpeningNeeded(PermissionDenied):
    """The words are there and this supervisor may open them, with a reason."""

    def __init__(self, client: Client, subject_id: UUID | None = None) -> None:
        super().__init__()
        self.client = client
        self.subject_id = subject_id


def get_client(actor: Actor, pk: UUID) -> Client:
    """Identity and facts. Http404 for whoever the client does not exist for."""
    for client in _client(actor, pk):
        return client
    raise Http404


@composed
def _client(actor: Actor, pk: UUID) -> ClientQuerySet:
    return Client.objects.visible_to(actor).filter(pk=pk).select_related("user", "program")


def may_read_facts(actor: Actor) -> bool:
    """Of a client they see. Managers see who is here, not what happens between two people."""
    return not actor.wears(Role.Kind.MANAGER)


def may_open_words(actor: Actor) -> bool:
    return actor.wears(Role.Kind.SUPERVISOR)


def may_read_words(actor: Actor, client: Client, subject_id: UUID | None = None) -> bool:
    """Of a client they see. Supervisors only while an Opening of the client, or of just this subject, is open."""
    if actor.wears(Role.Kind.CLIENT, Role.Kind.SPECIALIST):
        return True
    if not actor.wears(Role.Kind.SUPERVISOR):
        return False
    reach = Q(subject_id__isnull=True) | (Q(subject_id=subject_id) if subject_id else Q(pk=None))
    return Opening.objects.open().filter(reach, client=client, supervisor=actor.user).exists()


def may_write_contacts(actor: Actor) -> bool:
    """About a client they see."""
    return actor.wears(Role.Kind.SPECIALIST)


def is_own(actor: Actor, client: Client) -> bool:
    return actor.wears(Role.Kind.CLIENT) and client.user_id == actor.person_id


@dataclass(frozen=True)
class Helper:
    """Someone the client's support rests on today. `until` is set for a cover; `since`, for specialists."""

    person: User
    hat: Role.Kind
    until: datetime | None = None
    since: datetime | None = None

    @property
    def covers(self) -> bool:
        return self.until is not None


def support_of(client: Client, specialists: list[Helper] | None = None) -> list[Helper]:
    """The specialist, covers and their supervisors today, without those the client keeps away: two queries.

    `specialists`: what `specialists_of` found for this page already; then it is one.
    """
    if specialists is None:
        specialists = specialists_of(client)
    found = _supervisors(client.pk, client.program_id, tuple(helper.person.pk for helper in specialists))
    return specialists + _once(Helper(row.supervisor, Role.Kind.SUPERVISOR) for row in found)


def specialists_of(client: Client) -> list[Helper]:
    """Who walks with the client today: one query."""
    cover, hat = Assignment.Kind.COVER, Role.Kind.SPECIALIST
    return [
        Helper(row.specialist, hat, row.ends_at if row.kind == cover else None, row.starts_at)
        for row in _assigned(client.pk, client.program_id)
    ]


@composed
def _assigned(client: UUID, program: UUID) -> AssignmentQuerySet:
    away = KeptFrom.objects.in_force().filter(client=client).values("person")
    found = Assignment.objects.held_in(program).filter(client=client).exclude(specialist__in=away)
    return found.select_related("specialist").order_by("-kind", "starts_at")


@composed
def _supervisors(client: UUID, program: UUID, specialists: tuple[UUID, ...]) -> SupervisionQuerySet:
    away = KeptFrom.objects.in_force().filter(client=client).values("person")
    roles = Role.objects.open().filter(kind=Role.Kind.SUPERVISOR, program=program)
    found = Supervision.objects.open().filter(specialist__in=specialists, supervisor__is_active=True)
    found = found.filter(supervisor__in=roles.values("user")).exclude(supervisor__in=away)
    return found.select_related("supervisor").order_by("starts_at")


def rests_on(client: Client, person: User) -> bool:
    """Whether keeping `person` away today would leave the client without their specialist, cover or only supervisor,
    or the program without anyone who could answer a wish."""
    helpers = support_of(client)
    supervisors = [helper for helper in helpers if helper.hat == Role.Kind.SUPERVISOR]
    managers = Role.objects.open().filter(program=client.program_id, kind=Role.Kind.MANAGER, user__is_active=True)
    return any(
        helper.person == person and (helper.hat == Role.Kind.SPECIALIST or len(supervisors) == 1) for helper in helpers
    ) or (managers.filter(user=person).exists() and not managers.exclude(user=person).exists())


def may_be_kept_away(client: Client) -> list[User]:
    """Staff of the client's program who could ever see the record, and are not kept away yet."""
    named = KeptFrom.objects.filter(client=client, ended_at__isnull=True).values("person")
    staff = Role.objects.open().filter(program=client.program, kind__in=[Role.Kind.SPECIALIST, Role.Kind.SUPERVISOR])
    return list(
        User.objects.filter(pk__in=staff.values("user"))
        .exclude(pk__in=named)
        .exclude(pk=client.user_id)
        .order_by("first_name", "last_name", "pk")
    )


def may_take_over(wishes: list[KeptFrom]) -> list[tuple[KeptFrom, list[User]]]:
    """For each wish the specialists of the client's program whom the client does not keep away, nor asks to."""
    programs = {kept.client.program_id for kept in wishes}
    roles = Role.objects.open().filter(program__in=programs, kind=Role.Kind.SPECIALIST, user__is_active=True)
    staff = list(roles.select_related("user").order_by("user__first_name", "user__last_name", "user__pk"))
    rows = KeptFrom.objects.standing().filter(client__in=[kept.client_id for kept in wishes])
    named = set(rows.values_list("client", "person"))
    return [
        (
            kept,
            [
                role.user
                for role in staff
                if role.program_id == kept.client.program_id
                and (kept.client_id, role.user_id) not in named
                and role.user_id != kept.client.user_id
            ],
        )
        for kept in wishes
    ]


def _once(helpers: Iterable[Helper]) -> list[Helper]:
    return list({helper.person.pk: helper for helper in helpers}.values())
