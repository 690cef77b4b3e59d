"""What can go wrong in the domain; each error names its reason and its status."""


class AppError(Exception):
    """A refusal with a sentence for the person who asked; empty: the page's own."""

    status = 500

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(AppError):
    """It is not there, or not yours: the same to whoever asks."""

    status = 404


class Gone(AppError):
    """It was here, and its time is over."""

    status = 410


class Forbidden(AppError):
    """You are known, and this is not for you."""

    status = 403


class Conflict(AppError):
    """It clashes with what is already there."""

    status = 409


class Invalid(AppError):
    """What was given cannot be understood or is not allowed."""

    status = 422


class Throttled(AppError):
    """Too often; try again after so many seconds."""

    status = 429

    def __init__(self, sentence: str = "", *, after: int) -> None:
        super().__init__(sentence)
        self.after = after


class Busy(AppError):
    """The house is too busy to answer well; try again after so many seconds."""

    status = 503

    def __init__(self, sentence: str = "", *, after: int) -> None:
        super().__init__(sentence)
        self.after = after


class Full(AppError):
    """There is no room left on the store; nothing was kept."""

    status = 507
