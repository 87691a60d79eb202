"""Compares encodings: reads the hex digits of an encoded `Everything` and writes the library's own.

A Thrift library takes part by an object `peer`: beside the types (see calls.py) it has `peer.encode(value)` and
`peer.decode(cls, data)`, in the binary protocol without a message around it.
"""

import sys

import sample
from calls import same


def run(peer):
    value = sample.everything(peer.cross)
    same(peer.decode(peer.cross.Everything, bytes.fromhex(sys.stdin.read())), value)
    print(peer.encode(value).hex())
