"""What of microdot's tests does not run here, and which of them have to fail, how, and why that is wanted."""

# files of tests that are not run, on either chip
LEFT_OUT = {
    "test_asgi": "for servers of CPython",
    "test_wsgi": "for servers of CPython",
    "test_jinja": "templates of CPython",
    "test_utemplate": "templates need the package utemplate",
    "test_session": "sessions need the package jwt",
    "test_login": "logins need sessions",
    "test_end2end": "of microdot's own server; picorest has its own",
    "test_request": "of the parser of microdot's own server",
    "test_multidict": "of microdot's own code, which no code of picorest's stands for",
    "test_urlencode": "of microdot's own code, which no code of picorest's stands for",
}
# on the ESP32 family, where it is microdot's own code
LEFT_OUT_ESP32 = {"test_url_pattern": "of microdot's own code, which no code of picorest's stands for"}
# on the ESP8266, see device/esp8266/microdot.py
LEFT_OUT_ESP8266 = {
    "test_csrf": "picorest's own guard is there",
    "test_multipart": "no memory for forms with files",
    "test_websocket": "no memory for websockets",
}

_PROBLEM = "errors are application/problem+json"
_NEVER = "what cannot be parsed is answered by the server, never dispatched"
_GUARD = "picorest's own guard against pages of other sites answers before"
_FILES = "no files on an ESP8266: picorest's pages come compressed from its ROMFS"

# {file.test: (how it has to fail: a part of the last line of its traceback, why that is wanted)}
DIFFERENCES = {
    "test_microdot.test_https_host": ("'http://foo.com' != 'https://foo.com'", "the board speaks plain HTTP"),
    "test_microdot.test_tuple_responses": ("'Internal server error' != ''", "the path /status is picorest's own"),
    "test_microdot.test_400": ("'NoneType' object", _NEVER),
    "test_microdot.test_400_handler": ("'NoneType' object", _NEVER),
    "test_microdot.test_413_handler": ("413 != 400", "a body that is too large is refused before it is received, and dispatched"),
    "test_microdot.test_mount_local": ("ValueError: syntax error in JSON", f"its hook adds text to errors, and {_PROBLEM}"),
    "test_response.test_create_from_none": ("204 No Content", "HTTP wants no Content-Length with 204, and the reason is no secret"),
    "test_sse.test_sse_exception": ("ValueError: invalid syntax for integer", "the stream is cut, so that the client sees it"),
}
ESP32 = {
    "test_csrf.test_protect_all_true": ("403 != 204", _GUARD),
    "test_csrf.test_protect_all_false": ("403 != 204", _GUARD),
    "test_csrf.test_allow_subdomains": ("403 != 204", _GUARD),
    "test_csrf.test_allowed_origins": ("403 != 204", _GUARD),
    "test_csrf.test_allowed_origins_with_subdomains": ("403 != 204", _GUARD),
}
ESP8266 = {
    "test_response.test_send_file": ("has no attribute 'send_file'", _FILES),
    "test_response.test_send_file_small_buffer": ("has no attribute 'send_file_buffer_size'", _FILES),
    "test_response.test_send_file_max_age": ("has no attribute 'send_file'", _FILES),
    "test_response.test_send_file_compressed": ("has no attribute 'send_file'", _FILES),
    "test_response.test_send_file_gzip_handling": ("has no attribute 'send_file'", _FILES),
}
# microdot skips these itself
SKIPPED = {"test_websocket.test_websocket_large_message"}
