from celery import shared_task

from home import actions


@shared_task
def tick() -> None:
    actions.tick()
