"""Support between appointments, for `screens.furnish`: addresses and reach-outs in every state."""

from home.demo.cast import Cast
from notifications import actions as notifications
from notifications.models import AddressCode, ContactPoint
from tests.checking_in import every_check_in
from tests.reaching_out import every_reach_out


def furnish(cast: Cast) -> dict[str, object]:
    """The ids that stand in URLs."""
    return {
        **_points(cast),
        **{state: row.pk for state, row in every_reach_out(cast).items()},
        **every_check_in(cast),
    }


def _points(cast: Cast) -> dict[str, object]:
    alex = cast.actor("alex")
    waiting, proved = (
        notifications.add_contact_point(cast.alex, ContactPoint.Kind.EMAIL, address, may_email=True, by=alex)
        for address in ("alex@example.org", "a.very.long.address.that.must.wrap.somewhere@example.org")
    )
    notifications.ask_for_code(proved, by=alex)
    notifications.confirm_code(proved, AddressCode.objects.get(contact_point=proved).code, by=alex)
    return {"point": waiting.pk, "proved_point": proved.pk}
