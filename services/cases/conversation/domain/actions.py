"""Saying something on a case: nothing of the case changes but its history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.conversation.domain.message import ConversationClosed
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Attachment
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.command import Command, record_filing
from services.cases.core.domain.transitions import ANY, CITIZEN, CLERK, LEADER, OFFICER, Action, ActionDefinition, Site
from services.common import limits


@dataclass(frozen=True, slots=True)
class PostMessage(Command):
    """`sha256` (hex) is the digest of the text, which is kept beside the history so that it can be removed."""

    definition = ActionDefinition(
        Action.POST_MESSAGE,
        name=BilingualText("Trao đổi về hồ sơ", "Write a message on the case"),
        sentence=BilingualText("Có tin trao đổi trên hồ sơ.", "Something was said on the case."),
        sources=ANY,
        target=None,
        roles={CITIZEN, CLERK, OFFICER, LEADER},
        event="cases.message_posted",
        silent=True,
        site=Site.EITHER,
    )
    message_id: str
    sha256: str
    attachments: tuple[Attachment, ...] = ()

    def record(self) -> dict[str, Any]:
        return {"message_id": self.message_id, **record_filing(self.sha256, self.attachments)}

    def check(self, case: Case, at: datetime, rules: CaseRules) -> None:
        """Raises ConversationClosed."""
        if not may_talk(case, at):
            raise ConversationClosed(days=limits.CONVERSATION_AFTER_CLOSE.days)


def may_talk(case: Case, at: datetime) -> bool:
    """Returns whether something may still be said: while the case is open, and for some days after."""
    return not case.status.closed or at <= case.since + limits.CONVERSATION_AFTER_CLOSE
