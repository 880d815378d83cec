"""What the board's process is told when it starts: the chip's facts, files and addresses, as plain values."""

from .shared_memory import RAW

FLASH_MODES = {"qio": 0, "qout": 1, "dio": 2, "dout": 3}
_RELEASE = "1.29.0"
VERSION = f"v{_RELEASE} on 2026-07-05"


def facts(supervisor):
    """The setup, but for the heap's size; the device side reads it by name (modules/_vb.py, fact and named)."""
    board, chip, store = supervisor.profile, supervisor.profile.chip, supervisor.store
    path, _ = supervisor.engine.image()
    return {
        "shims": str(path),
        "shims_size": path.stat().st_size,
        # flash
        "flash": str(store.flash),
        "romfs": str(store.romfs) if store.romfs else None,
        "fs_size": board.fs_size,
        "fs_start": board.fs_start,
        "fs_block": board.fs_block,
        "flash_size": board.flash_size,
        "romfs_size": board.romfs_size,
        "header": bytes((0xE9, 1, supervisor.flash_mode, 0x40)) + bytes(28),
        # pins
        "pins": bytes(sorted(chip.pins)),
        "input_only": bytes(sorted(chip.input_only)),
        "no_irq": bytes(sorted(chip.pins - chip.irq)),
        "pwm": bytes(sorted(chip.pwm)),
        "pwm_channels": chip.pwm_channels,
        "pwm_max": chip.pwm_max,
        "adc": bytes(sorted(chip.adc)),
        "idle": board.idle,
        "fatal": _fatal(chip, supervisor.flash_mode),
        "names": " ".join(f"{name}={number}" for name, number in board.aliases.items()),
        # names and numbers of the port
        "chip": chip.name,
        "port": chip.port,
        "hidden": chip.hidden,
        "mhz": chip.mhz,
        "mac": board.mac,
        "machine": board.machine,
        "build": board.build,
        "release": _RELEASE,
        "version": VERSION,
        "version_text": f"3.4.0; MicroPython {VERSION}",
        "calls": supervisor.calls,
        # this boot
        "cause": chip.reset_causes[supervisor.cause],
        "raw": bool(supervisor.page.byte(RAW)),
        # network
        "bind": supervisor.bind,
        "online": supervisor.online,
        "sockets": chip.sockets,
        "services": {} if supervisor.online else supervisor.neighbours.services(supervisor.standins.ports),
        **supervisor.engine.facts(board, supervisor.heap),
    }


def _fatal(chip, flash_mode):
    """Pins whose driving stops the processor, because the flash chip needs them."""
    if chip.name == "esp8266":
        return {9, 10} if flash_mode in (FLASH_MODES["qio"], FLASH_MODES["qout"]) else {9}
    return set(range(6, 12)) if chip.name == "esp32" else set()
