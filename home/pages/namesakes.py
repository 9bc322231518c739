"""Who is here under this name already: said to whoever adds someone by hand. docs/decisions/0031"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.models import Actor
from clients.models import Assignment, Client
from home.importing.headings import folded

SHOWN = 20


@dataclass
class Namesake:
    client: Client
    walks_with: list[str] = field(default_factory=list)


def namesakes(actor: Actor, first_name: str, last_name: str) -> list[Namesake]:
    """Of those this hat sees: the same name but for case and accents, or one of the two without a last name."""
    first, last = folded(first_name), folded(last_name)
    names = Client.objects.visible_to(actor).values_list("pk", "user__first_name", "user__last_name")
    same = [
        pk
        for pk, theirs, family in names.iterator()
        if folded(theirs) == first and (not last or folded(family) in {"", last})
    ]
    found = {client.pk: Namesake(client) for client in Client.objects.filter(pk__in=same).by_name()[:SHOWN]}
    held = Assignment.objects.open().filter(client__in=found).select_related("specialist").order_by("-kind", "pk")
    for assignment in held:
        found[assignment.client_id].walks_with.append(assignment.specialist.name)
    return list(found.values())


def all_looked_at(found: Iterable[Namesake], seen: Iterable[str]) -> bool:
    """`seen`: ids of those who stood on the page that was sent."""
    return {str(one.client.pk) for one in found} <= set(seen)
