"""The command line, as an operator reads it."""

from click.testing import Result


def refused(result: Result, *sentences: str) -> None:
    """It failed with exactly these sentences on standard error."""
    assert result.exit_code == 1
    assert result.stdout == ""
    lines = result.stderr.removesuffix("\n").split("\n")
    assert lines == [*sentences[:-1], f"Fout: {sentences[-1]}"]
