"""Apache's Python library as a peer: `peer.py client MODE PORT`, `peer.py server MODE`, `peer.py codec PROTOCOL
[OUTPUT-PROTOCOL]`.

A mode is a transport (http, buffered, framed), and behind a dash what is not the library's default: `old` writes messages
without a version, `accelerated` encodes and decodes in C. PYTHONPATH names tests/cross/python and the
generated modules.
"""

import contextlib
import importlib
import sys

from thrift.Thrift import TApplicationException
from thrift.protocol.TBinaryProtocol import TBinaryProtocolAcceleratedFactory, TBinaryProtocolFactory
from thrift.protocol.TCompactProtocol import TCompactProtocolFactory
from thrift.protocol.TJSONProtocol import TJSONProtocolFactory, TSimpleJSONProtocolFactory
from thrift.server.THttpServer import THttpServer
from thrift.server.TServer import TThreadedServer
from thrift.transport.THttpClient import THttpClient
from thrift.transport.TSocket import TServerSocket, TSocket
from thrift.transport.TTransport import TBufferedTransportFactory, TFramedTransportFactory, TMemoryBuffer

import calls
import codec
import serve

HOST = "127.0.0.1"
TIMEOUT_MS = 60_000
TRANSPORTS = {"buffered": TBufferedTransportFactory, "framed": TFramedTransportFactory}


PROTOCOLS = {
    "binary": TBinaryProtocolFactory,
    "compact": TCompactProtocolFactory,
    "json": TJSONProtocolFactory,
    "simple-json": TSimpleJSONProtocolFactory,
}


class Peer:
    ApplicationError = TApplicationException

    # What values are encoded in, if that is not the protocol.
    output = None

    def __init__(self, mode="buffered", port=None):
        self.cross = importlib.import_module("cross.ttypes")
        self.newer = importlib.import_module("newer.ttypes")
        self.transport, _, option = mode.partition("-")
        if option == "accelerated":
            self.protocol = TBinaryProtocolAcceleratedFactory(fallback=False)
        else:
            self.protocol = TBinaryProtocolFactory(strictWrite=option != "old")
        self.port = port

    @contextlib.contextmanager
    def client(self, idl, service):
        if self.transport == "http":
            transport = THttpClient(f"http://{HOST}:{self.port}/any/path?query")
            transport.setTimeout(TIMEOUT_MS)
        else:
            socket = TSocket(HOST, self.port)
            socket.setTimeout(TIMEOUT_MS)
            transport = TRANSPORTS[self.transport]().getTransport(socket)
        transport.open()
        with contextlib.closing(transport):
            yield importlib.import_module(f"{idl}.{service}").Client(self.protocol.getProtocol(transport))

    def server(self, idl, service, handler):
        processor = importlib.import_module(f"{idl}.{service}").Processor(handler)
        if self.transport == "http":
            server = THttpServer(processor, (HOST, 0), self.protocol)
            return server.serve, lambda: server.httpd.server_port
        socket = TServerSocket(HOST, 0)
        server = TThreadedServer(processor, socket, TRANSPORTS[self.transport](), self.protocol)
        return server.serve, lambda: socket.handle and socket.handle.getsockname()[1]

    def encode(self, value):
        transport = TMemoryBuffer()
        value.write((self.output or self.protocol).getProtocol(transport))
        return transport.getvalue()

    def decode(self, cls, data):
        value = cls()
        value.read(self.protocol.getProtocol(TMemoryBuffer(data)))
        return value


def main(program, *arguments):
    if program == "client":
        mode, port = arguments
        calls.run(Peer(mode, int(port)))
    elif program == "server":
        serve.run(Peer(*arguments))
    else:
        peer = Peer()
        peer.protocol, *output = (PROTOCOLS[name]() for name in arguments)
        peer.output = output[0] if output else None
        codec.run(peer)


if __name__ == "__main__":
    main(*sys.argv[1:])
