"""Compares encodings: reads the hex digits of encoded values of `Everything`, one on a line, and writes the library's own.

A Thrift library takes part by an object `peer`: beside the types (see calls.py) it has `peer.encode(value)`, with an
output protocol behind it where it has one, and `peer.decode(cls, data)`, in its protocol without a message around it. The first value is that of sample.py, which is written
from there, so that its bytes can be compared; others are written as they were read.
"""

import sys

import sample
from calls import same


def run(peer, *output):
    values = [peer.decode(peer.cross.Everything, bytes.fromhex(line)) for line in sys.stdin]
    expected = sample.everything(peer.cross)
    same(values[0], expected)
    for value in [expected] + values[1:]:
        print(peer.encode(value, *output).hex())
