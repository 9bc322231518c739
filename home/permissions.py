"""Whom a manager sees: everyone who works, worked or is invited in the program, and its clients. The only loaders."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404

from accounts.models import Actor, Invitation, Role, Supervision, User
from accounts.permissions import is_client_only, open_roles_of
from accounts.rules.invitations import lookups, read_code
from clients.models import Assignment, Client, Closing, Handover, KeptFrom, Pause
from peersupport.lib.clock import now
from peersupport.lib.composed import composed
from peersupport.lib.sealed import words_of

SOON = timedelta(days=14)


@dataclass
class Person:
    """Someone as a manager sees them. `client`: their record, unless there is none for this manager's eyes."""

    user: User
    client: Client | None
    roles: list[Role] = field(default_factory=list)  # open ones in the manager's program
    invitation: Invitation | None = None  # the last one, without its code
    was: str = ""  # the last thing they were here, if they are nothing now

    @property
    def invited(self) -> bool:
        return self.invitation is not None and self.invitation.is_open

    @property
    def invited_as(self) -> Role.Kind | None:
        """What a new invitation would be for; None for a client whose support has ended."""
        if self.client is not None:
            return Role.Kind.CLIENT if self.client.closed_at is None else None
        if self.roles:
            return Role.Kind(self.roles[0].kind)
        waits = self.invitation is not None and self.invitation.accepted_at is None
        kind = self.invitation.kind if self.invitation is not None and waits else self.was
        return Role.Kind(kind) if kind else None

    @property
    def works_here(self) -> bool:
        return any(role.kind != Role.Kind.CLIENT for role in self.roles)


def people_seen(actor: Actor) -> QuerySet[User]:
    program = actor.role.program_id
    staff = Role.objects.filter(program=program).exclude(kind=Role.Kind.CLIENT)
    invited = Invitation.objects.filter(program=program).exclude(kind=Role.Kind.CLIENT)
    clients = Client.objects.visible_to(actor)
    return User.objects.filter(
        Q(pk__in=staff.values("user")) | Q(pk__in=invited.values("user")) | Q(pk__in=clients.values("user"))
    )


def get_person(actor: Actor, pk: UUID) -> Person:
    """Http404 for whoever this manager's hat does not see."""
    user = people_seen(actor).filter(pk=pk).first()
    if user is None:
        raise Http404
    client = Client.objects.visible_to(actor).select_related("user", "program").filter(user=user).first()
    person = Person(user, client)
    _fill([person], actor)
    return person


def staff_seen(actor: Actor) -> list[Person]:
    """By name: who works here, is invited, or did; without looking at whether they are clients too. Three queries."""
    program = actor.role.program_id
    staff = Role.objects.filter(program=program).exclude(kind=Role.Kind.CLIENT).values("user")
    invited = Invitation.objects.filter(program=program).exclude(kind=Role.Kind.CLIENT).values("user")
    users = User.objects.filter(Q(pk__in=staff) | Q(pk__in=invited)).order_by("first_name", "last_name", "pk")
    people = [Person(user, None) for user in users]
    _fill(people, actor)
    return people


def open_invitations(actor: Actor) -> list[Invitation]:
    """Standing ones in the manager's program of people they see, the next to run out first; without codes."""
    rows = Invitation.objects.standing().filter(program=actor.role.program_id, user__in=people_seen(actor))
    return list(rows.defer(*words_of(Invitation)).select_related("user").order_by("expires_at", "pk")[:50])


def get_invitation_code(actor: Actor, person: Person) -> Invitation:
    """The open one with its code, to be printed. Http404 if it went by e-mail: nobody else needs to read that."""
    found = Invitation.objects.open().filter(user=person.user, program=actor.role.program_id, contact_point=None)
    invitation = found.select_related("user").first()
    if invitation is None:
        raise Http404
    return invitation


def may_help_back(actor: Actor, person: Person) -> bool:
    """Whether this manager may give a client a code to come back in: never one they walk with, or who named them."""
    user, client = person.user, person.client
    if client is None or client.closed_at is not None or user.pk == actor.person_id:
        return False
    if not user.is_active or user.email is None or not is_client_only(open_roles_of(user)):
        return False
    walks = Assignment.objects.not_over().filter(client=client, specialist=actor.user)
    named = KeptFrom.objects.filter(client=client, person=actor.user, ended_at__isnull=True)  # also a wish that waits
    return not (walks.exists() or named.exists())


def get_locked_out(actor: Actor, pk: UUID) -> tuple[User, UUID]:
    """A client whom this manager may help back in, and the id of their record. Http404 for everyone else."""
    person = get_person(actor, pk)
    if person.client is None or not may_help_back(actor, person):
        raise Http404
    return person.user, person.client.pk


def invitation_of(code: str) -> Invitation | None:
    """Whoever holds the code may use it, while it is open."""
    read = read_code(code)
    rows = Invitation.objects.select_related("user", "program", "contact_point")
    return rows.filter(lookup__in=lookups(read)).first() if read else None


def supervisions_of(person: Person) -> list[Supervision]:
    """Open ones, of this person as specialist or as supervisor."""
    rows = Supervision.objects.open().filter(Q(specialist=person.user) | Q(supervisor=person.user))
    return list(rows.select_related("supervisor", "specialist").order_by("starts_at", "pk"))


def holders_of(actor: Actor, kind: Role.Kind) -> list[User]:
    """Who has this role in the manager's program now, by name."""
    roles = Role.objects.open().filter(program=actor.role.program_id, kind=kind, user__is_active=True)
    return [role.user for role in roles.select_related("user").order_by("user__first_name", "user__pk")]


def assignments_of_client(client: Client) -> list[Assignment]:
    """Of a client that was loaded for this reader: everyone who ever walked with them, the newest first."""
    rows = Assignment.objects.filter(client=client).exclude(ends_at=F("starts_at")).select_related("specialist")
    return list(rows.order_by("-starts_at", "-pk")[:50])


def closings_of(client: Client) -> list[Closing]:
    """Of a client that was loaded for this reader, the first one first."""
    return list(Closing.objects.filter(client=client).order_by("closed_at", "pk"))


def latest_handover(client: Client) -> Handover | None:
    """Of a client that was loaded for this reader: the last one that was not called off."""
    return next(iter(_handovers(client.pk)), None)


@composed
def _handovers(client: UUID) -> QuerySet[Handover]:
    rows = Handover.objects.standing().filter(client=client)
    return rows.select_related("leaving__specialist", "coming__specialist").order_by("-planned_at", "-pk")[:1]


def handover_to_show(client: Client) -> Handover | None:
    """What is to come, and what happened and the client has not read of."""
    handover = latest_handover(client)
    return handover if handover and (handover.is_to_come or handover.read_at is None) else None


def may_walk_with(actor: Actor, client: Client) -> list[User]:
    """Specialists of the program whom the client does not keep away, nor asked to; nobody walks with themselves."""
    away = set(KeptFrom.objects.standing().filter(client=client).values_list("person", flat=True))
    people = holders_of(actor, Role.Kind.SPECIALIST)
    return [person for person in people if person.pk not in away and person.pk != client.user_id]


def standing_pause(client: Client) -> Pause | None:
    """Of a client that was loaded for a reader who may know facts; one whose days are not over."""
    today = now().astimezone(ZoneInfo(client.user.time_zone)).date()
    return next(iter(_pauses(client.pk, today)), None)


@composed
def _pauses(client: UUID, today: date) -> QuerySet[Pause]:
    rows = Pause.objects.standing().filter(client=client)
    return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today)).order_by("pk")[:1]


def without_specialist(actor: Actor) -> list[Client]:
    """Active clients with whom nobody walks, now or from a day that is set: they wait, the longest first."""
    primary = Assignment.objects.not_over().filter(kind=Assignment.Kind.PRIMARY)
    rows = Client.objects.visible_to(actor).active().exclude(pk__in=primary.values("client"))
    return list(rows.select_related("user").order_by("opened_at", "pk")[:50])


def assignments_ending(actor: Actor) -> list[Assignment]:
    """Within two weeks, with nobody set to follow: the next one first."""
    same = Assignment.objects.filter(client=OuterRef("client"), kind=OuterRef("kind"))
    follows = same.filter(starts_at__gte=OuterRef("ends_at"))
    rows = Assignment.objects.visible_to(actor).open().filter(ends_at__lte=now() + SOON).exclude(Exists(follows))
    return list(rows.select_related("client__user", "specialist").order_by("ends_at", "pk")[:50])


def _fill(people: Iterable[Person], actor: Actor) -> None:
    by_user = {person.user.pk: person for person in people}
    at = now()
    for role in Role.objects.filter(user__in=by_user, program=actor.role.program_id).order_by("starts_at", "pk"):
        person = by_user[role.user_id]
        if role.kind == Role.Kind.CLIENT and person.client is None:
            continue
        if role.ends_at is None or role.ends_at > at:
            person.roles.append(role)
        elif role.kind != Role.Kind.CLIENT:
            person.was = role.kind
    invitations = Invitation.objects.filter(user__in=by_user, program=actor.role.program_id)
    for invitation in invitations.defer(*words_of(Invitation)).order_by("created_at", "pk"):
        by_user[invitation.user_id].invitation = invitation
