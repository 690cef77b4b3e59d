"""`python -m app.demo serve`: what `make demo` runs."""

from app.demo.commands import cli

cli(prog_name="python -m app.demo")
