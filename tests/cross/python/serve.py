"""Runs the Python servers of one test.

A Thrift library takes part by an object `peer`: beside the types (see calls.py) it has

    peer.server(idl, service, handler)   what serves on a free port of 127.0.0.1: a function that serves, and one that
                                         gives the port, or None as long as nothing listens
"""

import os
import sys
import threading
import time

from handler import Handler, NewerHandler

STARTUP_SECONDS = 30


def run(peer):
    """Serves until the standard input ends, so that no server outlives the test that started it."""
    servers = {
        "cross": peer.server("cross", "Cross", Handler(peer.cross)),
        # Lacks the methods that `Cross` adds.
        "named": peer.server("cross", "Named", Handler(peer.cross)),
        "newer": peer.server("newer", "Cross", NewerHandler(peer.newer)),
    }
    for serve, _ in servers.values():
        threading.Thread(target=serve, daemon=True).start()
    ports = [f"{name}={wait_for(port)}" for name, (_, port) in servers.items()]
    print("listening", *ports, flush=True)
    sys.stdin.read()
    os._exit(0)


def wait_for(port):
    deadline = time.monotonic() + STARTUP_SECONDS
    while not port():
        if time.monotonic() > deadline:
            sys.exit("the server does not listen")
        time.sleep(0.005)
    return port()
