"""What a new program still needs, told from its rows: nothing is ticked off by hand."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Role
from accounts.permissions import hours_of_program, named_lines, staff_of
from clients.models import Assignment, Client


@dataclass(frozen=True)
class Step:
    title: Any
    says: Any
    url: str
    done: bool


def first_steps(actor: Actor) -> list[Step]:
    """In the order in which they make sense; each can be done again at any time."""
    program = actor.role.program
    specialists = [role for role in staff_of(program) if role.kind == Role.Kind.SPECIALIST]
    walks = Assignment.objects.visible_to(actor).open().exists()
    return [
        Step(
            _("Your program"),
            _("Its name, your hours, by when people hear back, and what staff must pass on."),
            reverse("program", args=[program.pk]),
            bool(hours_of_program(program)),
        ),
        Step(
            _("Phone lines"),
            _("988 stands there already. Add the warmline people near you know."),
            reverse("lines", args=[program.pk]),
            len(named_lines(program)) > 1,
        ),
        Step(
            _("Staff"),
            _("Invite specialists and whoever supervises them. They choose their own password."),
            reverse("people"),
            bool(specialists),
        ),
        Step(
            _("The people you support"),
            _("Add them one by one. They need no e-mail address: they can be told in person."),
            reverse("clients"),
            Client.objects.visible_to(actor).active().exists(),
        ),
        Step(
            _("Who walks with whom"),
            _("Choose a specialist for each of them."),
            reverse("clients"),
            walks,
        ),
    ]
