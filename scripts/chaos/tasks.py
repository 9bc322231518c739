"""What the workers of scripts/chaos do besides: say that they are up, and one task for each delivery."""

import os
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings
from django.db.models import F

from notifications.actions import sending
from notifications.kinds import channel_of, kind_of
from notifications.models import Delivery
from peersupport.lib.clock import now


@worker_ready.connect
def say_so(**_worker: Any) -> None:
    """Killing a worker earlier would prove nothing."""
    (settings.VAR_DIR / f"up-{os.getpid()}").touch()


@shared_task
def send_one(pk: str) -> None:
    """The same way as any delivery goes, but for how it is found: what batches are compared with in `make bench`."""
    mine = Delivery.objects.filter(pk=UUID(pk), state=Delivery.State.PENDING, try_at__lte=now(), expires_at__gt=now())
    if mine.update(state=Delivery.State.CLAIMED, attempt=F("attempt") + 1, lease_until=now() + timedelta(seconds=60)):
        row = Delivery.objects.get(pk=UUID(pk))
        channel = channel_of(row.channel)
        with channel.opened() as sender:
            begun = sending._prepare(kind_of(row.kind), [row], channel)
            sending._hand_over(sender, begun)
