"""A soak as a picture: memory over simulated time, in SVG."""

WIDTH, HEIGHT, LEFT, TOP = 900, 320, 70, 30


def plot(title: str, samples: list[tuple[float, int, int]], restarts: list[float]) -> str:
    """samples: (hours, free bytes, largest free piece); restarts: hours."""
    last = max(samples[-1][0], 1e-9)
    most = max(free for _, free, _ in samples) or 1

    def line(which: int, colour: str) -> str:
        places = ((LEFT + one[0] / last * WIDTH, TOP + HEIGHT - one[which] / most * HEIGHT) for one in samples)
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'

    marks = "".join(
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{TOP + HEIGHT}" stroke="#ccc"/>'
        for x in (LEFT + hour / last * WIDTH for hour in restarts)
    )
    words = [
        (LEFT, 18, title), (LEFT, TOP + HEIGHT + 20, "0 h"), (LEFT + WIDTH - 60, TOP + HEIGHT + 20, f"{last:.0f} h"),
        (5, TOP + 12, f"{most:,} B"), (5, TOP + HEIGHT, "0 B"),
        (LEFT + 250, TOP + HEIGHT + 20, "blue: free, orange: largest free piece, grey: restarts that were asked for"),
    ]  # fmt: skip
    texts = "".join(f'<text x="{x}" y="{y}">{text}</text>' for x, y, text in words)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 20} {TOP + HEIGHT + 40}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>'
        f'{marks}{line(1, "#1f77b4")}{line(2, "#ff7f0e")}{texts}</svg>\n'
    )
