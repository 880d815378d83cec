# esp32: what can be told without the chip.
import _vb

WAKEUP_ALL_LOW = False
WAKEUP_ANY_HIGH = True
HEAP_DATA = 4
HEAP_EXEC = 1


def mcu_temperature():
    return 45


if _vb.named("chip") == "esp32":

    def raw_temperature():
        return 128


def idf_heap_info(capabilities):
    return [(113840, 30000, 29000, 28000), (15072, 15000, 14000, 13000)]
