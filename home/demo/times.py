"""A few times together for the demo, so that no screen is empty on the first look."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Role
from home.demo.cast import Cast
from peersupport.lib.clock import now
from peersupport.lib.ids import new_id
from sessions import actions
from sessions.actions import Contact
from sessions.models import ClientWord

_TIMES: tuple[tuple[Any, ...], ...] = (
    # client, specialist, days ago, mode, who reached out, minutes, place, words, signed
    (
        *("alex", "maya", 12, "in-person", "nobody", 60, "community"),
        {
            "what_mattered": "Find a place near my sister.",
            "what_we_did": "We sat in the library and made a list of what a place needs. I told how long mine took.",
            "how_it_went": "Alex laughed twice and took the list home.",
            "next_steps": "Alex calls the housing office; I come along if wanted.",
        },
        True,
    ),
    (
        *("alex", "maya", 6, "phone", "client", 25, ""),
        {
            "what_mattered": "The letter came. I did not want to open it alone.",
            "what_we_did": "We opened it together on the phone. It was an appointment, nothing bad.",
            "next_steps": "Tuesday at two, at the library.",
        },
        True,
    ),
    (*("alex", "maya", 1, "text", "specialist", 15, ""), {}, False),
    (
        *("luz", "sam", 3, "in-person", "nobody", 45, "home"),
        {
            "what_mattered": "Quiero volver a coser, sin apuro.",
            "what_we_did": "Buscamos la máquina en el clóset y la limpiamos. Le conté de mi taller.",
            "next_steps": "Luz compra hilo; yo pregunto por la clase de los jueves.",
        },
        True,
    ),
    (
        *("toni", "maya", 4, "in-person", "client", 30, "street"),
        {"what_we_did": "We walked around the block and talked about dogs.", "next_steps": "Same corner, next week."},
        True,
    ),
    (*("rio", "noor", 8, "video", "nobody", 45, ""), {"what_we_did": "We talked about work and rest."}, True),
)


def seed(cast: Cast) -> None:
    for client, specialist, days, mode, who, minutes, place, words, signed in _TIMES:
        by = cast.actor(specialist, Role.Kind.SPECIALIST)
        today = now().astimezone(ZoneInfo(by.user.time_zone)).date()
        contact = Contact(
            happened_on=today - timedelta(days=days),
            mode=mode,
            who_reached_out=who,
            minutes_direct=minutes,
            place=place,
            time_zone=by.user.time_zone,
            language=by.user.language,
            **words,
        )
        log = actions.start_log(cast.clients[client], contact, op_id=new_id(), by=by)
        if signed:
            log = actions.sign_log(log, version=log.version, by=by)
        if client == "alex" and days == 6:
            actions.add_words(
                log,
                ClientWord.Kind.IN_MY_WORDS,
                "I slept that night.",
                op_id=new_id(),
                language="en",
                by=cast.actor("alex"),
            )
