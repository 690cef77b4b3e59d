"""A draft's files at the browser: sent three at a time, lost, found again."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Route, expect

from tests.browser.drafting import begin, choose, months, payload
from tests.browser.person import Person
from tests.cast import NOORD, PASSWORD, SAM_MOBILE, ZUID, Cast, correction


def test_thirty_files_and_two_that_fail(sam: Person) -> None:
    page = begin(sam)
    taken = payload(correction(ZUID), b"iets anders")
    again = page.get_by_role("button", name="Opnieuw proberen")
    empty, clash = payload("leeg.csv", b""), payload(correction(ZUID), b"andere inhoud")
    choose(page, [taken, empty])
    expect(page.locator("[data-sum-line]")).to_contain_text("Klaar: 1 van 2")
    expect(again).to_be_hidden()  # an empty file stays empty
    choose(page, [*months(30), clash])
    line = page.locator("[data-sum-line]")
    expect(line).to_contain_text("Klaar: 31 van 33 bestanden", timeout=30_000)
    expect(line).to_contain_text("2 niet geüpload.")
    expect(page.locator("[role=status]")).to_contain_text("Klaar: 31 van 33")
    expect(page.locator("[data-held]")).to_have_text("31")
    failed = page.locator("[data-failed-list] li")
    expect(failed).to_have_count(2)
    expect(failed.first).to_contain_text("leeg.csv: Het bestand is leeg (0 bytes).")
    expect(failed.last).to_contain_text("Er staat al een ander bestand met deze naam")
    expect(again).to_be_visible()
    sam.check("draft-failed")


def test_a_lost_line_is_tried_again(sam: Person) -> None:
    page = begin(sam)
    seen: list[str] = []

    def cut(route: Route) -> None:
        seen.append(route.request.url)
        route.abort("connectionreset") if len(seen) <= 3 else route.continue_()

    page.route("**/bestanden?naam=*", cut)
    choose(page, months(6))
    line = page.locator("[data-sum-line]")
    expect(line).to_contain_text("Klaar: 3 van 6 bestanden")
    expect(page.locator("[data-failed-list] li").first).to_contain_text(
        "De verbinding viel weg."
    )
    page.get_by_role("button", name="Opnieuw proberen").click()
    expect(line).to_contain_text("Klaar: 6 van 6 bestanden")
    expect(page.locator("[data-failures]")).to_be_hidden()


def test_never_more_than_three_go_at_a_time(sam: Person) -> None:
    page = begin(sam)
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/bestanden?naam=*", hold)
    choose(page, months(8))
    expect(page.locator("[data-running] li")).to_have_count(3)
    sam.check("draft-running")
    assert len(waiting) == 3
    waiting[0].continue_()
    expect(page.locator("[data-sum-line]")).to_contain_text("1 van 8 bestanden")
    expect(page.locator("[data-running] li")).to_have_count(3)
    page.unroute_all(behavior="ignoreErrors")


def test_who_pauses_goes_on_later(sam: Person) -> None:
    page = begin(sam)
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/bestanden?naam=*", hold)
    choose(page, months(5))
    expect(page.locator("[data-running] li")).to_have_count(3)
    page.get_by_role("button", name="Pauzeren").click()
    for route in waiting:
        route.continue_()
    expect(page.locator("[data-sum-line]")).to_contain_text("3 van 5 bestanden")
    expect(page.locator("[data-running] li")).to_have_count(0)
    page.unroute_all()
    page.get_by_role("button", name="Hervatten").click()
    expect(page.locator("[data-sum-line]")).to_contain_text("Klaar: 5 van 5")
    expect(page.get_by_role("button", name="Pauzeren")).to_be_hidden()


def test_who_is_quicker_than_the_script_chooses_once(sam: Person) -> None:
    page = begin(sam)
    scripts: list[Route] = []

    def hold(route: Route) -> None:
        scripts.append(route)

    page.route("**/js/upload.js*", hold)
    page.reload(wait_until="commit")
    choose(page, months(2))
    expect(page.locator("[data-sum-line]")).to_have_text("")
    for script in scripts:
        script.continue_()
    expect(page.locator("[data-sum-line]")).to_contain_text("Klaar: 2 van 2 bestanden")


def test_a_closed_tab_loses_nothing_that_was_sent(
    sam: Person, arrive: Callable[..., Person], staff: Callable[[Person], Person]
) -> None:
    page = begin(sam)
    address = page.url.removeprefix(sam.site)
    waiting: list[Route] = []

    def slow(route: Route) -> None:
        waiting.append(route)
        if len(waiting) <= 4:
            route.continue_()

    page.route("**/bestanden?naam=*", slow)
    choose(page, months(10))
    expect(page.locator("[data-sum-line]")).to_contain_text("4 van 10 bestanden")
    page.close()
    again = staff(arrive())
    again.page.get_by_role("link", name="Correctiebestanden").click()
    assert again.page.url.endswith(address)
    assert int(again.page.locator("[data-held]").inner_text()) >= 4
    choose(again.page, months(10))
    line = again.page.locator("[data-sum-line]")
    expect(line).to_contain_text("Klaar: 10 van 10 bestanden")
    expect(line).to_contain_text("stonden er al.")
    expect(again.page.locator("[data-held]")).to_have_text("10")


def test_who_was_signed_out_meanwhile_signs_in_beside_it_and_it_goes_on(
    sam: Person, cast: Cast
) -> None:
    page = begin(sam)
    choose(page, months(1))
    expect(page.locator("[data-sum-line]")).to_contain_text("Klaar: 1 van 1")
    cast.clock.forward(minutes=20)
    choose(page, months(3))
    expect(page.get_by_role("alert")).to_contain_text("Je bent afgemeld.")
    sam.check("draft-out", ["light", "phone"])
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Meld je opnieuw aan").click()
    other = Person(opened.value, sam.site, sam.look, None, [])
    other.come_in(cast, "sam.claes", PASSWORD, SAM_MOBILE)
    expect(page.locator("[data-sum-line]")).to_contain_text("Klaar: 4 van 4 bestanden")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_two_people_work_on_one_draft(
    sam: Person, arrive: Callable[..., Person], staff: Callable[[Person], Person]
) -> None:
    page = begin(sam)
    colleague = staff(arrive())
    colleague.page.goto(page.url)
    choose(page, months(3))
    choose(colleague.page, [payload(correction(ZUID))])
    for one, count in ((page, 3), (colleague.page, 1)):
        done = f"Klaar: {count} van {count} bestand"
        expect(one.locator("[data-sum-line]")).to_contain_text(done)
    page.get_by_role("link", name="Routering nakijken").first.click()
    expect(page.get_by_role("link", name="Alle 4")).to_be_visible()


def test_files_are_dropped_on_the_page(sam: Person) -> None:
    page = begin(sam)
    handle = page.evaluate_handle(
        """name => {
            const dropped = new DataTransfer();
            dropped.items.add(new File(["kwartieren"], name));
            return dropped;
        }""",
        correction(NOORD),
    )
    page.dispatch_event("[data-upload]", "drop", {"dataTransfer": handle})
    expect(page.locator("[data-sum-line]")).to_contain_text("Klaar: 1 van 1 bestand ")


def test_a_folder_is_chosen_with_what_lies_in_it(sam: Person, tmp_path: Path) -> None:
    page = begin(sam)
    month = tmp_path / "levering" / "september"
    month.mkdir(parents=True)
    for path in (month / correction(ZUID), month.parent / correction(NOORD)):
        path.write_bytes(b"kwartieren")
    (month / ".DS_Store").write_bytes(b"x")
    page.get_by_label("Map kiezen").set_input_files(month.parent)
    expect(page.locator("[data-sum-line]")).to_contain_text("Klaar: 2 van 2 bestanden")
