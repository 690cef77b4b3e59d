"""The committed nginx.conf before the real app: what gets through, what does not."""

import re
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path

import pytest

from tests.deploy.conftest import CONTENT
from tests.deploy.site import SITE, Answer, Front, Person, front, until
from tests.servers.web import HOST

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SLOW_HEADER = f"GET /aanmelden HTTP/1.1\r\nHost: {SITE}\r\nX-Slow: "
SLOW_BODY = (
    f"POST /aanmelden HTTP/1.1\r\nHost: {SITE}\r\nContent-Length: 1000\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n\r\nlogin="
)
TEMPORARY = "temporary file"


def test_nginx_finds_no_fault_with_the_file(site: Front) -> None:
    words = ["nginx", "-t", "-q", "-c", str(site.main), "-e", "stderr"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


class TestDownloads:
    def test_the_very_bytes_come_with_their_exact_length(
        self, site: Front, an: dict[str, str], letter_path: str
    ) -> None:
        got = site.person().ask(f"{letter_path}/download", headers=an)
        assert got.status == 200
        assert got.headers["Content-Length"] == str(len(CONTENT))
        assert got.headers["Accept-Ranges"] == "bytes"
        assert got.body == CONTENT

    def test_a_range_comes_as_a_range(
        self, site: Front, an: dict[str, str], letter_path: str
    ) -> None:
        asked = {**an, "Range": "bytes=1048570-1048589"}
        got = site.person().ask(f"{letter_path}/download", headers=asked)
        assert got.status == 206
        assert got.headers["Content-Length"] == "20"
        span = f"bytes 1048570-1048589/{len(CONTENT)}"
        assert got.headers["Content-Range"] == span
        assert got.body == CONTENT[1048570:1048590]

    def test_head_tells_the_length_and_sends_nothing(
        self, site: Front, an: dict[str, str], letter_path: str
    ) -> None:
        path = f"{letter_path}/download"
        got = site.person().ask(path, method="HEAD", headers=an)
        assert got.headers["Content-Length"] == str(len(CONTENT))
        assert got.body == b""

    def test_a_slow_reader_leaves_nothing_unsealed_on_the_disk(
        self, site: Front, an: dict[str, str], letter_path: str
    ) -> None:
        assert read_slowly(site, f"{letter_path}/download", an) == CONTENT
        assert TEMPORARY not in site.words

    def test_without_our_line_nginx_would_write_it_down(
        self, careless: Front, an: dict[str, str], letter_path: str
    ) -> None:
        assert read_slowly(careless, f"{letter_path}/download", an) == CONTENT
        assert TEMPORARY in careless.words


@pytest.fixture
def careless(app_socket: Path, certificate: Path, tmp_path: Path) -> Iterator[Front]:
    """The same, but for the line that forbids temporary files."""
    line = {"proxy_max_temp_file_size 0;": ""}
    with front(tmp_path, certificate, app_socket, line) as nginx:
        yield nginx


def read_slowly(site: Front, path: str, headers: dict[str, str]) -> bytes:
    """Take the first bytes, wait until nginx has taken what it can, take the rest."""
    with closing(site.person()) as person:
        person.request("GET", path, headers={"Host": SITE, **headers})
        got = person.getresponse()
        begin = got.read(1)
        taken: list[int] = []
        until(lambda: _is_quiet(site, taken), "nginx takes no more of it")
        return begin + got.read()


def _is_quiet(site: Front, taken: list[int]) -> bool:
    """Whether nginx read nothing more the last ten times that we looked."""
    taken.append(site.bytes_read())
    return len(taken) > 10 and len(set(taken[-10:])) == 1


class TestAddresses:
    def test_whoever_claims_other_addresses_is_still_himself(self, site: Front) -> None:
        guesser, neighbour = site.person("127.0.0.2"), site.person("127.0.0.3")
        statuses = [_guess(guesser, number) for number in range(21)]
        assert statuses == [401] * 20 + [429]
        assert _guess(neighbour, 99) == 401


def _guess(person: Person, number: int) -> int:
    """A wrong password, each time for another login and under another address."""
    claimed = {
        "X-Forwarded-For": f"203.0.113.{number}",
        "Forwarded": f"for=203.0.113.{number}",
        "X-Real-IP": f"203.0.113.{number}",
    }
    form = person.ask("/aanmelden", headers=claimed)
    token = TOKEN.search(form.text)
    assert token, form.status
    cookie = form.headers["Set-Cookie"].partition(";")[0]
    fields = f"csrf_token={token[1]}&login=nobody{number}&wachtwoord=wrong"
    return person.ask(
        "/aanmelden",
        method="POST",
        body=fields.encode(),
        headers={
            **claimed,
            "Cookie": cookie,
            "Content-Type": "application/x-www-form-urlencoded",
        },
    ).status


class TestSlowPeople:
    @pytest.mark.parametrize("words", [SLOW_HEADER, SLOW_BODY], ids=["header", "body"])
    def test_a_hundred_of_them_hold_up_nobody(self, site: Front, words: str) -> None:
        with ExitStack() as stack:
            slow = [site.person(f"127.0.1.{number}") for number in range(1, 101)]
            for person in slow:
                stack.callback(person.close)
                person.begin(words)
            assert site.person().ask("/aanmelden").status == 200
            assert all(map(_still_waits, slow))

    @pytest.mark.parametrize("words", [SLOW_HEADER, SLOW_BODY], ids=["header", "body"])
    def test_they_are_sent_away(self, impatient: Front, words: str) -> None:
        with closing(impatient.person()) as person:
            person.begin(words)
            assert person.sock.recv(1000) == b""


@pytest.fixture
def impatient(app_socket: Path, certificate: Path, tmp_path: Path) -> Iterator[Front]:
    """The same, with less time to get to the point."""
    times = {
        "client_header_timeout 10s": "client_header_timeout 200ms",
        "client_body_timeout 20s": "client_body_timeout 200ms",
    }
    with front(tmp_path, certificate, app_socket, times) as nginx:
        yield nginx


def _still_waits(person: Person) -> bool:
    """Whether nothing came back yet, not even the end."""
    person.sock.settimeout(0)
    try:
        person.sock.recv(1)
    except ssl.SSLWantReadError:
        return True
    return False


class TestBodies:
    def test_a_large_form_is_refused_in_dutch(self, site: Front) -> None:
        got = _post(site.person(), "/aanmelden", 1_100_000)
        assert got.status == 413
        assert "Te groot" in got.text
        assert got.headers["Content-Security-Policy"] == "default-src 'none'"

    def test_a_form_of_any_size_that_is_taken_never_meets_the_disk(
        self, site: Front
    ) -> None:
        assert _post(site.person(), "/aanmelden", 990_000).status == 400
        assert TEMPORARY not in site.words

    @pytest.mark.parametrize(
        "path", ["/beheer/leveringen/nieuw", "/api/leveringen", "/api/uploads/x"]
    )
    def test_a_large_file_reaches_the_app_and_no_disk(
        self, site: Front, path: str
    ) -> None:
        got = _post(site.person(), path, 5_000_000, "application/octet-stream")
        assert "Cross-Origin-Opener-Policy" in got.headers  # so it spoke itself
        assert TEMPORARY not in site.words

    @pytest.mark.parametrize(
        "path",
        ["/dienstverlener-worden/ondertekenen", "/beheer/contracten/x/indienen"],
    )
    def test_a_signed_contract_reaches_the_app_and_no_disk(
        self, site: Front, path: str
    ) -> None:
        for size, is_taken in ((10_100_000, True), (12_000_000, False)):
            got = _post(site.person(), path, size, "application/octet-stream")
            assert ("Cross-Origin-Opener-Policy" in got.headers) is is_taken
            assert (got.status == 413) is not is_taken
        assert TEMPORARY not in site.words


def _post(
    person: Person,
    path: str,
    size: int,
    kind: str = "application/x-www-form-urlencoded",
) -> Answer:
    headers = {"Content-Type": kind}
    return person.ask(path, method="POST", body=b"x" * size, headers=headers)


class TestWhatIsNotPublic:
    @pytest.mark.parametrize(
        "path",
        [
            "/health/ready",
            "//health//ready",
            "/health%2Fready",
            "/static/../health/ready",
            "/health/live/../ready",
            "/health/ready/",
            "/metrics",
            "/metrics/",
            "/demo/postvak",
            "/demo/postvak.json",
        ],
    )
    def test_it_is_not_found_from_outside(self, site: Front, path: str) -> None:
        got = site.person().ask(path)
        assert got.status == 404
        assert "nginx" in got.text  # the app was not even asked

    def test_whether_it_lives_anybody_may_know(self, site: Front) -> None:
        assert site.person().ask("/health/live").text == "ok\n"

    def test_the_machine_itself_may_ask_over_the_socket(self, app_socket: Path) -> None:
        command = ["curl", "--silent", "--unix-socket", str(app_socket)]
        url = f"http://{SITE}/health/ready"
        done = subprocess.run([*command, url], capture_output=True, check=True)
        assert done.stdout == b"database ok\nkeys ok\nblobs ok\n"


class TestNames:
    def test_plain_http_is_sent_on(self, site: Front) -> None:
        with closing(HTTPConnection(HOST, site.plain_port)) as person:
            person.request("GET", "/bestanden/?levering=x", headers={"Host": SITE})
            got = person.getresponse()
        assert got.status == 301
        assert got.headers["Location"] == f"https://{SITE}/bestanden/?levering=x"

    def test_a_calendar_that_comes_in_the_clear_does_not_go_on_like_that(
        self, site: Front
    ) -> None:
        with closing(HTTPConnection(HOST, site.plain_port)) as program:
            program.request("GET", "/agenda/very-secret.ics", headers={"Host": SITE})
            got = program.getresponse()
        assert got.status == 403
        assert got.headers["Location"] is None

    def test_who_asks_for_another_name_gets_no_page(self, site: Front) -> None:
        with closing(HTTPConnection(HOST, site.plain_port)) as person:
            person.request("GET", "/", headers={"Host": "evil.example"})
            with pytest.raises(RemoteDisconnected):
                person.getresponse()

    def test_who_asks_for_another_name_gets_no_certificate(self, site: Front) -> None:
        person = site.person(name="evil.example")
        with pytest.raises(ssl.SSLError):
            person.connect()


class TestLogs:
    def test_no_query_and_no_token_is_written_down(self, site: Front) -> None:
        person = site.person()
        person.ask("/wachtwoord-herstellen/very-secret-token?also=this-query")
        person.ask("/registreren/very-secret-token")
        person.ask("/aanmelden/terug/eid?code=very-secret&state=very-secret")
        person.ask("/agenda/very-secret-token.ics")
        person.ask("/aanmelden?verder=/bestanden/this-query")
        until(lambda: "GET /aanmelden 200" in site.words, "it is logged")
        assert "GET /wachtwoord-herstellen/- 410" in site.words
        assert "GET /registreren/- 410" in site.words
        assert "GET /agenda/- 404" in site.words
        assert "secret" not in site.words
        assert "this-query" not in site.words

    def test_not_even_when_the_app_is_away(self, deserted: Front) -> None:
        for path in (
            "/wachtwoord-herstellen/",
            "/registreren/",
            "/aanmelden/terug/eid?code=",
            "/agenda/",
        ):
            got = deserted.person().ask(f"{path}very-secret-token")
            assert got.status == 503
        assert "secret" not in deserted.words


class TestAppAway:
    def test_people_are_told_so_in_dutch(self, deserted: Front) -> None:
        got = deserted.person().ask("/bestanden/")
        assert got.status == 503
        assert "Probeer over enkele minuten opnieuw." in got.text
        assert got.headers["Retry-After"] == "120"
        assert got.headers["Cache-Control"] == "no-store"


@pytest.fixture
def deserted(certificate: Path, tmp_path: Path) -> Iterator[Front]:
    """An nginx behind which nobody is."""
    with front(tmp_path, certificate, tmp_path / "nobody.sock") as nginx:
        yield nginx
