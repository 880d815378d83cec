"""A refusal or failure in words: what every part of the program raises when something cannot be done."""

from microdot import HTTPException

from .overlay import forget_all, load_overlay
from .problem_types import TYPES
from .table import find_row


class Problem(HTTPException):
    """A refusal or failure in words, answered as application/problem+json (RFC 9457).

    type: short stable slug such as "flash-pin"; its HTTP status and its sentence stand in problem_types.py. detail: one sentence
    that says what to do next, in place of that one. status: HTTP status of a type that is not there. members: further JSON members,
    such as pin=14 or try_=["D5"] (a trailing underscore is dropped), which the sentence is filled in from; retry_after=SECONDS is
    sent as the Retry-After header too, headers={…} are sent only. sent: whether another server may have received what it was asked.
    """

    sent = False

    def __init__(self, type, detail=None, status=None, sent=False, **members):
        super(HTTPException, self).__init__()  # else MicroPython hands it everything, and it takes no keywords
        row = find_row(TYPES, type) or "400 "
        self.status_code = status or int(row[:3])
        # microdot hands `reason` to error_response(): that is how the whole problem gets there
        self.reason = self
        self.type = type
        self.said = detail or row[4:] % members
        self.members = members
        if sent:
            self.sent = sent

    @property
    def detail(self):
        """The sentence."""
        if not self.said:
            # not at once: a problem is raised deep in the stack
            for _ in range(2):
                try:  # the build puts most into a file
                    self.said = load_overlay("sentences").find(self.type) % self.members
                    break
                except MemoryError:
                    forget_all()  # what has failed may still be loaded
                except (ImportError, OSError):
                    break
        return self.said or self.type

    def __str__(self):
        return self.detail
