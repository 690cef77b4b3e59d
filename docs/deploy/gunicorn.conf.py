"""How the web process serves behind nginx, on the socket that systemd hands it."""

# ruff: noqa: INP001 - gunicorn reads it by its path

worker_class = "gthread"
workers = 2  # hashing of passwords takes its share of the cores by this number
threads = 32  # each long download holds one; all the short ones share the others

timeout = 60  # of a worker that stands still, not of a request
graceful_timeout = 60  # downloads under way at a restart

accesslog = None  # the app writes a line per request, with nothing private in it
errorlog = "-"
control_socket_disable = True  # systemd rules it, nobody else
