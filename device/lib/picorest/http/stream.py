"""Bodies that are files or asynchronous generators; only handlers of the user's have them."""


async def stream(conn, res, keepalive):
    """Send the body of a Response that is a file or an asynchronous generator."""
    parts = res.body if hasattr(res.body, "__anext__") else res.body_iter()
    try:
        async for part in parts:
            if part:
                part = part.encode() if isinstance(part, str) else part
                await conn.flush(b"%x\r\n%s\r\n" % (len(part), part) if keepalive else part)
        if keepalive:
            await conn.flush(b"0\r\n\r\n")
    finally:
        if hasattr(parts, "aclose"):
            await parts.aclose()
