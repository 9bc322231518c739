"""What other layers call things of this app."""

from uuid import UUID

NEWS = "goal-news"  # to the engine: that there is something new, and never what
HOME = "home"  # the client's own home in Visit: ideas and words back stand there, too


def key_of(news: UUID, planning: int) -> str:
    """A message that did not leave and is planned anew goes out under another key."""
    return f"{NEWS}:{news}:{planning}"
