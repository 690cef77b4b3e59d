"""make demo as a process: it answers, lets people in, and stops when it is told to."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.demo.citizens import WARMTEPLAN
from app.demo.settings import DemoFolder
from tests.app.demo.browser import Browser

HOUSE = Path(__file__).parents[3]
OWN = "Vier linden aan de Leie"


@dataclass
class Demo:
    folder: Path
    port: int

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str, port: int | str | None = None) -> list[str]:
        place = ("--folder", str(self.folder), "--port", str(port or self.port))
        return [sys.executable, "-m", "app.demo", *words, *place]

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command("serve"),
            cwd=HOUSE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def refused(self, *words: str, port: int | str | None = None) -> str:
        """The one sentence by which it says no."""
        done = subprocess.run(
            self.command(*words, port=port),
            cwd=HOUSE,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 1, done.stdout
        assert done.stdout == ""
        (sentence,) = done.stderr.splitlines()
        return sentence


def said(process: subprocess.Popen[str], word: str) -> list[str]:
    """What it prints, up to the line with that word."""
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if word in line:
            return lines
    raise AssertionError("".join(lines))


def stopped(process: subprocess.Popen[str], sign: signal.Signals) -> str:
    began = time.monotonic()
    process.send_signal(sign)
    rest, _ = process.communicate(timeout=30)
    assert time.monotonic() - began < 10
    return rest


def free_port() -> int:
    with socket.socket() as knock:
        knock.bind(("127.0.0.1", 0))
        return int(knock.getsockname()[1])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return Demo(tmp_path_factory.mktemp("serve") / "demo", free_port())


@pytest.fixture(scope="module")
def welcome(demo: Demo) -> Iterator[str]:
    """The demo runs, and said this."""
    process = demo.start()
    try:
        yield "".join(said(process, "Ctrl+C"))
        assert "Gestopt" in stopped(process, signal.SIGTERM)
        assert process.returncode == 0
        with socket.socket() as knock:
            assert knock.connect_ex(("127.0.0.1", demo.port)) != 0
    finally:
        process.kill()
        process.communicate()


def test_it_says_where_it_is_and_who_can_sign_in(demo: Demo, welcome: str) -> None:
    assert f"{demo.site}/\n" in welcome
    assert f"{demo.site}/demo/postvak\n" in welcome
    assert f"/verbruik/dienstverlener/{WARMTEPLAN.kbo}/stappenplan\n" in welcome
    for person in json.loads((demo.folder / "people.json").read_text("utf-8")):
        assert person["login"] in welcome
        assert person["password"] in welcome
    assert welcome.count("de eerste brief wacht in het postvak") == 3


def test_who_came_before_signs_in_and_meets_the_end_of_a_file(
    demo: Demo, welcome: str
) -> None:
    people = json.loads((demo.folder / "people.json").read_text("utf-8"))
    for person in people[:2]:
        browser = Browser(demo.site).open("/aanmelden")
        browser.submit(login=person["login"], wachtwoord=person["password"])
        assert browser.path == "/aanmelden/code"
        assert browser.type_code(person["mobile"]).path == "/bestanden/"
        assert "Mijn ontvangen bestanden" in browser.text
        ending = "nog 2 dagen" in browser.text
        assert ending == (person["login"] == "an.peeters")
        link = re.search(r"/bestanden/\S+", browser.messages(person["email"])[0])
        assert link
        expected = 410 if person["login"] == "an.peeters" else 200
        assert browser.open(link[0]).status == expected


def test_an_admin_signs_in_at_the_desk(demo: Demo, welcome: str) -> None:
    people = json.loads((demo.folder / "people.json").read_text("utf-8"))
    lies = next(one for one in people if one["login"] == "lies.vandamme")
    browser = Browser(demo.site).open("/aanmelden")
    browser.submit(login=lies["login"], wachtwoord=lies["password"])
    assert browser.type_code(lies["mobile"]).path == "/beheer/"
    assert "Werkvoorraad" in browser.text
    assert browser.open("/beheer/gemeenschappen/importeren").status == 200


def test_a_newcomer_goes_from_the_letter_to_the_very_file(
    demo: Demo, welcome: str
) -> None:
    browser = Browser(demo.site)
    letter = browser.messages("jan.claes@gentbrugge.example")[0]
    link = re.search(r"/bestanden/\S+", letter)
    initial = re.search(r"Initieel wachtwoord: (\S+)", letter)
    assert link
    assert initial
    browser.open(link[0]).submit(login="jan.claes", wachtwoord=initial[1])
    assert browser.path == "/aanmelden/wachtwoord"
    browser.submit(nieuw_wachtwoord=OWN)
    assert browser.type_code("+32470000418").path == link[0]
    assert "CORR_" in browser.text
    deadline = time.monotonic() + 20
    while len(browser.messages("jan.claes@gentbrugge.example")) < 3:
        assert time.monotonic() < deadline, "the jobs sent no notice"
        time.sleep(0.2)


def test_a_second_one_on_the_same_port_says_so(demo: Demo, welcome: str) -> None:
    assert f"Poort {demo.port} is al in gebruik" in demo.refused("serve")


def test_a_second_one_in_the_same_folder_says_so(demo: Demo, welcome: str) -> None:
    assert "draait al" in demo.refused("serve", port=free_port())
    assert "draait al" in demo.refused("reset")


def test_the_house_s_own_commands_know_the_demo(demo: Demo, welcome: str) -> None:
    def run(words: str) -> str:
        line = f'. "$1"; exec "$2" -m flask {words}'
        return subprocess.run(
            ["sh", "-c", line, "sh", demo.folder / "env", sys.executable],
            cwd=HOUSE,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert run("demo load") == "De voorbeelden zijn al geladen.\n"
    assert "post.deliver" in run("jobs list")


def test_a_port_that_is_no_number_says_so(demo: Demo) -> None:
    assert "PORT is een getal" in demo.refused("serve", port="acht")


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    small = Demo(tmp_path / "demo", free_port())
    line = 'ulimit -f 2000; exec "$@"'  # no file beyond 2 MB, as when it is full
    done = subprocess.run(
        ["bash", "-c", line, "bash", *small.command("serve")],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "vol" in done.stderr or "plaats" in done.stderr


def test_when_one_process_dies_the_other_stops_and_it_says_so(tmp_path: Path) -> None:
    quick = Demo(tmp_path / "demo", free_port())
    folder = DemoFolder(quick.folder, quick.port)
    folder.make()
    folder.keep_people([])  # nobody to load: it only migrates
    process = quick.start()
    try:
        said(process, "Ctrl+C")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        web, jobs = (int(pid) for pid in children.read_text().split())
        os.kill(jobs, signal.SIGKILL)
        _, complaint = process.communicate(timeout=30)
        assert process.returncode == 1
        assert "Het proces jobs viel stil" in complaint
        assert not Path(f"/proc/{web}").exists()
    finally:
        process.kill()
        process.communicate()
