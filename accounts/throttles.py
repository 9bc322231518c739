"""How often something may be tried.

Three counts for each: from one address against one account, from one address at all, and against one account from
everywhere. Only the last one can keep an owner out because of a stranger: it is the widest, and there are two ways in
(password and e-mailed code) that are counted apart. How wide: settings.ACCOUNT_RATE_LIMITS. An address is what the
trusted proxies say it is, never what a browser writes into X-Forwarded-For.
"""

from dataclasses import dataclass
from typing import Any

from allauth.core.internal import ratelimit
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

APP = "allauth.account"  # whose settings hold the rates
TOO_OFTEN = _("That was many tries in a row. Please wait a few minutes, then try again.")


@dataclass(frozen=True)
class Counted:
    usages: tuple[Any, ...]

    def take_back(self) -> None:
        """It was no failure."""
        for usage in self.usages:
            usage.rollback()


def here_against(request: HttpRequest, account: str) -> str:
    return f"{account}|{ratelimit.get_ip(request)}"


def count(request: HttpRequest, what: str, account: str) -> Counted | None:
    """None: too often. What is refused here does not count against the account from everywhere."""
    usages = []
    for action, key in ((what, here_against(request, account)), (f"{what}_anywhere", account)):
        usage = ratelimit.consume(request, app=APP, action=action, key=key)
        if usage is None:
            return None
        usages.append(usage)
    return Counted(tuple(usages))
