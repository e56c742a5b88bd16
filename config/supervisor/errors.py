"""What the supervisor says when it cannot go on."""


class StartError(Exception):
    """One clear line: what is wrong and what to do about it."""
