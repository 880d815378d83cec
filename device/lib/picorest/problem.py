"""A refusal or failure in words: what every part of the program raises when something cannot be done."""

from microdot import HTTPException


class Problem(HTTPException):
    """A refusal or failure in words, answered as application/problem+json (RFC 9457).

    status: HTTP status code. type: short stable slug such as "flash-pin". detail: one sentence that says what to do
    next; without it, the sentence that problem_types.py has for the type, filled in from the members. members: further JSON
    members, such as pin=14 or try_=["D5"] (a trailing underscore is dropped); retry_after=SECONDS is sent as the
    Retry-After header too.
    """

    def __init__(self, status, type, detail=None, **members):
        super(HTTPException, self).__init__()  # else MicroPython hands it everything, and it takes no keywords
        self.status_code = status
        # microdot hands `reason` to error_response(): that is how the whole problem gets there
        self.reason = self
        self.type = type
        self.detail = detail
        self.members = members

    def __str__(self):
        if not self.detail:
            from .problem_types import sentence

            self.detail = sentence(self)
        return self.detail
