"""The refusal of a file by a reader; the words for people are in `services.documents.files.refusals`."""


class Refused(Exception):
    """The file is not taken: the code of the refusal, and where one refusal has many causes, which."""

    def __init__(self, code: str, why: str = "", number: int = 0) -> None:
        super().__init__(code, why, number)
        self.code, self.why, self.number = code, why, number
