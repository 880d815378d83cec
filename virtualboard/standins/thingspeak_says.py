"""The tones of voice of ThingSpeak's API: bare text, chunked JSON, error objects with the status as a string."""

from .web import Answer, json_answer

_ERRORS = {
    400: ("error_bad_request", "Bad Request", "The request cannot be fulfilled due to bad syntax."),
    401: ("error_auth_required", "Authorization Required", "Please provide proper authentication details."),
    402: ("error_payment_required", "Payment Required", "The limit of this licence is reached."),
    404: ("error_resource_not_found", "Resource Not Found",
          "The requested resource was not found. Please check the URL and try again."),
    405: ("error_method_invalid", "Method Not Allowed", "Please use the proper HTTP method for this request."),
    409: ("error_conflict", "Conflict", "The entry is in conflict with one that exists already."),
    413: ("error_request_too_large", "Request Entity Too Large",
          "Your request is too large. Reduce the size and try again."),
    422: ("error_unprocessable", "Unprocessable Entity", "The request is well-formed, but cannot be followed."),
    429: ("error_too_many_requests", "Too Many Requests", "Please wait before making another request."),
}  # fmt: skip
_HEADERS = (
    ("X-Frame-Options", "SAMEORIGIN"),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, POST, PUT, OPTIONS, DELETE, PATCH"),
    ("Access-Control-Allow-Headers", "origin, content-type, X-Requested-With"),
    ("Access-Control-Max-Age", "1800"),
    ("Cache-Control", "max-age=0, private, must-revalidate"),
    ("X-Request-Id", "7a1f2c9e-3b54-4d0e-9c1a-5f6e8d2b7a90"),
)


def text(words, status=200, reason="") -> Answer:
    return Answer(status, str(words).encode(), "text/html; charset=utf-8", _HEADERS, reason=reason)


def json(data, status=200, reason="") -> Answer:
    return json_answer(data, status, reason=reason, chunked=True, headers=_HEADERS)


def error(status, reason="", plain=False) -> Answer:
    code, message, details = _ERRORS[status]
    if plain:
        return text(code, status, reason or message)
    data = {"error_code": code, "message": message, "details": details}
    return json({"status": str(status), "error": data}, status, reason or message)
