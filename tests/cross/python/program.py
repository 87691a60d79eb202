"""The command line of the Python peers: `peer.py client FLAGS ADDRESS`, `peer.py server FLAGS`, `peer.py codec PROTOCOL
[OUTPUT-PROTOCOL]`.

The flags are `--protocol`, `--transport` and `--socket`, with the words of tests/cross/mode.rs, and the peer's own. An
address is a port.
"""

import argparse

import calls
import codec
import serve


def run(peer, *options):
    """Runs the program that the arguments ask for, with the peer that `peer(mode)` makes. Options are flags of the peer's
    own, which take no value."""
    parser = argparse.ArgumentParser()
    programs = parser.add_subparsers(dest="program", required=True)
    for program in ["client", "server"]:
        arguments = programs.add_parser(program)
        for flag, default in [("--protocol", "binary"), ("--transport", "buffered"), ("--socket", "tcp")]:
            arguments.add_argument(flag, default=default)
        for option in options:
            arguments.add_argument(option, action="store_true")
        if program == "client":
            arguments.add_argument("address")
    arguments = programs.add_parser("codec")
    arguments.add_argument("protocol")
    arguments.add_argument("output", nargs="?")
    arguments.set_defaults(transport="buffered", socket="tcp", **{option.strip("-").replace("-", "_"): False for option in options})
    mode = parser.parse_args()
    {"client": calls, "server": serve, "codec": codec}[mode.program].run(peer(mode))
