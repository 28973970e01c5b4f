"""What can go wrong, told apart by who can put it right. No message ever holds clinical text."""


class AuditorError(Exception):
    """A problem with a remedy. The message is one line that names the place and what to do."""

    exit_code = 4


class PolicyError(AuditorError):
    """The policy is at fault; its author can put it right."""

    exit_code = 2


class InputError(AuditorError):
    """A file, a folder or an argument is at fault; whoever started the run can put it right."""

    exit_code = 2


class CannotMeasure(AuditorError):
    """A measurement is impossible here: a model, a corpus or a library is missing."""

    exit_code = 3


class EndpointFailed(CannotMeasure):
    """Whoever answers requests has stopped to; the same command goes on later."""
