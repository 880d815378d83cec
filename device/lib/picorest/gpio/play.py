"""What PWM plays: tunes on a buzzer, and fading light. A task of its own, which ends when somebody else drives the pin.

On an ESP8266 only with links or alarms."""

from asyncio import create_task, sleep_ms

from .. import clock
from ..config.tune import notes

_STEP = const(40)  # ms


def tune(pins, line, text, seconds):
    """Play a tune once, or again and again for so many seconds; then the pin is what it was before."""
    length = 0
    for hz, ms in notes(text):
        length += ms
        first = hz or 1000
    fresh = not line.mode
    pins.apply(line, pins.plan(line, {"pwm": 0.5, "freq": first, "for": seconds or length / 1000}))
    if fresh:
        line.back = "out", 0, None, None
    create_task(_sound(line, text, _ours(line), seconds))


def fade(pins, line, duty, seconds):
    """Go to a duty, 0..1, within so many seconds."""
    start = line.duty() if line.pwm else line.output()
    if not line.pwm or line.expires is not None:
        pins.apply(line, pins.plan(line, {"pwm": start}))
    create_task(_fade(line, start, duty, int(seconds * 1000), pins.board.chip, _ours(line)))


def stop(pins, line):
    """End a tune, a lease or a fade now: what comes after it, comes at once."""
    if line.expires is not None:
        mode, level, pull, pwm = line.back
        if line.safe is not None:
            mode, level, pull, pwm = "out", line.safe, None, None
        pins.apply(line, (mode or "out", level, pull, pwm, None))
    elif line.pwm:
        _ours(line)


def _ours(line):
    # a new object, by which a task knows that nobody has driven the pin since
    line.pwm = line.pwm[:2] + (line.pwm[2],)
    return line.pwm


async def _sound(line, text, ours, again):
    at = clock.ticks_ms()
    while True:
        for hz, ms in notes(text):
            if line.pwm is not ours:
                return
            if hz:
                ours[2].freq(hz)
            ours[2].duty_u16(32768 if hz else 65535 * line.invert)
            at = clock.ticks_add(at, ms)
            while line.pwm is ours and clock.ticks_diff(at, clock.ticks_ms()) > 0:
                await sleep_ms(min(_STEP, clock.ticks_diff(at, clock.ticks_ms())))
        if not again:
            return


async def _fade(line, start, duty, ms, chip, ours):
    begin = clock.ticks_ms()
    now = 0
    while now < ms and line.pwm is ours:
        now = min(clock.ticks_diff(clock.ticks_ms(), begin), ms)
        part = start + (duty - start) * now / ms
        if line.invert:
            part = 1 - part
        # an ESP8266 cuts off to the next of its 1024 steps
        ours[2].duty_u16(min(round(part * 65535) + (32 if chip == "esp8266" else 0), 65535))
        line.level()
        if now < ms:
            await sleep_ms(_STEP)
    if line.pwm is ours:
        line.pwm = (duty, ours[1], ours[2])
        line.rev += 1
