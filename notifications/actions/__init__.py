"""Everything that plans, stops and sends deliveries, and everything that changes contact points."""

from notifications.actions.codes import ask_for_code, confirm_code
from notifications.actions.contact_points import (
    add_contact_point,
    change_contact_point,
    end_contact_point,
    prove_contact_point,
)
from notifications.actions.dispatching import dispatch
from notifications.actions.planning import Plan, cancel_unsent, plan_deliveries, plan_delivery

__all__ = [
    "Plan",
    "add_contact_point",
    "ask_for_code",
    "cancel_unsent",
    "change_contact_point",
    "confirm_code",
    "dispatch",
    "end_contact_point",
    "plan_deliveries",
    "plan_delivery",
    "prove_contact_point",
]
