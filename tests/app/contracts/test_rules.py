"""The steps of a contract: from where to where, and by whose hand."""

from itertools import product

import pytest

from app.contracts.rules import (
    Channel,
    Check,
    News,
    Party,
    Phase,
    State,
    is_pdf,
    may_ask_api,
    may_leave_api,
    may_read,
    may_step,
    needs_reason,
    news_of,
    phase_of,
    unchecked,
)

S = State
BESIDE = (News.ASKED_API, News.GOT_API, News.REFUSED_API, News.DROPPED_API)
BY_PROVIDER = {
    (S.REQUESTED, S.TO_SIGN),
    (S.REQUESTED, S.CANCELLED),
    (S.TO_SIGN, S.REQUESTED),
    (S.TO_SIGN, S.SIGNED),
    (S.TO_SIGN, S.CANCELLED),
    (S.SIGNED, S.CANCELLED),
    (S.ACTIVE, S.ENDED),
    (S.SUSPENDED, S.ENDED),
}
BY_STAFF = {
    (S.TO_SIGN, S.SIGNED),
    (S.SIGNED, S.ACTIVE),
    (S.SIGNED, S.REFUSED),
    (S.ACTIVE, S.SUSPENDED),
    (S.SUSPENDED, S.ACTIVE),
    (S.ACTIVE, S.ENDED),
    (S.SUSPENDED, S.ENDED),
    (S.ACTIVE, S.REPLACED),
}


@pytest.mark.parametrize(
    ("party", "steps"), [(Party.PROVIDER, BY_PROVIDER), (Party.STAFF, BY_STAFF)]
)
def test_each_party_takes_its_own_steps_and_no_other(
    party: Party, steps: set[tuple[State, State]]
) -> None:
    found = {pair for pair in product(S, S) if may_step(*pair, by=party)}
    assert found == steps


def test_nobody_becomes_a_provider_by_own_hand() -> None:
    assert not any(may_step(start, S.ACTIVE, by=Party.PROVIDER) for start in S)


def test_what_is_over_stays_over() -> None:
    over = (S.REFUSED, S.CANCELLED, S.ENDED, S.REPLACED)
    steps = product(over, S, Party)
    assert not any(may_step(start, end, by=by) for start, end, by in steps)


def test_only_an_active_contract_opens_data() -> None:
    assert [state for state in S if may_read(state)] == [S.ACTIVE]


def test_a_second_contract_waits_until_the_first_is_over() -> None:
    over = {state for state in S if not state.is_living}
    assert over == {S.REFUSED, S.CANCELLED, S.ENDED, S.REPLACED}
    running = {state for state in S if state.is_running}
    assert running == {S.REQUESTED, S.TO_SIGN, S.SIGNED}


@pytest.mark.parametrize("end", [S.REFUSED, S.SUSPENDED, S.ENDED])
def test_whom_staff_stop_reads_why(end: State) -> None:
    assert needs_reason(end, by=Party.STAFF)
    assert not needs_reason(end, by=Party.PROVIDER)


def test_a_yes_needs_no_reason() -> None:
    assert not needs_reason(S.ACTIVE, by=Party.STAFF)


@pytest.mark.parametrize(
    ("state", "phase"),
    [
        (None, Phase.ASKING),
        (S.REQUESTED, Phase.ASKING),
        (S.TO_SIGN, Phase.SIGNING),
        (S.SIGNED, Phase.DONE),
        (S.ACTIVE, Phase.DONE),
    ],
)
def test_the_bar_counts_three_phases(state: State | None, phase: Phase) -> None:
    assert phase_of(state) is phase


def test_a_pdf_is_known_by_its_mark_near_the_start() -> None:
    assert is_pdf(b"%PDF-1.7\n")
    assert is_pdf(b"\xef\xbb\xbf%PDF-1.4")
    assert not is_pdf(b"PK\x03\x04")
    assert not is_pdf(b" " * 1024 + b"%PDF-1.7")


def test_each_step_is_news_but_for_the_one_back() -> None:
    steps = {
        pair for pair in product(S, S) if any(may_step(*pair, by=x) for x in Party)
    }
    untold = {pair for pair in steps if news_of(*pair) is None}
    assert untold == {(S.TO_SIGN, S.REQUESTED), (S.ACTIVE, S.REPLACED)}
    told = {news_of(None, S.REQUESTED), *(news_of(*x) for x in steps - untold)}
    assert told == set(News) - set(BESIDE) - {News.LEFT_API}


def test_what_is_asked_beside_a_contract_is_other_news() -> None:
    told = [
        news_of(start, end, is_beside=True)
        for start, end in (
            (S.TO_SIGN, S.SIGNED),
            (S.SIGNED, S.ACTIVE),
            (S.SIGNED, S.REFUSED),
            (S.SIGNED, S.CANCELLED),
        )
    ]
    assert told == list(BESIDE)
    assert news_of(None, S.REQUESTED, is_beside=True) is None
    assert news_of(S.ACTIVE, S.ENDED, is_beside=True) is News.ENDED


def test_a_lifted_suspension_is_told_as_such() -> None:
    assert news_of(S.SUSPENDED, S.ACTIVE) is News.LIFTED
    assert news_of(S.SIGNED, S.ACTIVE) is News.ACTIVE


def test_of_a_scan_all_is_looked_at_and_of_a_card_what_it_may_bind() -> None:
    assert unchecked(S.SIGNED, S.ACTIVE, (), by_card=False) == list(Check)
    assert unchecked(S.SIGNED, S.ACTIVE, (), by_card=True) == [Check.FUNCTION]
    assert unchecked(S.SIGNED, S.ACTIVE, set(Check), by_card=False) == []
    seen = {Check.PAGES, Check.NUMBER, Check.FUNCTION}
    assert unchecked(S.SIGNED, S.ACTIVE, seen, by_card=False) == [Check.SIGNATURE]


def test_only_a_first_approval_asks_to_look() -> None:
    others = set(product(S, S)) - {(S.SIGNED, S.ACTIVE)}
    assert not any(unchecked(*pair, (), by_card=False) for pair in others)


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("channel", [*Channel, None])
def test_only_an_active_provider_changes_its_channel(
    state: State, channel: Channel | None
) -> None:
    is_active = state is S.ACTIVE
    assert may_ask_api(state, channel) == (is_active and channel is Channel.PORTAL)
    assert may_leave_api(state, channel) == (is_active and channel is Channel.API)
