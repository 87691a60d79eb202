"""The command line of the Python peers: `peer.py client FLAGS ADDRESS`, `peer.py server FLAGS`, `peer.py codec PROTOCOL
[OUTPUT-PROTOCOL]`.

The flags are `--protocol`, `--transport` and `--socket`, with the words of tests/cross/mode.rs, `--multiplexed`,
`--certificates DIRECTORY` where the socket is `tls`, and the peer's own. An address is a port, or a path where the socket is
`unix`.
"""

import argparse
import pathlib
import ssl
import tempfile

import calls
import codec
import serve

HOST = "localhost"


def run(peer, *options):
    """Runs the program that the arguments ask for, with the peer that `peer(mode)` makes. Options are flags of the peer's
    own, which take no value."""
    parser = argparse.ArgumentParser()
    parser.add_argument("program", choices=["client", "server", "codec"])
    parser.add_argument("--protocol", default="binary")
    parser.add_argument("--transport", default="buffered")
    parser.add_argument("--socket", default="tcp")
    parser.add_argument("--certificates", type=pathlib.Path)
    for flag in ["--multiplexed", *options]:
        parser.add_argument(flag, action="store_true")
    parser.add_argument("words", nargs="*")
    mode = parser.parse_intermixed_args()
    if mode.program == "client":
        [mode.address] = mode.words
        calls.run(peer(mode))
    elif mode.program == "server":
        serve.run(peer(mode))
    else:
        mode.protocol, *output = mode.words
        codec.run(peer(mode), *output)


def server_context(mode):
    """What a TLS server has to show."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(mode.certificates / "server.pem", mode.certificates / "server.key")
    return context


def client_context(mode):
    """What a TLS client believes."""
    return ssl.create_default_context(cafile=mode.certificates / "ca.pem")


def path_of_socket():
    """A place for a server's Unix socket."""
    return f"{tempfile.mkdtemp()}/socket"
