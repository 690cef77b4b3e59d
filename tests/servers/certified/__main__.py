"""Fetches the certified provider, before tests that leave this machine nowhere."""

import shutil
import sys
from subprocess import CalledProcessError, TimeoutExpired

from tests.servers import certified

if __name__ == "__main__":
    try:
        if shutil.which("npm"):
            certified.fetch()
    except (CalledProcessError, TimeoutExpired):
        print("The certified oidc-provider cannot be fetched.", file=sys.stderr)  # noqa: T201
