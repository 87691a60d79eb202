"""Serves over HTTP until Ctrl-C: `server.py [PORT]`, by default on 127.0.0.1:9090; port 0 takes a free one.

It needs ThriftPy2: `pip install thriftpy2`.
"""

import pathlib
import sys

import thriftpy2
from thriftpy2.http import make_server

IDL = pathlib.Path(__file__).resolve().parent.parent / "example.thrift"
example_thrift = thriftpy2.load(str(IDL), module_name="example_thrift")


class Handler:
    def processRequest(self, message):
        return f"Modified: {message}"


def main(port=9090):
    server = make_server(example_thrift.ExampleService, Handler(), host="127.0.0.1", port=int(port))
    print(f"listening on 127.0.0.1:{server.httpd.server_port}", flush=True)
    try:
        server.serve()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
