"""What was typed wrong behind `flask`, in one Dutch sentence."""

import click
from click.exceptions import BadOptionUsage, NoSuchCommand, NoSuchOption


def sentence(wrong: click.UsageError, ctx: click.Context) -> str:
    """What is wrong, and where one reads how it is done."""
    return f"{_what(wrong)} Zie {ctx.command_path} --help."


def _what(wrong: click.UsageError) -> str:
    match wrong:
        case NoSuchOption():
            return f"De optie {wrong.option_name} bestaat niet."
        case NoSuchCommand():
            return f"De opdracht {wrong.command_name} bestaat niet."
        case BadOptionUsage():
            name = wrong.option_name
            return f"De optie {name} heeft een waarde te veel of te weinig."
        case click.MissingParameter(param=click.Parameter() as param):
            return f"{_name(param)} ontbreekt."
        case click.BadParameter(param=click.Parameter() as param):
            return f"{_name(param)} {_demand(param.type)}."
    return "Er staat meer of iets anders dan deze opdracht kent."


def _name(param: click.Parameter) -> str:
    if isinstance(param, click.Option):
        return f"De optie {max(param.opts, key=len)}"
    return f"Het argument {param.human_readable_name}"


def _demand(kind: object) -> str:
    """What a value of that kind has to be."""
    match kind:
        case click.Choice():
            return f"moet een van deze zijn: {', '.join(map(str, kind.choices))}"
        case click.Path():
            return "wijst naar niets dat hier gelezen kan worden"
        case click.types.IntParamType():
            return "moet een geheel getal zijn"
    return "heeft een waarde die niet kan"
