"""The register of communities on both databases: import, removal, who is told."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest

from app.communities.reading import read_register
from app.communities.service import Communities, Imported
from app.kernel.errors import Conflict, NotFound
from tests.cast import AN, BO, HEADER, NOORD, ZUID, Cast

ELS = AN.replace("an.peeters;An Peeters;an@", "els.claes;Els Claes;els@").replace(
    "0470 11 22 27", "0472 00 11 22"
)


def take_in(cast: Cast, *lines: str) -> Imported:
    content = (HEADER + "\n".join(lines)).encode()
    with cast.runtime.transaction() as session:
        communities = Communities.of(session, cast.runtime)
        return communities.take_in(read_register(content), by="sam.claes")


def remove(cast: Cast, number: str, login: str) -> None:
    with cast.runtime.transaction() as session:
        Communities.of(session, cast.runtime).remove_manager(
            number, login, by="sam.claes"
        )


def managers(cast: Cast, number: str) -> list[str]:
    with cast.runtime.reading() as session:
        communities = Communities.of(session, cast.runtime)
        known = communities.by_number([number])[number]
        return sorted(
            person.login for person in communities.managers_of([known.id])[known.id]
        )


def greeted_by(cast: Cast, login: str) -> list[tuple[str, str]]:
    with cast.runtime.reading() as session:
        accounts = Communities.of(session, cast.runtime).accounts
        person = accounts.find(login)
        assert person
        return accounts.names(person.id)


def test_a_register_makes_communities_accounts_and_their_tie(cast: Cast) -> None:
    done = take_in(cast, AN, ELS, BO)
    assert done == Imported(
        communities=[NOORD, ZUID],
        new=["an.peeters", "bo.maes", "els.claes"],
    )
    assert managers(cast, NOORD) == ["an.peeters", "els.claes"]
    assert greeted_by(cast, "an.peeters") == [(NOORD, "Zonnedelen Noord cv")]
    assert {by for _, by in cast.audited()} == {"sam.claes"}
    assert cast.mails("an@noord.example") == []


def test_the_same_register_again_changes_nothing(cast: Cast) -> None:
    take_in(cast, AN, BO)
    before = cast.audited()
    assert take_in(cast, AN, BO) == Imported(same=["an.peeters", "bo.maes"])
    assert cast.audited() == before


def test_somebody_with_two_communities_counts_once(cast: Cast) -> None:
    also = AN.replace(NOORD, ZUID).replace("Zonnedelen Noord cv", "Buurtstroom Zuid")
    assert take_in(cast, AN, also).new == ["an.peeters"]
    assert greeted_by(cast, "an.peeters") == [
        (ZUID, "Buurtstroom Zuid"),
        (NOORD, "Zonnedelen Noord cv"),
    ]


def test_who_is_not_in_the_register_stays_as_they_were(cast: Cast) -> None:
    take_in(cast, AN, ELS)
    take_in(cast, ELS)
    assert managers(cast, NOORD) == ["an.peeters", "els.claes"]


def test_another_mobile_is_told_to_the_owner(cast: Cast) -> None:
    take_in(cast, AN)
    done = take_in(cast, AN.replace("22 27", "22 28"))
    assert done.changed == ["an.peeters"]
    (mail,) = cast.mails("an@noord.example")
    assert mail.subject == "Uw gsm-nummer voor Direct bestanden is gewijzigd"
    assert ("account.change", "sam.claes") in cast.audited()


def test_another_address_is_told_to_the_old_and_the_new_one(cast: Cast) -> None:
    take_in(cast, AN)
    take_in(cast, AN.replace("an@noord", "an@nieuw"))
    for address in ("an@noord.example", "an@nieuw.example"):
        (mail,) = cast.mails(address)
        assert mail.subject == "Uw e-mailadres voor Direct bestanden is gewijzigd"


def test_a_new_name_of_a_community_reaches_all_its_managers(cast: Cast) -> None:
    take_in(cast, AN, ELS)
    take_in(cast, ELS.replace("Zonnedelen Noord cv", "Zonnedelen Noord bv"))
    assert greeted_by(cast, "an.peeters") == [(NOORD, "Zonnedelen Noord bv")]
    assert ("community.rename", "sam.claes") in cast.audited()


def test_a_colleague_cannot_become_a_manager(cast: Cast) -> None:
    cast.staff("an.peeters")
    with pytest.raises(Conflict, match="is van een medewerker"):
        take_in(cast, BO, AN)
    assert cast.runtime.database.answers()
    with pytest.raises(KeyError):
        managers(cast, ZUID)


def test_who_is_removed_no_longer_manages_and_may_come_back(cast: Cast) -> None:
    take_in(cast, AN, ELS)
    remove(cast, f" {NOORD} ", " An.Peeters ")
    assert managers(cast, NOORD) == ["els.claes"]
    assert greeted_by(cast, "an.peeters") == []
    assert cast.audited()[-1] == ("community.remove_manager", "sam.claes")
    take_in(cast, AN)
    assert managers(cast, NOORD) == ["an.peeters", "els.claes"]


@pytest.mark.parametrize(
    ("number", "login"),
    [("EG0000008", "an.peeters"), (NOORD, "bo.maes"), (NOORD, "niemand")],
)
def test_nobody_is_removed_from_what_they_do_not_manage(
    cast: Cast, number: str, login: str
) -> None:
    take_in(cast, AN, ELS, BO)
    with pytest.raises(NotFound):
        remove(cast, number, login)


def test_the_last_manager_stays(cast: Cast) -> None:
    take_in(cast, AN)
    with pytest.raises(Conflict, match="minstens één beheerder"):
        remove(cast, NOORD, "an.peeters")


def test_of_two_who_are_removed_at_once_one_stays(cast: Cast) -> None:
    take_in(cast, AN, ELS)
    start = Barrier(2)

    def work(login: str) -> None:
        start.wait()
        with suppress(Conflict):
            remove(cast, NOORD, login)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, ["an.peeters", "els.claes"]))
    assert len(managers(cast, NOORD)) == 1


def test_a_blocked_manager_is_not_reachable(cast: Cast) -> None:
    take_in(cast, AN, ELS)
    with cast.runtime.transaction() as session:
        communities = Communities.of(session, cast.runtime)
        communities.accounts.block("an.peeters")
    assert managers(cast, NOORD) == ["els.claes"]
