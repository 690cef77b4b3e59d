"""Signing in by an issuer: the way there and back, and whose account it is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import rules
from app.accounts.contact import LONGEST_NAME, is_email
from app.accounts.models import Account, ExternalIdentity, IssuerAttempt
from app.accounts.rules import Refused, Why, by_address
from app.accounts.service import Accounts
from app.accounts.service_numbers import NUMBER
from app.accounts.service_throttle import Counter, bucket
from app.db import audit
from app.db.session import won
from app.kernel import tokens
from app.kernel.errors import Conflict
from app.keyring import Keyring
from app.runtime import Runtime
from identity import Attempt, Identity

_TWICE = "Je meldde je twee keer tegelijk aan. Probeer het opnieuw."
SUBJECT = "external subject"


@dataclass(frozen=True)
class Back:
    """Somebody is back from the issuer: what was remembered, where they were going."""

    attempt: Attempt
    next_path: str


@dataclass(frozen=True)
class Known:
    """Whose account it is; new when nobody of that name was here before."""

    account_id: int
    is_new: bool


@dataclass(frozen=True)
class Externals:
    """Attempts and identities; never commits."""

    session: Session
    accounts: Accounts
    keyring: Keyring
    now: datetime

    @classmethod
    def of(cls, session: Session, runtime: Runtime) -> "Externals":
        accounts = Accounts.of(session, runtime)
        return cls(session, accounts, runtime.keyring, accounts.now)

    def admit(self, network: str) -> Refused | None:
        """Count the attempt before an issuer is asked for anything."""
        mine = bucket(self.keyring, "issuer", network)
        return Counter(self.session, self.now).count({mine: by_address})

    def remember(
        self, provider: str, attempt: Attempt, *, browser: str, next_path: str
    ) -> None:
        """Keep what has to be known when that browser comes back."""
        self.session.add(
            IssuerAttempt(
                provider=provider,
                state_hash=tokens.digest(attempt.state),
                browser_hash=tokens.digest(browser),
                nonce=attempt.nonce,
                verifier=attempt.verifier,
                redirect_uri=attempt.redirect_uri,
                next_path=next_path,
                made_at=self.now,
            )
        )

    def back(self, provider: str, state: str, *, browser: str) -> Back | None:
        """What was remembered for that browser, to the one who asks first."""
        which = (
            IssuerAttempt.state_hash == tokens.digest(state),
            IssuerAttempt.browser_hash == tokens.digest(browser),
            IssuerAttempt.provider == provider,
            IssuerAttempt.made_at > self.now - rules.ATTEMPT_LIFETIME,
            IssuerAttempt.spent_at.is_(None),
        )
        spending = update(IssuerAttempt).where(*which).values(spent_at=self.now)
        if not won(self.session, spending):
            return None
        kept = self.session.scalars(
            select(IssuerAttempt).where(
                IssuerAttempt.state_hash == tokens.digest(state)
            )
        ).one()
        attempt = Attempt(state, kept.nonce, kept.verifier, kept.redirect_uri)
        return Back(attempt, kept.next_path)

    def came(self, provider: str, identity: Identity, network: str) -> Known | Refused:
        """The account of who came, made if need be; they did nothing wrong."""
        self._take_turn(provider, identity)
        found = self._known(provider, identity)
        account = self.session.get_one(Account, found) if found else None
        if account is not None and account.blocked_at is not None:
            self._refused(account)
            return Refused(Why.BLOCKED)
        if is_new := account is None:
            account = self._add(provider, identity)
        account.name = identity.name[:LONGEST_NAME]
        if account.email == "" and is_email(identity.email):
            account.email = identity.email  # the issuer checked it
        self._tie(provider, identity, account.id)
        Counter(self.session, self.now).pardon(bucket(self.keyring, "issuer", network))
        return Known(account.id, is_new)

    def _take_turn(self, provider: str, identity: Identity) -> None:
        """One person comes in once at a time, else somebody new would be two."""
        who = identity.national_number or f"{provider}|{identity.subject}"
        Counter(self.session, self.now).turn(bucket(self.keyring, "person", who))

    def _known(self, provider: str, identity: Identity) -> int | None:
        """Whose it is by what this issuer calls them, else by the national number."""
        subjects, numbers = self._macs(provider, identity)
        asked = (
            select(ExternalIdentity)
            .where(
                or_(
                    ExternalIdentity.subject_mac.in_(subjects)
                    & (ExternalIdentity.provider == provider),
                    ExternalIdentity.number_mac.in_(numbers),
                )
            )
            .order_by(ExternalIdentity.id)
        )
        found = self.session.scalars(asked).all()
        told = [one for one in found if one.subject_mac in subjects]
        return next((one.account_id for one in (*told, *found)), None)

    def _tie(self, provider: str, identity: Identity, account_id: int) -> None:
        """That issuer's name for them is theirs, under the key of today."""
        subjects, numbers = self._macs(provider, identity)
        tie = self.session.scalar(
            select(ExternalIdentity).where(
                ExternalIdentity.provider == provider,
                ExternalIdentity.subject_mac.in_(subjects),
            )
        )
        if tie is None:
            tie = ExternalIdentity(
                account_id=account_id, provider=provider, made_at=self.now
            )
            self.session.add(tie)
        tie.key_id, tie.last_seen_at = self.keyring.first, self.now
        tie.subject_mac = subjects[0]
        tie.number_mac = numbers[0] if numbers else None
        try:
            self.session.flush()
        except IntegrityError as raced:  # the same person, in two windows at once
            raise Conflict(_TWICE) from raced

    def _macs(
        self, provider: str, identity: Identity
    ) -> tuple[list[bytes], list[bytes]]:
        """What they are kept as, under each master key; that of today first."""
        told = f"{provider}|{identity.subject}"
        number = identity.national_number
        keys = sorted(self.keyring.ids, key=lambda key: key != self.keyring.first)
        subjects = [self.keyring.mac(SUBJECT, told, key) for key in keys]
        numbers = [self.keyring.mac(NUMBER, number, key) for key in keys if number]
        return subjects, numbers

    def _add(self, provider: str, identity: Identity) -> Account:
        """An account without a password: its login says only whence it came."""
        account = Account(
            login=f"{provider}.{tokens.bare(tokens.initial_password())[:12]}",
            role=rules.USER,
            name=identity.name[:LONGEST_NAME],
            email="",
            mobile="",
            created_at=self.now,
        )
        self.session.add(account)
        self.session.flush()
        about = f"account:{account.id}"
        audit.record(self.session, "account.add", about, at=self.now, by=account.login)
        return account

    def _refused(self, account: Account) -> None:
        audit.record_refusal(
            self.session,
            "account.sign_in",
            f"account:{account.id}",
            at=self.now,
            by=account.login,
            why=Why.BLOCKED.value,
        )
