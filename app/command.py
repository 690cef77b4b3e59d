"""What all commands share: the runtime, a dry run, errors in one sentence."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

import click
from click.exceptions import NoArgsIsHelpError
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import usage
from app.kernel.errors import AppError
from app.web.context import runtime


class Refusal(click.ClickException):
    """One Dutch sentence on standard error, and exit code 1."""

    def show(self, file: IO[str] | None = None) -> None:
        click.echo(f"Fout: {self.format_message()}", file=file, err=file is None)


class Misuse(Refusal):
    """The words behind `flask` were wrong: exit code 2, as everywhere."""

    exit_code = 2


class Cli(AppGroup):
    """A group of commands whose refusals are one sentence on standard error."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with _one_sentence(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        with _one_sentence(ctx):
            return super().invoke(ctx)


@contextmanager
def _one_sentence(ctx: click.Context) -> Iterator[None]:
    """Whatever is raised, a person at a terminal reads one sentence."""
    try:
        yield
    except NoArgsIsHelpError:
        raise  # it is the help, not a refusal
    except click.UsageError as wrong:
        raise Misuse(usage.sentence(wrong, wrong.ctx or ctx)) from wrong
    except AppError as refused:
        raise Refusal(refused.sentence) from refused
    except DBAPIError as failed:
        reason = str(failed.orig).strip().splitlines()[0]
        raise Refusal(f"De databank weigert: {reason}") from failed
    except OSError as failed:
        where = f" ({failed.filename})" if failed.filename else ""
        raise Refusal(f"{failed.strerror}{where}") from failed


class _DryRun(Exception):
    """Raised to roll back what was only tried."""


@contextmanager
def changing(*, dry_run: bool) -> Iterator[Session]:
    """The one transaction of a command; a dry run does all of it, then undoes it."""
    try:
        with runtime().transaction() as session:
            yield session
            if dry_run:
                raise _DryRun  # noqa: TRY301 - the transaction must see it
    except _DryRun:
        return


def tell(sentence: str, result: Mapping[str, object], *, as_json: bool) -> None:
    """The result: a sentence for people, or JSON for a script."""
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else sentence)


def counted(count: int, one: str, many: str) -> str:
    """`1 bestand`, `2 bestanden`."""
    return f"{count} {one if count == 1 else many}"


DRY_RUN = click.option(
    "--dry-run", is_flag=True, help="Kijk alles na, maar verander niets."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Resultaat als JSON.")
BY = click.option(
    "--by", default="energiepost", help="Wie dit doet, voor het auditlog."
)
