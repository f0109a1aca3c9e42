"""A model that is a command, without a library: `command.py INPUT OUTPUT VALUE THRESHOLD SECONDS [SLICES]`.

Value where HU are above the threshold, after some seconds; or, with fewer slices, an answer on another grid.
"""

import gzip
import struct
import sys
import time
from array import array
from pathlib import Path

source, target, value, threshold, seconds, *fewer = sys.argv[1:]
header_and_voxels = gzip.decompress(Path(source).read_bytes())
header, voxels = bytearray(header_and_voxels[:352]), array("h", header_and_voxels[352:])
time.sleep(float(seconds))
mask = bytes(int(value) if voxel > int(threshold) else 0 for voxel in voxels)
struct.pack_into("<hh", header, 70, 2, 8)
if fewer:
    columns, rows = struct.unpack_from("<hh", header, 42)
    struct.pack_into("<h", header, 46, int(fewer[0]))
    mask = mask[: columns * rows * int(fewer[0])]
Path(target).write_bytes(gzip.compress(bytes(header) + mask, 1))
