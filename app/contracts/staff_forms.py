"""What a colleague decides of a contract, as it comes from the page."""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from app.contracts.rules import (
    LONGEST_REASON,
    Check,
    Party,
    State,
    may_step,
    needs_reason,
    unchecked,
)
from app.contracts.service import Contract
from app.contracts.texts import VERBS
from app.web.asked import one_line
from app.web.texts import gettext as _


@dataclass(frozen=True)
class Choice:
    """A step that may be taken now: its verb, whether to say why."""

    end: State
    verb: str
    is_explained: bool


@dataclass(frozen=True)
class Decision:
    """What was chosen, on what was seen."""

    end: str = ""
    seen: str = ""
    reason: str = ""
    ticked: frozenset[str] = frozenset()

    @classmethod
    def posted(cls, form: MultiDict[str, str]) -> "Decision":
        return cls(
            form.get("besluit", ""),
            form.get("gezien", ""),
            one_line(form.get("reden")),
            frozenset(form.getlist("nagekeken")) & set(Check),
        )

    def wrong(self, contract: Contract) -> Mapping[str, str]:
        """What keeps it from counting, by the field that must change."""
        chosen = {choice.end: choice for choice in decisions(contract)}.get(
            State(self.end) if self.end in set(State) else State.REQUESTED
        )
        if chosen is None:
            return {"besluit": _("Kies wat er met dit contract gebeurt.")}
        if chosen.is_explained and not self.reason:
            return {"reden": _("Schrijf waarom: de organisatie leest die reden.")}
        if len(self.reason) > LONGEST_REASON:
            return {"reden": _("Schrijf hoogstens 500 tekens.")}
        by_card = contract.is_signed_by_card
        if unchecked(contract.state, chosen.end, self.ticked, by_card=by_card):
            return {"nagekeken": _("Vink eerst aan wat je hebt nagekeken.")}
        return {}


def decisions(contract: Contract) -> list[Choice]:
    """What a colleague may do with it now."""
    return [
        Choice(end, str(verb), needs_reason(end, by=Party.STAFF))
        for (start, end), verb in VERBS.items()
        if start is contract.state and may_step(start, end, by=Party.STAFF)
    ]
