"""Every exception of the library, the client and the command line, and the exit code each one means.

The message of an error is one clear sentence: what is wrong, where (file, column or path), what to do.
"""


class EvenhandError(Exception):
    """Base of all errors that Evenhand raises on purpose; ``str(error)`` is the sentence to show."""

    exit_code: int = 2

    @property
    def sentence(self) -> str:
        """The message on one line, as it is printed and shown."""
        return " ".join(str(self).split())


class InputError(EvenhandError):
    """What was handed in cannot be used: a file, a column, a value, an option (exit code 2)."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class IncompatibleCountsError(InputError):
    """Two count tables cannot be added because they describe different things."""


class RemoteError(EvenhandError):
    """A server refused, answered wrongly, or could not be reached (exit code 3)."""

    exit_code = 3

    def __init__(self, message: str, *, status: int | None = None, request_id: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.request_id = request_id


class CanonicalError(InputError):
    """A value has no canonical JSON form: NaN, an integer beyond 2^53, a broken character, an unknown type."""


class ProofError(EvenhandError):
    """A proof, checkpoint or receipt does not hold, or is malformed (exit code 1)."""

    exit_code = 1


class SignatureError(ProofError):
    """A signature is missing, comes from an unknown key, or does not fit what it signs."""


class RefusedError(RemoteError):
    """The server understood and said no; ``code`` and ``fields`` are its own (exit code 3)."""

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str = "",
        fields: dict[str, list[str]] | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, status=status, request_id=request_id)
        self.code = code
        self.fields = fields or {}
