import logging

import pytest

from notifier import Sms
from notifier.sms import TwilioSms
from tests.servers.twilio import SID, TOKEN, Text, twilio

TEXT = Sms(to="+32470123427", text="Fluvius: 482913 is uw code\n@host #482913")


def test_twilio_is_twilio_unless_told_otherwise() -> None:
    sender = TwilioSms(SID, TOKEN, "Fluvius")
    assert sender._client.api.base_url == "https://api.twilio.com"


def test_twilio_gets_two_seconds_to_pick_up_and_five_to_answer() -> None:
    sender = TwilioSms(SID, TOKEN, "Fluvius")
    assert sender._client.http_client.timeout == (2, 5)


def test_the_text_goes_out_in_our_name_and_into_no_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    with twilio() as carrier:
        TwilioSms(SID, TOKEN, "Fluvius", api_base=carrier.url).send(TEXT)
    assert carrier.texts == [Text(TEXT.to, "Fluvius", TEXT.text)]
    assert caplog.text == ""
