"""Runs the Python servers of one test.

A Thrift library takes part by an object `peer`: beside the types (see calls.py) it has

    peer.mode                               the flags of program.py
    peer.processor(idl, service, handler)   what answers the requests of a service
    peer.multiplexed(processors)            what hands requests on to one of these, which it has by their services' names
    peer.server(processor)                  what serves on a free address: a function that serves, and one that gives the
                                            address, or None as long as nothing listens
"""

import os
import sys
import threading
import time

from handler import Beside, Handler, NewerHandler

STARTUP_SECONDS = 30


def run(peer):
    """Serves until the standard input ends, so that no server outlives the test that started it."""
    cross = peer.processor("cross", "Cross", Handler(peer.cross))
    newer = peer.processor("newer", "Cross", NewerHandler(peer.newer))
    # Lacks the methods that `Cross` adds.
    named = peer.processor("cross", "Named", Handler(peer.cross))
    servers = {"cross": cross, "named": named, "newer": newer}
    if peer.mode.multiplexed:
        beside = {"Second": peer.processor("cross", "Second", Beside())}
        if peer.knows_uuids:
            beside["Ids"] = peer.processor("ids", "Ids", Beside())
        servers = {name: peer.multiplexed({"Cross": processor, **beside}) for name, processor in servers.items()}
    servers = {name: peer.server(processor) for name, processor in servers.items()}
    for serve, _ in servers.values():
        threading.Thread(target=serve, daemon=True).start()
    addresses = [f"{name}={wait_for(address)}" for name, (_, address) in servers.items()]
    print("listening", *addresses, flush=True)
    sys.stdin.read()
    os._exit(0)


def wait_for(address):
    deadline = time.monotonic() + STARTUP_SECONDS
    while not address():
        if time.monotonic() > deadline:
            sys.exit("the server does not listen")
        time.sleep(0.005)
    return address()
