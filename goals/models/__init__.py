from goals.models.comments import Comment, CommentTakenBack
from goals.models.goals import Goal, Step
from goals.models.ideas import Suggestion
from goals.models.news import News, NewsChoice
from goals.models.revisions import Revision
from goals.models.victories import Cheer, CheerTakenBack, Victory

__all__ = [
    "Cheer",
    "CheerTakenBack",
    "Comment",
    "CommentTakenBack",
    "Goal",
    "News",
    "NewsChoice",
    "Revision",
    "Step",
    "Suggestion",
    "Victory",
]
