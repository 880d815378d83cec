"""Changing the configuration, for every route that does."""

from ..problem import Problem
from ..services import SAFE


def store(app, change):
    """Apply a merge patch, check the whole, store it, and start what it asks for. Returns the keys that wait for a restart."""
    app.release()  # this takes more memory than anything else
    try:
        if app.memory_reserve and app.outbound is True and not app.late:
            raise MemoryError  # it is called again when nobody asks other servers
        restart = app.config.patch(change)
    except MemoryError:
        if not app.late:
            raise
        from ..recovery import shed

        if not shed(app):
            raise
        detail = "Services were stopped to make room for this: send it once more, and see GET /health then."
        raise Problem("out-of-memory", detail, retry_after=1) from None
    from .. import log

    log.add(app.board, log.CONFIG, ", ".join(change))
    app.apply_access_settings()
    if app.board.chip != "esp8266" and app.mode != SAFE:  # alarms and the weather do not wait for a restart
        from ..services import follow

        follow(app)
    return restart
