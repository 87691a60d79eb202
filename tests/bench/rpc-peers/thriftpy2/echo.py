"""ThriftPy2 in the RPC benchmark, with what it has in Cython: binary messages.

Servers `thriftpy2-buffered`, `thriftpy2-framed` and `thriftpy2-http`, client `thriftpy2-framed`; see README.md in tests/bench/rpc.
The server is the one that its `make_server` makes, with a thread for each connection; its HTTP server has one thread, and ends each
connection with the reply. Sockets have no timeout: with one, Python asks before each read and write whether it may.
"""

import argparse
import http.server
import logging
import os
import pathlib
import socket
import sys
import threading

import thriftpy2
from thriftpy2.http import THttpServer
from thriftpy2.protocol import TBinaryProtocolFactory
from thriftpy2.server import TThreadedServer
from thriftpy2.thrift import TClient, TProcessor
from thriftpy2.transport import TBufferedTransportFactory, TFramedTransportFactory, TServerSocket, TSocket

HOST = "127.0.0.1"
IDL = pathlib.Path(__file__).resolve().parents[2] / "rpc" / "idl" / "echo.thrift"
Echo = thriftpy2.load(str(IDL), module_name="echo_thrift").Echo


def main():
    arguments = parse()
    if arguments.role == "server":
        serve(arguments.name)
    else:
        call(arguments)


def parse():
    parser = argparse.ArgumentParser()
    roles = parser.add_subparsers(dest="role", required=True)
    server = roles.add_parser("server")
    server.add_argument("name", choices=["thriftpy2-buffered", "thriftpy2-framed", "thriftpy2-http"])
    server.add_argument("--threads", type=int)
    client = roles.add_parser("client")
    client.add_argument("name", choices=["thriftpy2-framed"])
    client.add_argument("--connect", required=True)
    client.add_argument("--connections", type=int, required=True)
    client.add_argument("--calls", type=int, required=True)
    client.add_argument("--payload", type=int, required=True)
    client.add_argument("--method", choices=["echo", "echo_binary"], required=True)
    return parser.parse_args()


class Handler:
    def echo(self, message):
        return message

    def echo_binary(self, data):
        return data


class Listener(TServerSocket):
    """Says where it listens. The library leaves TCP_NODELAY to others; on Linux connections have it from the listener."""

    def listen(self):
        super().listen()
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        say(self.sock.getsockname()[1])


def serve(name):
    threading.Thread(target=end_with_stdin, daemon=True).start()
    # A connection that its client resets is an error to it.
    logging.disable()
    processor, protocol = TProcessor(Echo, Handler()), TBinaryProtocolFactory()
    if name == "thriftpy2-http":
        server = THttpServer(processor, (HOST, 0), TBufferedTransportFactory(), protocol, HttpServer)
        # It would write a line for each request.
        server.httpd.RequestHandlerClass.log_message = lambda *_: None
        say(server.httpd.server_port)
    else:
        transport = TFramedTransportFactory() if name == "thriftpy2-framed" else TBufferedTransportFactory()
        server = TThreadedServer(processor, Listener(HOST, 0, client_timeout=None), iprot_factory=protocol, itrans_factory=transport)
    server.serve()


class HttpServer(http.server.HTTPServer):
    # With the five that is the default, most of many clients would try to connect again, a second later.
    request_queue_size = 1024

    def handle_error(self, *_):
        """It would tell of connections that the load generator ends, and who lacks a reply notices."""


def end_with_stdin():
    sys.stdin.read()
    os._exit(0)


def call(arguments):
    if arguments.connections != arguments.calls:
        sys.exit("a connection has one call at a time")
    callers = [Caller(arguments) for _ in range(arguments.calls)]
    for caller in callers:
        threading.Thread(target=caller.run, daemon=True).start()
    for caller in callers:
        caller.started.wait()
    say("ready")
    for _ in sys.stdin:
        say(sum(caller.replies for caller in callers))
    os._exit(0)


class Caller:
    """Calls over a connection of its own until the process ends."""

    def __init__(self, arguments):
        host, port = arguments.connect.split(":")
        transport = TFramedTransportFactory().get_transport(TSocket(host, int(port)))
        transport.open()
        client = TClient(Echo, TBinaryProtocolFactory().get_protocol(transport))
        self.call = getattr(client, arguments.method)
        text = "x" * arguments.payload
        self.payload = text if arguments.method == "echo" else text.encode()
        self.replies = 0
        self.started = threading.Event()

    def run(self):
        try:
            while True:
                if self.call(self.payload) != self.payload:
                    raise ValueError("a reply with something else than was sent")
                self.replies += 1
                if self.replies == 1:
                    self.started.set()
        except Exception as why:
            print(why, file=sys.stderr, flush=True)
            os._exit(1)


def say(what):
    print(what, flush=True)


if __name__ == "__main__":
    main()
