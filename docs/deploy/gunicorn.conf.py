"""How the web process serves behind nginx, on the socket that systemd hands it."""

# ruff: noqa: INP001 - gunicorn reads it by its path

import subprocess
import sys

worker_class = "gthread"
workers = 2  # hashing of passwords takes its share of the cores by this number
threads = 32  # each long download holds one; all the short ones share the others

timeout = 60  # of a worker that stands still, not of a request
graceful_timeout = 60  # downloads under way at a restart

accesslog = None  # the app writes a line per request, with nothing private in it
errorlog = "-"
control_socket_disable = True  # systemd rules it, nobody else


def on_starting(_master: object) -> None:
    """Open the house once to see that it opens; its sentence and status end it all.

    Of workers that do not open the second can end the master with another status.
    In a process of its own, for a master that holds the code would pass on the old
    one at a reload.
    """
    opened = subprocess.run([sys.executable, "-m", "wsgi"], check=False)
    if opened.returncode:
        sys.exit(opened.returncode)
