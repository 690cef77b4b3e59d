"""The policy bites, and the net in which every page's violations are caught holds."""

from collections.abc import Callable

from flask import Flask

from app.web.guards import public
from tests.browser.person import Person
from tests.cast import Cast

PAGE = "<!doctype html><html lang=nl><title>x</title><body>{}</body></html>"
WRONG = {
    "style-src-attr": '<p style="color: red">',
    "style-src-elem": "<style>p { color: red }</style>",
    "script-src-elem": "<script>document.title = 'y'</script>",
    "script-src-attr": '<img alt="" src="/static/img/favicon.svg" onload="x()">',
    "img-src": '<img alt="" src="data:image/png;base64,xx">',
    "frame-src": '<iframe src="/aanmelden"></iframe>',
}


def test_what_the_policy_forbids_is_blocked_and_told(
    house: tuple[Cast, Flask], arrive: Callable[..., Person]
) -> None:
    @house[1].get("/fout/<directive>")
    @public
    def wrong(directive: str) -> str:
        return PAGE.format(WRONG[directive])

    person = arrive()
    for directive in WRONG:
        person.violations.clear()
        with person.page.expect_console_message():
            person.open(f"/fout/{directive}")
        person.page.wait_for_load_state("networkidle")
        assert [told.partition(":")[0] for told in person.violations] == [directive]
    assert len(person.complaints) >= len(WRONG)
    person.violations.clear()


def test_no_script_may_make_a_page_out_of_text(arrive: Callable[..., Person]) -> None:
    person = arrive()
    person.open("/aanmelden")
    script = (
        "() => { try { document.body.innerHTML = 'x' } catch (e) { return e.name } }"
    )
    assert person.page.evaluate(script) == "TypeError"
    person.page.wait_for_function("true")
    assert person.violations == ["require-trusted-types-for: trusted-types-sink"]
    person.violations.clear()
