"""Nobody sees, takes or removes what is another's."""

import re
from collections.abc import Callable

from app.runtime import Runtime
from tests.cast import BO, BO_MOBILE, NOORD, ZUID, Cast, correction
from tests.inbox import choose, ids, listed
from tests.visitor import Visitor

Arrive = Callable[[], Visitor]


def test_another_s_file_is_as_absent_as_one_that_never_was(
    an: Visitor, cast: Cast, visitor: Arrive, three: list[str]
) -> None:
    cast.settled("bo.maes")
    cast.publish({correction(ZUID): b"van Zuid"})
    hers = ids(an)[three[0]]
    bo = visitor()
    bo.sign_in(cast, "bo.maes", BO_MOBILE)
    his = ids(bo)[correction(ZUID)]

    def answer(path: str) -> tuple[int, str, dict[str, str]]:
        page = bo.open(path)
        body = re.sub(r"[0-9A-F]{4}-[0-9A-F]{2}", "#", page.get_data(as_text=True))
        headers = dict(page.headers)
        body = re.sub(r'(csrf_token" value=")[^"]+', "", body)
        return page.status_code, body, {k: v for k, v in headers.items() if k != "Date"}

    for path in ("{}", "{}/download", "zip?id={}", f"zip?id={his}&id={{}}"):
        foreign, absent = (
            answer("/bestanden/" + path.format(one)) for one in (hers, "A" * 22)
        )
        assert foreign == absent
        assert foreign[0] == 404
    listed(bo)
    for path in ("verwijderen", "terugzetten"):
        assert bo.submit(f"/bestanden/{path}", {"id": [his, hers]}).status_code == 404
        listed(bo)
    assert listed(bo) == [correction(ZUID)], "nothing of it was done"
    assert cast.audited("file.") == []


def test_what_cannot_be_an_id_is_absent_too(an: Visitor, three: list[str]) -> None:
    for path in ("zip?id=%00", "zip?selectie=%00", "verwijderen?id=a%00"):
        assert an.open(f"/bestanden/{path}").status_code == 404, path
    assert listed(an, "?levering=%00") == []
    for ids_ in (["\0"], [f"{number:x}" for number in range(100_000)]):
        listed(an)
        assert an.submit("/bestanden/verwijderen", {"id": ids_}).status_code == 404


def test_a_kept_selection_is_its_maker_s_own(
    an: Visitor, cast: Cast, visitor: Arrive, runtime: Runtime
) -> None:
    cast.settled("bo.maes")
    cast.publish(
        {correction(NOORD, month="2026-01", version=v): b"x" for v in range(1, 100)}
        | {correction(NOORD, month="2026-02", version=v): b"x" for v in (1, 2)}
    )
    address = choose(an, "download", *ids(an).values())
    bo = visitor()
    bo.sign_in(cast, "bo.maes", BO_MOBILE)
    assert bo.open(address).status_code == 404
    assert an.open(address).status_code == 200
    cast.clock.forward(days=1, minutes=1)
    cast.tick("filedrop.forget")
    her = visitor()
    her.sign_in(cast, "an.peeters")
    assert her.open(address).status_code == 404


def test_bo_sees_nothing_of_an_in_his_list(
    cast: Cast, visitor: Arrive, three: list[str]
) -> None:
    cast.settled("bo.maes")
    bo = visitor()
    bo.sign_in(cast, "bo.maes", BO_MOBILE)
    assert listed(bo) == []
    assert BO.split(";")[1] in bo.text
    assert "Zonnedelen" not in bo.text
