"""The configuration on FAT, the file system of a Nano ESP32: power is cut at every block that is written, the file stays whole.

FAT shows a file under way to whoever looks, unlike LittleFS, which shows it when it is closed.
"""

from tests.host import engine

SCRIPT = """
import json, os, vfs

class Disk:
    SIZE = 512

    def __init__(self, data):
        self.data, self.left = data, 1 << 30

    def readblocks(self, block, buf):
        buf[:] = self.data[block * 512 : block * 512 + len(buf)]

    def writeblocks(self, block, buf):
        for at in range(0, len(buf), 512):
            if not self.left:
                raise OSError(5)  # the power is gone
            self.left -= 1
            self.data[block * 512 + at : block * 512 + at + 512] = buf[at : at + 512]

    def ioctl(self, op, argument):
        return {4: len(self.data) // 512, 5: 512}.get(op, 0)

def switch_on(data):
    disk = Disk(data)
    vfs.mount(vfs.VfsFat(disk), "/fat")
    return disk

def put(value):
    with open("/fat/config.json", "w") as file:
        json.dump(value, file)

from picorest.config import Config

blank = bytearray(128 * 512)
vfs.VfsFat.mkfs(Disk(blank))
disk = switch_on(blank)
old = {"hostname": "old-name", "wifi": {"networks": [{"ssid": "n" * 30, "password": "p" * 60}] * 8}}
put(old)
vfs.umount("/fat")
seen, broken = [], []
for number in range(200):
    data = bytearray(blank)
    disk = switch_on(data)
    config = Config("/fat/config.json")
    disk.left = number
    try:
        %s
        done = True
    except Exception:
        done = False
    cut = not disk.left
    vfs.umount("/fat")
    switch_on(data)
    config = Config("/fat/config.json")
    seen.append([config.get("hostname"), len(config.get("wifi", "networks"))])
    broken.append(config.broken)
    vfs.umount("/fat")
    if done and not cut:
        break
print(json.dumps([seen, broken, number]))
"""


def run(change):
    return engine.run(SCRIPT % change)


def test_a_change_is_there_whole_or_not_at_all():
    seen, broken, writes = run('config.patch({"hostname": "new-name"})')
    assert broken == [None] * len(broken)
    assert [name for name, _ in seen] == sorted([name for name, _ in seen], reverse=True), seen  # old ones, then new ones
    assert {networks for _, networks in seen} == {8} and (seen[0][0], seen[-1][0]) == ("old-name", "new-name")
    assert writes > 5


def test_written_in_its_place_it_would_be_damaged():
    seen, broken, writes = run('put({"hostname": "new-name"})')
    assert seen[-1] == ["new-name", 0] and writes > 2
    assert any(broken) or any(found not in (["old-name", 8], ["new-name", 0]) for found in seen)
