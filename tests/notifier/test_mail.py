from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from email.headerregistry import Address
from pathlib import Path

import pytest
from botocore.exceptions import NoCredentialsError

from notifier import Email, SendFailed
from notifier.mail import SesEmail, SmtpEmail, message
from tests.servers.ses import Ses, ses
from tests.servers.smtp import HOST, PASSWORD, USER, Relay, relay

SENDER = Address("Fluvius", addr_spec="no-reply@fluvius.be")
NOON = datetime(2026, 10, 26, 12, 0, tzinfo=timezone(timedelta(hours=1)))
MAIL = Email(
    to="an.peeters@example.be",
    name="An Peëters, voorzitter",
    subject="Bestand voor Zonnedelen Gentbrugge cv (EG0000417): uw toegang één",
    text="Dag An\n\n  https://bestanden.fluvius.be/bestanden/7K4P\n",
    html="<p>Dag An</p>\n",
    message_id="<0d9f2b64-5a3f-4c55-9d0e-3a8f6a2f1c11@bestanden.fluvius.be>",
)


def to(address: str) -> Email:
    return Email(to=address, name="An", subject="S", text="t", html="h")


def over(carrier: Relay, **more: object) -> SmtpEmail:
    values = {
        "host": HOST,
        "port": carrier.port,
        "user": USER,
        "password": PASSWORD,
        "timeout": 5,
        "sender": SENDER,
        "clock": lambda: NOON,
        "cafile": carrier.cafile,
    }
    return SmtpEmail(**{**values, **more})  # type: ignore[arg-type]


@pytest.fixture
def carrier(tmp_path: Path) -> Iterator[Relay]:
    with relay(tmp_path) as carrier:
        yield carrier


@pytest.fixture
def amazon(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ses]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with ses() as amazon:
        yield amazon


def test_a_letter_travels_with_the_headers_of_a_machine() -> None:
    letter = message(MAIL, SENDER, date=NOON)
    assert dict(letter.items()) == {
        "From": "Fluvius <no-reply@fluvius.be>",
        "To": '"An Peëters, voorzitter" <an.peeters@example.be>',
        "Subject": MAIL.subject,
        "Date": "Mon, 26 Oct 2026 12:00:00 +0100",
        "Message-ID": MAIL.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "MIME-Version": "1.0",
        "Content-Type": "multipart/alternative",
        "Content-Language": "nl-BE",
    }


def test_the_text_comes_first_and_is_complete() -> None:
    letter = message(MAIL, SENDER, date=NOON)
    text, html = letter.iter_parts()
    assert (text.get_content_type(), text.get_content()) == ("text/plain", MAIL.text)
    assert (html.get_content_type(), html.get_content()) == ("text/html", MAIL.html)
    assert not list(letter.iter_attachments())


def test_a_letter_is_ascii_in_short_lines_on_its_way() -> None:
    raw = message(MAIL, SENDER, date=NOON).as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_letter_without_an_id_of_its_own_invents_none() -> None:
    assert "Message-ID" not in message(to("an@example.be"), SENDER, date=NOON)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "an",
        "@example.be",
        "an@",
        "a b@example.be",
        "án@example.be",
        "an@exämple.be",
    ],
)
def test_what_is_no_address_fails_for_good(address: str) -> None:
    nowhere = SmtpEmail(host=HOST, port=1, sender=SENDER, clock=lambda: NOON)
    with pytest.raises(SendFailed, match="the address cannot be used") as failure:
        nowhere.send(to(address))
    assert failure.value.permanent


def test_the_envelope_names_the_sender_and_one_reader(carrier: Relay) -> None:
    over(carrier).send(MAIL)
    assert carrier.envelopes == [("no-reply@fluvius.be", ["an.peeters@example.be"])]
    assert carrier.mails[0]["Message-ID"] == MAIL.message_id
    assert carrier.mails[0]["Reply-To"] is None


def test_a_relay_that_hides_behind_a_strange_certificate_gets_nothing(
    carrier: Relay,
) -> None:
    with pytest.raises(SendFailed, match="SSLCertVerificationError") as failure:
        over(carrier, cafile=None).send(MAIL)
    assert not failure.value.permanent
    assert carrier.mails == []


def test_a_relay_that_wants_tls_refuses_us_without(carrier: Relay) -> None:
    plain = over(carrier, user="", password="", tls="none")
    with pytest.raises(SendFailed, match=r"the relay: 530$") as failure:
        plain.send(MAIL)
    assert not failure.value.permanent


def test_a_password_never_travels_in_the_clear(carrier: Relay) -> None:
    with pytest.raises(ValueError, match="over TLS only"):
        over(carrier, tls="none")
    assert PASSWORD not in repr(over(carrier))


def test_a_wrong_password_is_no_fault_of_the_letter(carrier: Relay) -> None:
    with pytest.raises(SendFailed, match=r"the relay: 535 5\.7\.8") as failure:
        over(carrier, password="wrong").send(MAIL)
    assert not failure.value.permanent


def test_a_refusal_gives_its_numbers_and_not_its_words(carrier: Relay) -> None:
    carrier.mode = "550"
    with pytest.raises(SendFailed, match=r"^the relay: 550 5\.1\.1$"):
        over(carrier).send(MAIL)


def test_a_relay_that_breaks_off_at_goodbye_has_taken_the_letter(
    carrier: Relay,
) -> None:
    carrier.mode = "rude"
    over(carrier).send(MAIL)
    assert len(carrier.mails) == 1


def test_amazon_gets_our_tag_since_it_writes_its_own_message_id(amazon: Ses) -> None:
    sender = SesEmail.over(SENDER, lambda: NOON, endpoint=amazon.url)
    with closing(sender.client):
        sender.send(MAIL)
        sender.send(to("an@example.be"))
    assert amazon.tags == [{"letter": "0d9f2b64-5a3f-4c55-9d0e-3a8f6a2f1c11"}, {}]


def test_without_credentials_amazon_is_not_even_asked(
    amazon: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    sender = SesEmail.over(SENDER, lambda: NOON, endpoint=amazon.url)
    with closing(sender.client), pytest.raises(SendFailed, match="NoCredentials") as no:
        sender.send(MAIL)
    assert isinstance(no.value.__cause__, NoCredentialsError)
    assert amazon.requests == 0


def test_a_moment_is_written_in_the_zone_that_it_came_in() -> None:
    letter = message(MAIL, SENDER, date=NOON.astimezone(UTC))
    assert letter["Date"] == "Mon, 26 Oct 2026 11:00:00 +0000"
