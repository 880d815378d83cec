# What this engine's os has beside the common functions.
from uos import VfsFat, VfsLfs2, statvfs, urandom
