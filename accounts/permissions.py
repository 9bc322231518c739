"""Who a person is here, and what any hat may do with their own account."""

from accounts.models import Actor, Program, Role, User


def hats_of(user: User) -> list[Role]:
    """The roles a person holds now; clients first, then by the order of Role.Kind."""
    order = [kind.value for kind in Role.Kind]
    roles = user.open_roles
    if roles is None:
        roles = list(Role.objects.open().filter(user=user).select_related("program"))
    return sorted(roles, key=lambda role: (order.index(role.kind), role.starts_at))


def wearing(user: User, hats: list[Role], chosen: str | None) -> Actor | None:
    """The person under the chosen hat, or under their first one. None for a person who has no role here now."""
    for role in hats:
        if str(role.pk) == chosen:
            return Actor(user, role)
    return Actor(user, hats[0]) if hats else None


def staff_of(program: Program) -> list[Role]:
    """Everyone who works in a program now, by name."""
    roles = Role.objects.open().filter(program=program).exclude(kind=Role.Kind.CLIENT).select_related("user")
    return list(roles.order_by("user__first_name", "user__pk", "kind"))
