"""Chaos from inside Django: `python -m scripts.chaos.inside prepare`, or `… plan CHANNEL KIND NUMBER SECONDS`."""

import sys
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- models exist only after setup
from django.db import connection  # noqa: E402

from accounts.models import Program, Role, User  # noqa: E402
from notifications import actions  # noqa: E402
from notifications.actions import Plan  # noqa: E402
from notifications.models import ContactPoint  # noqa: E402
from peersupport.lib.clock import now  # noqa: E402
from peersupport.lib.ids import new_id  # noqa: E402
from peersupport.lib.sealed import seal  # noqa: E402

PEOPLE = 50


def prepare() -> None:
    """An empty installation with people who can be reached."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    people(PEOPLE)


def people(number: int) -> list[tuple[Role, ContactPoint]]:
    program = Program.objects.create(name="Chaos")
    users = User.objects.bulk_create(User(first_name=f"P{index}") for index in range(number))
    roles = Role.objects.bulk_create(Role(user=user, program=program, kind=Role.Kind.CLIENT) for user in users)
    return list(zip(roles, ContactPoint.objects.bulk_create(_point(user) for user in users), strict=True))


def _point(user: User) -> ContactPoint:
    pk = new_id()
    return ContactPoint(
        pk=pk,
        owner=user,
        kind=ContactPoint.Kind.EMAIL,
        lookup=pk.hex,
        may_email=True,
        verified_at=now(),
        **seal(ContactPoint, pk, value=f"{pk.hex}@home.example"),
    )


def plan(channel: str, kind: str, number: int, seconds: float) -> None:
    """`number` deliveries that become due one after the other within so many seconds from now."""
    roles = list(Role.objects.select_related("user"))
    points = {point.owner_id: point for point in ContactPoint.objects.all()}
    begin = now()
    plans = []
    for index in range(number):
        role = roles[index % len(roles)]
        plans.append(
            Plan(
                kind,
                role.pk,
                role.user,
                channel,
                due_at=begin + timedelta(seconds=seconds * index / number),
                contact_point=points[role.user_id],
                key=f"{channel}:{new_id()}",
            )
        )
    actions.plan_deliveries(plans)
    connection.close()


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare()
    else:
        plan(sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5]))
