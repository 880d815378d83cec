"""The least of `esp`: the head of an image whose flash runs in DIO mode, so that GPIO10 is free."""


def flash_read(offset, target):
    target[:4] = b"\xe9\x01\x02\x40"
