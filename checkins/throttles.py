"""How often one address may open links of replies. By address alone: nothing else is known about who holds a link.

Guessing a token is hopeless in itself (128 bits); this keeps the attempt from costing anyone else anything. What is
counted under in the cache is a keyed digest of the address. The hours are real ones, not those of `lib/clock`.
"""

from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import consume
from django.http import HttpRequest
from redis.exceptions import RedisError

from peersupport.lib.sealed import fingerprint

APP = "allauth.account"
# A shelter's whole house may stand behind one address: what is generous for people is little for a machine.
RATES = {"reply": "60/m/key", "reply_unknown": "20/10m/key"}
WAIT = 600  # seconds, for Retry-After


def may_open(request: HttpRequest) -> bool:
    """Counts this request, and looks at how many unknown links came from the same address lately."""
    return _count(request, "reply_unknown", dry_run=True) and _count(request, "reply")


def count_unknown(request: HttpRequest) -> None:
    _count(request, "reply_unknown")


def _count(request: HttpRequest, action: str, *, dry_run: bool = False) -> bool:
    address = fingerprint("address", get_adapter(request).get_client_ip(request))
    try:
        usage = consume(request, app=APP, action=action, config=RATES, key=address, dry_run=dry_run, limit_get=True)
    except RedisError:  # someone who asks for a call gets through, whatever else is broken
        return True
    return usage is not None
