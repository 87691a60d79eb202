"""Apache's Python library as a peer: see tests/cross/python/program.py. `--accelerated` encodes and decodes in C.

PYTHONPATH names tests/cross/python and the generated modules.
"""

import contextlib
import importlib

from thrift.Thrift import TApplicationException
from thrift.protocol.TBinaryProtocol import TBinaryProtocolAcceleratedFactory, TBinaryProtocolFactory
from thrift.protocol.TCompactProtocol import TCompactProtocolFactory
from thrift.protocol.TJSONProtocol import TJSONProtocolFactory, TSimpleJSONProtocolFactory
from thrift.server.THttpServer import THttpServer
from thrift.server.TServer import TThreadedServer
from thrift.transport.THttpClient import THttpClient
from thrift.transport.TSocket import TServerSocket, TSocket
from thrift.transport.TTransport import TBufferedTransportFactory, TFramedTransportFactory, TMemoryBuffer

import program

HOST = "127.0.0.1"
TIMEOUT_MS = 60_000
TRANSPORTS = {"buffered": TBufferedTransportFactory, "framed": TFramedTransportFactory}
PROTOCOLS = {
    "binary": TBinaryProtocolFactory,
    "binary-old": lambda: TBinaryProtocolFactory(strictWrite=False),
    "compact": TCompactProtocolFactory,
    "json": TJSONProtocolFactory,
    "simple-json": TSimpleJSONProtocolFactory,
}
ACCELERATED = {"binary": lambda: TBinaryProtocolAcceleratedFactory(fallback=False)}


class Peer:
    ApplicationError = TApplicationException

    def __init__(self, mode):
        self.cross = importlib.import_module("cross.ttypes")
        self.newer = importlib.import_module("newer.ttypes")
        self.mode = mode
        self.protocol = (ACCELERATED if mode.accelerated else PROTOCOLS)[mode.protocol]()

    @contextlib.contextmanager
    def client(self, idl, service):
        if self.mode.transport == "http":
            transport = THttpClient(f"http://{HOST}:{self.mode.address}/any/path?query")
            transport.setTimeout(TIMEOUT_MS)
        else:
            socket = TSocket(HOST, int(self.mode.address))
            socket.setTimeout(TIMEOUT_MS)
            transport = TRANSPORTS[self.mode.transport]().getTransport(socket)
        transport.open()
        with contextlib.closing(transport):
            yield importlib.import_module(f"{idl}.{service}").Client(self.protocol.getProtocol(transport))

    def server(self, idl, service, handler):
        processor = importlib.import_module(f"{idl}.{service}").Processor(handler)
        if self.mode.transport == "http":
            server = THttpServer(processor, (HOST, 0), self.protocol)
            return server.serve, lambda: server.httpd.server_port
        socket = TServerSocket(HOST, 0)
        server = TThreadedServer(processor, socket, TRANSPORTS[self.mode.transport](), self.protocol)
        return server.serve, lambda: socket.handle and socket.handle.getsockname()[1]

    def encode(self, value):
        transport = TMemoryBuffer()
        protocol = PROTOCOLS[self.mode.output]() if self.mode.output else self.protocol
        value.write(protocol.getProtocol(transport))
        return transport.getvalue()

    def decode(self, cls, data):
        value = cls()
        value.read(self.protocol.getProtocol(TMemoryBuffer(data)))
        return value


if __name__ == "__main__":
    program.run(Peer, "--accelerated")
