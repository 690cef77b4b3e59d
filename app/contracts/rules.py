"""A data-access contract from the request to the end: who may take which step."""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from app.kernel import tokens

LONGEST_REASON, LONGEST_PERSON, LONGEST_WISH = 500, 128, 200
LARGEST_PDF = 10_000_000
PDF = b"%PDF-"
START = 1024  # a reader looks no further for the mark
NUMBER_SERIES, NUMBER_RANDOM = "35999", 8
SHORT_CODE = tokens.SHORT


class Channel(StrEnum):
    """How a provider reads: on this site, or by machines as well."""

    PORTAL = "portaal"
    API = "api"


class State(StrEnum):
    """Where a contract stands; the words on the screen are in texts.py."""

    REQUESTED = "requested"
    TO_SIGN = "to_sign"
    SIGNED = "signed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    ENDED = "ended"
    REPLACED = "replaced"

    @property
    def is_running(self) -> bool:
        """A request on its way: the provider's turn, or ours."""
        return self in RUNNING

    @property
    def is_living(self) -> bool:
        """It stands in the way of another one."""
        return self in LIVING


RUNNING = frozenset({State.REQUESTED, State.TO_SIGN, State.SIGNED})
STANDING = frozenset({State.ACTIVE, State.SUSPENDED})
LIVING = RUNNING | STANDING


YEAR = timedelta(days=366)
# how long a contract is kept after its last step, with its papers; why, says
# decision 22. One that is signed, active or suspended is kept for as long as it is.
KEPT = {
    State.REQUESTED: YEAR,  # nobody came back to it
    State.TO_SIGN: YEAR,
    State.CANCELLED: YEAR / 4,
    State.REFUSED: 2 * YEAR,
    State.ENDED: 10 * YEAR,
    State.REPLACED: 10 * YEAR,
}

NAMED = 4 * YEAR  # the hand of who did not come since: they are forgotten by then


class Party(StrEnum):
    """Who takes a step."""

    PROVIDER = "provider"
    STAFF = "staff"


PROVIDER, STAFF = frozenset({Party.PROVIDER}), frozenset({Party.STAFF})
STEPS = {
    (State.REQUESTED, State.TO_SIGN): PROVIDER,
    (State.REQUESTED, State.CANCELLED): PROVIDER,
    (State.TO_SIGN, State.REQUESTED): PROVIDER,  # back, to choose otherwise
    (State.TO_SIGN, State.SIGNED): PROVIDER | STAFF,  # theirs may come by mail
    (State.TO_SIGN, State.CANCELLED): PROVIDER,
    (State.SIGNED, State.CANCELLED): PROVIDER,
    (State.SIGNED, State.ACTIVE): STAFF,
    (State.SIGNED, State.REFUSED): STAFF,
    (State.ACTIVE, State.SUSPENDED): STAFF,
    (State.SUSPENDED, State.ACTIVE): STAFF,
    (State.ACTIVE, State.ENDED): PROVIDER | STAFF,
    (State.SUSPENDED, State.ENDED): PROVIDER | STAFF,
    (State.ACTIVE, State.REPLACED): STAFF,  # as what it asked for beside it begins
}
# whoever these happen to reads why
EXPLAINED = frozenset({State.REFUSED, State.SUSPENDED})


def may_step(start: State, end: State, *, by: Party) -> bool:
    return by in STEPS.get((start, end), frozenset())


def needs_reason(end: State, *, by: Party) -> bool:
    """Staff say why they refuse, suspend or end; a provider owes nobody a reason."""
    return by is Party.STAFF and end in EXPLAINED | {State.ENDED}


class Check(StrEnum):
    """What a colleague looks at in a signed contract before approving it."""

    PAGES = "paginas"
    SIGNATURE = "handtekening"
    FUNCTION = "functie"
    NUMBER = "nummer"


def checks_of(*, by_card: bool) -> tuple[Check, ...]:
    """What no machine looked at: of a card's signature, only what it may bind."""
    return (Check.FUNCTION,) if by_card else tuple(Check)


def unchecked(
    start: State, end: State, ticked: Collection[str], *, by_card: bool
) -> list[Check]:
    """What keeps a first approval from counting; no other step asks for it."""
    if (start, end) != (State.SIGNED, State.ACTIVE):
        return []
    return [check for check in checks_of(by_card=by_card) if check not in ticked]


class News(StrEnum):
    """What a letter tells; from the same state to the same, a step is one of these."""

    REQUESTED = "requested"
    TO_SIGN = "to_sign"
    SIGNED = "signed"
    ACTIVE = "active"
    LIFTED = "lifted"
    SUSPENDED = "suspended"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    ENDED = "ended"
    ASKED_API = "asked_api"
    GOT_API = "got_api"
    REFUSED_API = "refused_api"
    DROPPED_API = "dropped_api"
    LEFT_API = "left_api"


# a step of a contract that is asked beside one; its first is told with the next
BESIDE = {
    State.REQUESTED: None,
    State.SIGNED: News.ASKED_API,
    State.REFUSED: News.REFUSED_API,
    State.CANCELLED: News.DROPPED_API,
}


def news_of(start: State | None, end: State, *, is_beside: bool = False) -> News | None:
    """What there is to tell of a step; who goes back to choose otherwise knows that."""
    if (start, end) == (State.TO_SIGN, State.REQUESTED) or end is State.REPLACED:
        return None
    if is_beside and (start, end) == (State.SIGNED, State.ACTIVE):
        return News.GOT_API
    if is_beside and end in BESIDE:
        return BESIDE[end]
    if (start, end) == (State.SUSPENDED, State.ACTIVE):
        return News.LIFTED
    return News(end.value)


def may_read(state: State) -> bool:
    """Whether a provider sees its customers' data: at no other time, and no later."""
    return state is State.ACTIVE


def may_ask_api(state: State, channel: Channel | None) -> bool:
    """The API beside this site is a contract of its own: signed, and approved."""
    return state is State.ACTIVE and channel is Channel.PORTAL


def may_leave_api(state: State, channel: Channel | None) -> bool:
    """Less than was signed for needs nobody's hand but the provider's."""
    return state is State.ACTIVE and channel is Channel.API


class Phase(StrEnum):
    """What the bar counts: asking, signing, handed in."""

    ASKING = "33"
    SIGNING = "66"
    DONE = "100"


def phase_of(state: State | None) -> Phase:
    """The part of the way of a request; one that is not made yet is being asked."""
    if state in {None, State.REQUESTED}:
        return Phase.ASKING
    return Phase.SIGNING if state is State.TO_SIGN else Phase.DONE


class Flaw(StrEnum):
    """Why what was handed in is not even kept."""

    MISSING = "missing"
    LARGE = "large"
    NO_PDF = "no pdf"
    LOCKED = "locked"
    ACTIVE = "active"
    FILES = "files"
    INFECTED = "infected"


def is_pdf(content: bytes) -> bool:
    """Whether its beginning is that of a PDF; what else it is, a reader will tell."""
    return PDF in content[:START]


def is_same_name(typed: str, name: str) -> bool:
    """Whether somebody typed the name over; blanks and capitals do not count."""
    return " ".join(typed.split()).casefold() == " ".join(name.split()).casefold()
