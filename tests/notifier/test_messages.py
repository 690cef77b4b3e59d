import pytest

from notifier import Email, SendFailed, Sms


def test_a_printed_message_shows_neither_address_nor_words() -> None:
    mail = Email(
        to="an@example.be", name="An", subject="S", text="geheim", html="geheim"
    )
    assert repr(mail) == "Email(subject='S', message_id='')"
    assert repr(Sms(to="+32470123427", text="482913")) == "Sms()"


@pytest.mark.parametrize("field", ["to", "name", "subject", "message_id"])
@pytest.mark.parametrize("ending", ["\n", "\r\nBcc: bo@example.be", "\x85x", "\u2028"])
def test_no_header_can_be_smuggled_into_a_letter(field: str, ending: str) -> None:
    words = {"to": "an@example.be", "name": "An", "subject": "S", "message_id": "<1@h>"}
    words[field] += ending
    with pytest.raises(ValueError, match="line break"):
        Email(**words, text="", html="")


def test_a_failure_is_by_default_neither_for_good_nor_in_doubt() -> None:
    failure = SendFailed("the relay: 451")
    assert (failure.reason, str(failure)) == ("the relay: 451", "the relay: 451")
    assert not failure.permanent
    assert not failure.uncertain
