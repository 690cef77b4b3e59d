"""Every carrier keeps the same promises, the fakes of other tests included."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from notifier import SendFailed
from notifier.mail import SesEmail
from notifier.sms import TwilioSms
from tests.doors.carriers import EMAIL, MAIL, SENDER, SMS, TEXT, clock
from tests.servers.ses import ses
from tests.servers.twilio import SID, TOKEN, twilio

SECRETS = ("example.be", "Peeters", "hq7v", "470123427", "482913")
FOR_NOW, FOR_GOOD, WHO_KNOWS = (False, False), (True, False), (False, True)
EMAIL_FAILURES = [
    ("fake", "451", FOR_NOW),
    ("fake", "550", FOR_GOOD),
    ("fake", "drop", WHO_KNOWS),
    ("file", "no folder", FOR_NOW),
    ("smtp", "451", FOR_NOW),
    ("smtp", "550", FOR_GOOD),
    ("smtp", "content", FOR_GOOD),
    ("smtp", "sender", FOR_NOW),
    ("smtp", "401", FOR_NOW),
    ("smtp", "down", FOR_NOW),
    ("smtp", "drop", WHO_KNOWS),
    ("smtp", "hang", WHO_KNOWS),
    ("ses", "400", FOR_GOOD),
    ("ses", "429", FOR_NOW),
    ("ses", "500", FOR_NOW),
    ("ses", "down", FOR_NOW),
    ("ses", "drop", WHO_KNOWS),
    ("ses", "hang", WHO_KNOWS),
]
SMS_FAILURES = [
    ("fake", "400", FOR_GOOD),
    ("file", "no folder", FOR_NOW),
    ("twilio", "400", FOR_GOOD),
    ("twilio", "401", FOR_NOW),
    ("twilio", "429", FOR_NOW),
    ("twilio", "500", FOR_NOW),
    ("twilio", "down", FOR_NOW),
    ("twilio", "drop", WHO_KNOWS),
    ("twilio", "hang", WHO_KNOWS),
    ("twilio", "junk", WHO_KNOWS),
]


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[ExitStack]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize("carrier", EMAIL)
def test_a_mail_arrives_as_it_was_written(
    carrier: str, stack: ExitStack, tmp_path: Path
) -> None:
    door = EMAIL[carrier](stack, tmp_path)
    door.sender.send(MAIL)
    assert door.arrived() == [(MAIL.to, MAIL.subject, MAIL.text, MAIL.html)]


@pytest.mark.parametrize("carrier", SMS)
def test_a_text_arrives_as_it_was_written(
    carrier: str, stack: ExitStack, tmp_path: Path
) -> None:
    door = SMS[carrier](stack, tmp_path)
    door.sender.send(TEXT)
    assert door.arrived() == [(TEXT.to, TEXT.text)]


@pytest.mark.parametrize(("carrier", "mode", "meaning"), EMAIL_FAILURES)
def test_a_mail_that_fails_says_what_it_means(
    carrier: str,
    mode: str,
    meaning: tuple[bool, bool],
    stack: ExitStack,
    tmp_path: Path,
) -> None:
    door = EMAIL[carrier](stack, tmp_path)
    door.fail(mode)
    with pytest.raises(SendFailed) as failure:
        door.sender.send(MAIL)
    assert (failure.value.permanent, failure.value.uncertain) == meaning
    assert not [word for word in SECRETS if word in str(failure.value)]


@pytest.mark.parametrize(("carrier", "mode", "meaning"), SMS_FAILURES)
def test_a_text_that_fails_says_what_it_means(
    carrier: str,
    mode: str,
    meaning: tuple[bool, bool],
    stack: ExitStack,
    tmp_path: Path,
) -> None:
    door = SMS[carrier](stack, tmp_path)
    door.fail(mode)
    with pytest.raises(SendFailed) as failure:
        door.sender.send(TEXT)
    assert (failure.value.permanent, failure.value.uncertain) == meaning
    assert not [word for word in SECRETS if word in str(failure.value)]


@pytest.mark.parametrize("mode", ["500", "drop", "hang"])
def test_ses_is_asked_once_whatever_it_answers(mode: str, stack: ExitStack) -> None:
    carrier = stack.enter_context(ses())
    carrier.mode = mode
    sender = SesEmail.over(SENDER, clock, endpoint=carrier.url, timeout=1)
    stack.callback(sender.client.close)
    with pytest.raises(SendFailed):
        sender.send(MAIL)
    assert carrier.requests == 1


@pytest.mark.parametrize("mode", ["500", "drop", "hang"])
def test_twilio_is_asked_once_whatever_it_answers(mode: str, stack: ExitStack) -> None:
    carrier = stack.enter_context(twilio())
    carrier.mode = mode
    with pytest.raises(SendFailed):
        TwilioSms(SID, TOKEN, "Fluvius", api_base=carrier.url, timeout=0.5).send(TEXT)
    assert carrier.requests == 1
