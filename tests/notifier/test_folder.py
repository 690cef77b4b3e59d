from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from notifier import Email, SendFailed, Sms
from notifier.folder import Folder, posted
from notifier.mail import FileEmail
from notifier.sms import FileSms

NOW = datetime(2026, 10, 26, 8, 0, tzinfo=UTC)
MAIL = Email(to="an@example.be", name="An", subject="Één", text="t", html="<p>t</p>")


def test_the_folder_keeps_what_the_mailbox_shows(tmp_path: Path) -> None:
    FileEmail(tmp_path, lambda: NOW).send(MAIL)
    FileSms(tmp_path, lambda: NOW).send(Sms(to="+32470123427", text="482913"))
    assert posted(tmp_path) == [
        {
            "channel": "email",
            "to": "an@example.be",
            "subject": "Één",
            "body": "t",
            "html": "<p>t</p>",
            "at": "2026-10-26T08:00:00+00:00",
        },
        {
            "channel": "sms",
            "to": "+32470123427",
            "subject": "",
            "body": "482913",
            "html": "",
            "at": "2026-10-26T08:00:00+00:00",
        },
    ]


def test_only_the_owner_reads_a_message(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    FileEmail(folder, lambda: NOW).send(MAIL)
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_messages_of_two_folders_come_in_the_order_of_time(tmp_path: Path) -> None:
    folders = (tmp_path / "mail", tmp_path / "sms")
    for hour in (1, 11, 2, 10):
        at = partial(NOW.replace, hour=hour)
        Folder(folders[hour % 2], at).post("sms", "", f"{hour}")
    assert [message["body"] for message in posted(*folders)] == ["1", "2", "10", "11"]


def test_within_one_moment_messages_keep_their_order(tmp_path: Path) -> None:
    folder = Folder(tmp_path, lambda: NOW)
    for number in range(30):
        folder.post("sms", "", f"{number}")
    assert [int(m["body"]) for m in posted(tmp_path)] == list(range(30))


def test_a_folder_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    assert posted(tmp_path / "mail") == []


def test_a_message_that_cannot_be_written_whole_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        Folder(tmp_path, lambda: NOW).post("sms", "", "half \ud800")
    assert posted(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_refuses_is_a_failed_send(tmp_path: Path) -> None:
    (tmp_path / "mail").touch()
    with pytest.raises(SendFailed, match="the folder cannot be written"):
        FileEmail(tmp_path / "mail", lambda: NOW).send(MAIL)
