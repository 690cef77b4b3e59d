"""When a contract was signed: told by a stamp that is believed, and by no other."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from asn1crypto.cms import CMSAttributes
from cryptography.x509 import ExtendedKeyUsage
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.attributes import (
    CMSAttributeProvider,
    TSTProvider,
    UnsignedAttributeProviderSpec,
)
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from app.demo.certificates import SIGNATURE, Holder, holder
from app.demo.pki import JAN_NUMBER, Belgium
from signing import Reason, Refused, Signatory, Signed
from tests.signing.conftest import AT, LATER, Office

JAN = Signatory("Jan Claes", JAN_NUMBER, AT)
LONG_AGO = AT - timedelta(days=900)


class Stamps(UnsignedAttributeProviderSpec):
    """As many beside one signature as somebody likes."""

    def __init__(self, *stampers: DummyTimeStamper) -> None:
        self.stampers = stampers

    def unsigned_attr_providers(
        self, signature: bytes, signed_attrs: CMSAttributes, digest_algorithm: str
    ) -> Iterable[CMSAttributeProvider]:
        del signed_attrs
        for one in self.stampers:
            yield TSTProvider(digest_algorithm, signature, one)


def lost(belgium: Belgium) -> Holder:
    card = belgium.card()
    belgium.citizens.revoked.append(card.certificate.serial_number)
    return card


def over(belgium: Belgium) -> Holder:
    return belgium.card(until=AT - timedelta(days=1))


@pytest.mark.parametrize("find", [lost, over])
@pytest.mark.parametrize("way", [1, -1])
def test_a_stamp_of_ones_own_beside_a_real_one_turns_no_clock_back(
    office: Office, elsewhere: Belgium, find: Callable[[Belgium], Holder], way: int
) -> None:
    stampers = [elsewhere.stamper(LONG_AGO), office.belgium.stamper(AT)][::way]
    card = find(office.belgium)
    made = office.belgium.sign(office.document, card, AT, stamped=Stamps(*stampers))
    assert office.looks(made) == Refused(Reason.UNTRUSTED)


def test_two_who_tell_the_same_moment_are_believed(
    office: Office, elsewhere: Belgium
) -> None:
    both = Stamps(elsewhere.stamper(AT), office.belgium.stamper(AT))
    made = office.belgium.sign(office.document, office.card, AT, stamped=both)
    assert office.looks(made) == Signed((JAN,))


def test_a_card_is_no_clock(office: Office) -> None:
    # under our own root, and even with a key that a stamp may be made with
    names = {NameOID.COUNTRY_NAME: "BE", NameOID.COMMON_NAME: "Nobody's clock"}
    mail = ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    ours = office.belgium
    card = Belgium(
        ours.root,
        ours.citizens,
        holder(names, ours.root, usage=SIGNATURE, extension=mail, stamps=True),
    )
    made = card.sign(office.document, over(ours), LONG_AGO)
    assert isinstance(office.looks(made), Refused)


def test_a_stamp_from_later_than_today_tells_today(office: Office) -> None:
    ahead = Stamps(office.belgium.stamper(LATER + timedelta(hours=1)))
    made = office.belgium.sign(office.document, office.card, LATER, stamped=ahead)
    assert office.looks(made) == Signed((replace(JAN, at=LATER),))
