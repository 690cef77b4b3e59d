"""The key service: who may ask, how often, what it notes, and what it never says."""

import logging
import os
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from storage import KeyDestroyed, KeyRefused, KeysAway, StoreFull
from storage.key_service import KeyService, listening_at
from storage.key_wire import HEAD, LONGEST, Message, agreed, receive, refusal, send
from storage.keys import MasterKeys
from storage.meter import Meter
from storage.mortal import MortalKeys
from storage.service_keys import ServiceKeys, ServiceMaster, ask
from tests.fakes_storage import WHY, MemoryKeys
from tests.servers.keys import serving_keys, socket_place

DAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEY = b"k" * 32
MASTER = MasterKeys({"a": b"m" * 32})

Serve = Callable[[KeyService], AbstractContextManager[ServiceKeys]]


@pytest.fixture
def service() -> KeyService:
    keys = MortalKeys(MemoryKeys(), lambda: NOON, UTC)
    return KeyService(keys, MASTER, frozenset({os.geteuid()}), Meter(600))


@pytest.fixture
def path() -> Iterator[Path]:
    with socket_place() as path:
        yield path


@pytest.fixture
def serve(path: Path) -> Serve:
    @contextmanager
    def serving(service: KeyService) -> Iterator[ServiceKeys]:
        with serving_keys(service, path):
            yield ServiceKeys(path)

    return serving


@pytest.fixture
def keys(serve: Serve, service: KeyService) -> Iterator[ServiceKeys]:
    with serve(service) as keys:
        yield keys


def test_each_opened_seal_is_a_line_with_its_reason_and_no_key(
    keys: ServiceKeys, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "energiepost.keys"):
        sealed = keys.seal(DAY, KEY)
        assert keys.unseal(DAY, sealed, WHY) == KEY
        keys.destroy_day(DAY)
    uid = os.geteuid()
    assert [record.getMessage() for record in caplog.records] == [
        f"unseal 2026-11-24 file.download file:x uid {uid}",
        f"destroy 2026-11-24 uid {uid}",
    ]


def test_a_seal_that_is_refused_is_noted_with_who_asked_and_why(
    keys: ServiceKeys, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(KeyRefused):
        keys.unseal(DAY, b"no seal at all", WHY)
    uid = os.geteuid()
    asked, refused = (record.getMessage() for record in caplog.records)
    assert asked == f"no unseal 2026-11-24 file.download file:x uid {uid}"
    assert refused.startswith(f"unseal refused to uid {uid}: ")


def test_who_is_no_peer_hears_nothing_and_raises_an_alarm(
    serve: Serve, service: KeyService, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = os.geteuid()
    with (
        serve(replace(service, peers=frozenset({stranger + 1}))) as keys,
        pytest.raises(KeysAway),
    ):
        keys.days()
    assert f"ALARM uid {stranger} asks for keys and may not" in caplog.text


def test_only_its_user_and_group_may_reach_the_socket(
    keys: ServiceKeys, path: Path
) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_too_many_seals_in_a_minute_are_refused_with_one_alarm(
    serve: Serve, service: KeyService, caplog: pytest.LogCaptureFixture
) -> None:
    moment = 0.0
    limited = replace(service, meter=Meter(3, lambda: moment))
    with serve(limited) as keys:
        sealed = keys.seal(DAY, KEY)
        for _ in range(3):
            assert keys.unseal(DAY, sealed, WHY) == KEY
        for _ in range(4):
            with pytest.raises(KeysAway, match="too many keys") as refusal:
                keys.unseal(DAY, sealed, WHY)
            assert refusal.value.after == 20
        assert caplog.text.count("ALARM") == 1
        moment = 20.0
        assert keys.unseal(DAY, sealed, WHY) == KEY
        with pytest.raises(KeysAway):
            keys.unseal(DAY, sealed, WHY)


def test_while_it_is_away_every_question_says_so(path: Path) -> None:
    for question in (
        lambda: ServiceKeys(path).days(),
        lambda: ServiceKeys(path).unseal(DAY, b"", WHY),
        lambda: ServiceMaster(path).first,
    ):
        with pytest.raises(KeysAway, match="does not answer: FileNotFound") as away:
            question()
        assert away.value.after == 10


def test_nonsense_is_refused_and_the_next_question_answered(
    keys: ServiceKeys, path: Path
) -> None:
    for strange in (
        {"verb": "unseal", "day": "2026-11-24", "sealed": "", "reason": 7},
        {"verb": "unseal", "day": "yesterday", "sealed": "", "reason": WHY},
        {"verb": "unseal", "day": "2026-11-24", "sealed": "é", "reason": WHY},
        {"verb": "master"},
        {"verb": ["seal"]},
        {},
    ):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(path))
            send(line, strange)
            with pytest.raises(ValueError, match=r"."):
                agreed(receive(line, 5))
    for bytes_ in (
        (LONGEST + 1).to_bytes(HEAD),
        (2).to_bytes(HEAD) + b"[]",
        (3).to_bytes(HEAD) + b"{no",
        (9).to_bytes(HEAD) + b"{",
    ):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(path))
            line.sendall(bytes_)
            line.shutdown(socket.SHUT_WR)
            assert line.recv(1) == b""
    assert keys.days() == []


def test_what_breaks_inside_is_silence_outside(
    serve: Serve, service: KeyService, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(MemoryKeys):
        def days(self) -> list[date]:
            raise RuntimeError("no such thing")

    with serve(replace(service, keys=Broken())) as keys, pytest.raises(KeysAway):
        keys.days()
    assert "a question of uid" in caplog.text


def test_a_sender_who_falls_silent_is_left_in_time() -> None:
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"\0\0")
        with pytest.raises(TimeoutError):
            receive(other, 0.01)
        with pytest.raises(TimeoutError, match="in time"):
            receive(other, 0)


@pytest.mark.parametrize(
    "error",
    [
        KeyDestroyed("gone"),
        KeyRefused("no"),
        StoreFull("full"),
        ValueError("what"),
        KeysAway("busy", after=7),
    ],
)
def test_a_refusal_is_the_same_on_both_sides(error: Exception) -> None:
    with pytest.raises(type(error), match=str(error)) as raised:
        agreed(refusal(error))
    assert getattr(raised.value, "after", None) == getattr(error, "after", None)


# what the pages derive --------------------------------------------------------


def test_the_pages_derive_their_keys_and_never_see_what_they_come_from(
    keys: ServiceKeys, path: Path
) -> None:
    master = ServiceMaster(path)
    assert (master.first, master.holds("a"), master.holds("b")) == ("a", True, False)
    assert master.derive("a", "letter") == MASTER.derive("a", "letter")
    with pytest.raises(KeyRefused):
        master.derive("b", "letter")
    with pytest.raises(ValueError, match="no question"):
        ask(path, "seal_under")


def test_what_was_derived_once_is_there_while_the_service_is_away(
    serve: Serve, service: KeyService, path: Path
) -> None:
    master = ServiceMaster(path)
    with serve(service):
        derived = master.derive(master.first, "letter")
    assert master.derive(master.first, "letter") == derived
    assert master.holds("a")
    with pytest.raises(KeysAway):
        master.derive("a", "pepper")


def test_ids_are_asked_for_again_after_a_minute_if_somebody_answers(
    serve: Serve, service: KeyService, path: Path
) -> None:
    moment = 0.0
    master = ServiceMaster(path, lambda: moment)
    with serve(service):
        assert list(master.ids) == ["a"]
    moment = 61.0
    assert master.first == "a", "nobody answers: as it was"
    both = MasterKeys({"b": b"n" * 32, **MASTER.keys})
    with serve(replace(service, master=both)):
        assert list(master.ids) == ["b", "a"]


def test_an_answer_of_another_shape_is_none(serve: Serve, service: KeyService) -> None:
    class Strange(KeyService):
        def answer(self, question: Message, uid: int) -> Message:
            del question, uid
            return {"days": "2026-11-24", "wrapped": ["2026-11-24"]}

    strange = Strange(service.keys, MASTER, service.peers, service.meter)
    with serve(strange) as keys:
        for ask_ in (keys.days, keys.wrapped):
            with pytest.raises(TypeError):
                ask_()


def test_a_new_master_key_is_known_as_soon_as_a_row_names_it(
    serve: Serve, service: KeyService, path: Path
) -> None:
    master = ServiceMaster(path)
    with serve(service):
        assert master.first == "a"
    both = MasterKeys({"b": b"n" * 32, **MASTER.keys})
    with serve(replace(service, master=both)):
        assert master.first == "a", "it was asked within the minute"
        assert master.holds("b")
        assert master.first == "b"


# its socket -------------------------------------------------------------------


def test_the_socket_of_a_killed_service_is_taken_over(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with listening_at(path):
        assert path.is_socket()
    assert not path.exists()


def test_a_living_service_and_a_file_keep_their_place(
    keys: ServiceKeys, path: Path
) -> None:
    with pytest.raises(FileExistsError), listening_at(path):
        pass
    assert keys.days() == []
    file = path.with_suffix(".txt")
    file.touch()
    with pytest.raises(FileExistsError), listening_at(file):
        pass
    assert file.exists()
