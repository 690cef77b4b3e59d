"""How a part of the benchmarks tells its figures: one line each, judged by a bound."""

WIDTHS = (42, 22, 26, 9, 10)


def title(words: str) -> None:
    """What the lines below are about, and what each column says."""
    print(f"\n{words}")
    print(_line("what", "value", "beside", "figure", "demanded"))


def row(
    what: str,
    value: str,
    beside: str = "",
    figure: float | None = None,
    *,
    least: float | None = None,
    most: float | None = None,
) -> None:
    """One line; `figure` is what a bound judges: a ratio, seconds, a count."""
    shown = "" if figure is None else f"{figure:.2f}"
    line = _line(what, value, beside, shown, _bound(least, most))
    print(f"{line}{_verdict(figure, least, most)}", flush=True)


def _bound(least: float | None, most: float | None) -> str:
    bounds = (("≥", least), ("≤", most))
    return " ".join(f"{sign} {bound:g}" for sign, bound in bounds if bound is not None)


def _verdict(figure: float | None, least: float | None, most: float | None) -> str:
    if figure is None or (least is None and most is None):
        return ""
    is_met = (least is None or figure >= least) and (most is None or figure <= most)
    return "ok" if is_met else "MISSED"


def _line(*cells: str) -> str:
    pairs = zip(cells, WIDTHS, strict=True)
    return "".join(f"{cell:{width}}" for cell, width in pairs)
