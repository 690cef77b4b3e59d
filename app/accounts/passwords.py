"""Whether an own password will do, said on the field where it was typed."""

from functools import cache

from wtforms import Field

from app.accounts import rules, texts
from app.accounts.rules import Fault
from app.accounts.service import INITIAL
from app.accounts.service_sign_in import Chooser
from app.kernel import tokens
from app.web.context import runtime


@cache
def common() -> frozenset[str]:
    """The 30,000 passwords that everybody uses, as the zxcvbn package carries them."""
    # its lists weigh 12 MiB: only where somebody chooses a password
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415

    return frozenset(FREQUENCY_LISTS["passwords"])


def accept(field: Field, chooser: Chooser, *, role: str = rules.MANAGER) -> bool:
    """Whether it will do; if not, the field says why, in the form of that role."""
    field.data = rules.normal(field.data)
    shortest = rules.shortest_password(chooser.role)
    wrong = rules.fault_of(
        field.data, shortest=shortest, own=chooser.own_words, common=common()
    )
    if _is_initial(field.data, chooser):
        wrong = Fault.INITIAL
    if wrong is None:
        return True
    length = len(field.data)
    sentence = texts.fault(wrong, length=length, shortest=shortest, role=role)
    field.errors = [*field.errors, sentence]
    return False


def _is_initial(typed: str, chooser: Chooser) -> bool:
    if chooser.initial is None:
        return False
    mac = runtime().keyring.mac(INITIAL, tokens.bare(typed), chooser.initial_key)
    return tokens.same(mac, chooser.initial)
