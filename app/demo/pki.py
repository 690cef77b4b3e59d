"""A chain of test certificates shaped like the Belgian one, and cards that sign.

The demo signs with it in front of you, and the tests check that we believe no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.attributes import UnsignedAttributeProviderSpec
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.demo.certificates import SIGNATURE, STAMPING, UNTIL, Holder, holder
from signing.apart import settled

JAN_NUMBER = "85073003328"


@dataclass
class Belgium:
    """Root, citizens' authority and timestamps: three levels, as of the real ones."""

    root: Holder
    citizens: Holder
    stamps: Holder
    also: Sequence[Holder] = ()

    @classmethod
    def found(cls) -> "Belgium":
        be = {NameOID.COUNTRY_NAME: "BE"}
        root = holder({**be, NameOID.COMMON_NAME: "Test Root CA6"})
        citizens = holder({**be, NameOID.COMMON_NAME: "Test Citizen CA"}, root)
        stamps = holder(
            {**be, NameOID.COMMON_NAME: "Test Time Stamping Authority"},
            root,
            usage=SIGNATURE,
            extension=STAMPING,
            stamps=True,
        )
        return cls(root, citizens, stamps)

    @classmethod
    def parse(cls, pem: bytes) -> "Belgium":
        """What `pem` told, with all that was signed by it."""
        parts = pem.split(b"-----END PRIVATE KEY-----\n")[:-1]
        root, citizens, stamps = (
            Holder.parse(part + b"-----END PRIVATE KEY-----\n") for part in parts
        )
        return cls(root, citizens, stamps)

    @property
    def pem(self) -> bytes:
        """All three with their keys, one behind the other."""
        return self.root.pem + self.citizens.pem + self.stamps.pem

    @property
    def roots(self) -> bytes:
        """What an operator would put into the file of the setting."""
        return self.root.certificate.public_bytes(Encoding.PEM)

    def card(
        self,
        *,
        number: str = JAN_NUMBER,
        name: str = "Jan Claes",
        usage: Sequence[str] = SIGNATURE,
        until: datetime = UNTIL,
    ) -> Holder:
        """The certificate with which somebody's card signs."""
        given, _, surname = name.partition(" ")
        return holder(
            {
                NameOID.COUNTRY_NAME: "BE",
                NameOID.COMMON_NAME: f"{name} (Signature)",
                NameOID.SURNAME: surname,
                NameOID.GIVEN_NAME: given,
                **({NameOID.SERIAL_NUMBER: number} if number else {}),
            },
            self.citizens,
            usage=usage,
            until=until,
        )

    def sign(
        self,
        document: bytes,
        card: Holder,
        at: datetime,
        *,
        proof: bool = True,
        stamped: bool | UnsignedAttributeProviderSpec = True,
        lists: bool = True,
        asked: bool = False,
        field_name: str = "Handtekening",
    ) -> bytes:
        """PAdES B-LT: with a timestamp, and with the lists that prove all of it.

        asked: of the card itself, what its authority answers instead of its list.
        stamped: or what else stands beside the signature.
        """
        chain = (self.root, self.citizens, self.stamps, *self.also)
        known = [one.loaded for one in chain]
        stamper = self.stamper(at) if stamped is True else stamped or None
        out = BytesIO(self._signed(document, card, stamper, field_name))
        if proof:
            issuers = (self.root, self.citizens, *self.also) if lists else ()
            crls = [one.crl(at) for one in issuers if not asked or one is self.root]
            answers = [self.citizens.answer(card, at)] if asked else []
            DocumentSecurityStore.add_dss(
                out, None, certs=known, crls=crls, ocsps=answers
            )
        return out.getvalue()

    def stamper(self, at: datetime) -> DummyTimeStamper:
        """Who says that it was there then, whatever the clock says."""
        known = _register(self.root, self.stamps)
        return DummyTimeStamper(
            self.stamps.loaded, self.stamps.secret, known, fixed_dt=at
        )

    def _signed(
        self,
        document: bytes,
        card: Holder,
        stamped: DummyTimeStamper | UnsignedAttributeProviderSpec | None,
        name: str,
    ) -> bytes:
        signer = SimpleSigner(
            signing_cert=card.loaded,
            signing_key=card.secret,
            cert_registry=_register(self.root, self.citizens, self.stamps, *self.also),
        )
        stamper = stamped if isinstance(stamped, DummyTimeStamper) else None
        if isinstance(stamped, UnsignedAttributeProviderSpec):
            signer.unsigned_attr_prov_spec = stamped
        how = PdfSignatureMetadata(
            field_name=name, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha384"
        )
        pen = PdfSigner(how, signer, timestamper=stamper)
        out, pages = BytesIO(), IncrementalPdfFileWriter(BytesIO(document))
        settled(pen.async_sign_pdf(pages, output=out))
        return out.getvalue()


def _register(*holders: Holder) -> SimpleCertificateStore:
    known = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    known.register_multiple([one.loaded for one in holders])
    return known
