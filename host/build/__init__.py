"""Turn device/ into what lies on a board's flash, see pipeline.py."""

from host.build.compiler import SKIPPED, BuildError, compile_module, microdot_sources, place_microdot
from host.build.pipeline import BOARDS, DEVICE, FIXED, Build, build, romfs_image

__all__ = ["BOARDS", "DEVICE", "FIXED", "SKIPPED", "Build", "BuildError", "build", "compile_module", "microdot_sources"]
__all__ += ["place_microdot", "romfs_image"]
