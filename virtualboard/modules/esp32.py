# esp32: what can be told without the chip, and its keys and values in flash.
import _vb

WAKEUP_ALL_LOW = False
WAKEUP_ANY_HIGH = True
HEAP_DATA = 4
HEAP_EXEC = 1


class NVS:
    def __init__(self, namespace):
        if len(namespace) > 15:
            raise OSError(-4361, "ESP_ERR_NVS_INVALID_NAME")
        self._of = namespace + "."

    def _get(self, key):
        found = _vb.fn("ask")("nvs_get", self._of + key)
        if found is None:
            raise OSError(-4354, "ESP_ERR_NVS_NOT_FOUND")
        return _vb.data(found)

    def get_blob(self, key, buffer):
        data = self._get(key)
        if len(data) > len(buffer):
            raise OSError(-4364, "ESP_ERR_NVS_INVALID_LENGTH")
        memoryview(buffer)[: len(data)] = data
        return len(data)

    def set_blob(self, key, value):
        if len(key) > 15:
            raise OSError(-4361, "ESP_ERR_NVS_KEY_TOO_LONG")
        _vb.fn("nvs_set")(self._of + key, value)

    def get_i32(self, key):
        return int.from_bytes(self._get(key), "little")

    def set_i32(self, key, value):
        self.set_blob(key, value.to_bytes(4, "little"))

    def erase_key(self, key):
        self._get(key)
        _vb.fn("nvs_set")(self._of + key)

    def commit(self):
        pass


def mcu_temperature():
    return 45


if _vb.named("chip") == "esp32":

    def raw_temperature():
        return 128


def idf_heap_info(capabilities):
    return [(113840, 30000, 29000, 28000), (15072, 15000, 14000, 13000)]
