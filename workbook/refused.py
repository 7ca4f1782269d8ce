"""One way for the core to say no."""


class Refused(ValueError):
    """Something typed cannot be taken; `code` says why and `facts` fill in the sentence shown."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
