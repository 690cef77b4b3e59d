"""What the two pages of signing in by an issuer share: there, and back again."""

import logging

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from app.web.requests import reference
from app.web.texts import gettext as _
from identity import NoIdentity

log = logging.getLogger("energiepost.accounts")

PERSONAL, PROFESSIONAL = ("eid", "itsme"), ("csam",)
BROWSER = "issuer"  # what our cookie shows to prove which browser went there


def failed(issuer: str, why: NoIdentity, *, next_path: str = "/") -> Response:
    """Back where signing in begins, on the same way; why is for the log alone."""
    if why.cancelled:
        flash(_("Je bent niet aangemeld: je brak het aanmelden af."), "warn")
    else:
        log.warning("%s no identity from %s: %s", reference(), issuer, why.reason)
        flash(
            _(
                "Aanmelden lukte niet. Probeer het opnieuw, of kies een andere manier. "
                "Referentie %(reference)s.",
                reference=reference(),
            ),
            "bad",
        )
    wanted = next_path if next_path != "/" else None
    return redirect(url_for("accounts.my_sign_in", verder=wanted), 303)
