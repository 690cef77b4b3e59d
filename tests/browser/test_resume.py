"""A large file over a line that breaks, from a tab that closes: it comes whole."""

import hashlib
import re
import secrets
from pathlib import Path

from playwright.sync_api import Request, expect
from sqlalchemy import select

from app.filedrop.models import DraftFile
from app.runtime import Runtime
from tests.browser.drafting import begin
from tests.browser.person import Person
from tests.browser.test_stay import sit_still
from tests.cast import NOORD, Cast, correction
from tests.drafting import blobs
from tests.servers.house import until
from tests.servers.wire import wire

MEBIBYTE = 1 << 20
SIZE = 24 * MEBIBYTE
DEAD = [1] * 50
# an upload whose line is so thin that only the test moves it
THIN = """
const { open, send } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.open = function (verb, ...rest) {
  this.verb = verb;
  open.call(this, verb, ...rest);
};
XMLHttpRequest.prototype.send = function (body) {
  if (this.verb === "PATCH") window.thin = this;
  else send.call(this, body);
};
"""
MOVE = """
loaded => window.thin.upload.dispatchEvent(new ProgressEvent("progress", { loaded }))
"""


def test_a_large_file_outlives_its_line_and_its_tab(
    sam: Person, runtime: Runtime, tmp_path: Path
) -> None:
    content, offsets = secrets.token_bytes(SIZE), list[int]()
    file = tmp_path / correction(NOORD)
    file.write_bytes(content)
    address = begin(sam).url.removeprefix(sam.site)

    def note(request: Request) -> None:
        if request.method == "PATCH":
            offsets.append(int(request.headers["upload-offset"]))

    sam.page.context.on("request", note)
    with wire(int(sam.site.rpartition(":")[2])) as line:
        sam.page.goto(line.url + address)
        line.cuts = [9 * MEBIBYTE, 6 * MEBIBYTE, *DEAD]  # the same tab goes on once
        sam.page.get_by_label("Bestanden kiezen").set_input_files(file)
        until(lambda: len(line.cuts) < len(DEAD))
        sam.page.close(run_before_unload=False)

        sam.page = page = sam.page.context.new_page()
        line.cuts.clear()
        page.goto(line.url + address)
        begun = page.get_by_role("region", name="Nog niet volledig")
        row = re.compile(r"CORR_.*csv: 1\d,\d\d MB van 25,17 MB")
        expect(begun).to_contain_text(row)
        sam.check("draft-begun")
        page.get_by_label("Bestanden kiezen").set_input_files(file)
        expect(page.locator("[data-sum-line]")).to_contain_text("Klaar: 1 van 1")
        expect(begun).to_be_hidden()
        assert page.locator("[data-held]").inner_text() == "1"

    first, second, third = offsets
    assert 0 == first < second < third
    assert 12 * MEBIBYTE < third < 16 * MEBIBYTE
    with runtime.reading() as session:
        (held,) = session.scalars(select(DraftFile)).all()
    assert held.sha256 == hashlib.sha256(content).hexdigest()
    assert len(blobs(runtime)) == 1


def test_who_sends_one_file_for_long_is_here_all_the_while(
    sam: Person, cast: Cast, tmp_path: Path
) -> None:
    file = tmp_path / correction(NOORD)
    file.write_bytes(bytes(9 * MEBIBYTE))
    page = sam.page
    page.add_init_script(THIN)
    page.clock.install(time=cast.clock())
    begin(sam)
    page.get_by_label("Bestanden kiezen").set_input_files(file)
    until(lambda: bool(page.evaluate("!!window.thin")))
    for minutes in range(5, 25, 5):
        sit_still(page, cast, minutes=5)
        with page.expect_response("**/bestanden") as told:
            page.evaluate(MOVE, minutes)
        assert told.value.status == 200
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    sam.open("/beheer/")
    assert page.url.endswith("/beheer/")
