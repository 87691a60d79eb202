"""Apache's Python library as a peer: see tests/cross/python/program.py. `--accelerated` encodes and decodes in C.

PYTHONPATH names tests/cross/python and the generated modules.
"""

import contextlib
import importlib

from thrift.protocol.TBinaryProtocol import TBinaryProtocolAcceleratedFactory, TBinaryProtocolFactory
from thrift.protocol.TCompactProtocol import TCompactProtocolAcceleratedFactory, TCompactProtocolFactory
from thrift.protocol.THeaderProtocol import THeaderProtocolFactory
from thrift.protocol.TJSONProtocol import TJSONProtocolFactory, TSimpleJSONProtocolFactory
from thrift.protocol.TMultiplexedProtocol import TMultiplexedProtocol
from thrift.server.THttpServer import THttpServer
from thrift.server.TServer import TThreadedServer
from thrift.Thrift import TApplicationException
from thrift.TMultiplexedProcessor import TMultiplexedProcessor
from thrift.transport.THeaderTransport import THeaderSubprotocolID, THeaderTransformID
from thrift.transport.THttpClient import THttpClient
from thrift.transport.TSocket import TServerSocket, TSocket
from thrift.transport.TSSLSocket import TSSLServerSocket, TSSLSocket
from thrift.transport.TTransport import TBufferedTransport, TFramedTransport, TMemoryBuffer
from thrift.transport.TZlibTransport import TZlibTransport

import ids
import program

TIMEOUT_MS = 60_000
# What a session may take in, uncompressed: the library's default of 16 MB is for all of its messages together.
ZLIB_BYTES = 1 << 30
ZLIB_LEVEL = 6

PROTOCOLS = {
    "binary": TBinaryProtocolFactory,
    "binary-old": lambda: TBinaryProtocolFactory(strictWrite=False),
    "compact": TCompactProtocolFactory,
    "json": TJSONProtocolFactory,
    "simple-json": TSimpleJSONProtocolFactory,
}
ACCELERATED = {
    "binary": lambda: TBinaryProtocolAcceleratedFactory(fallback=False),
    "compact": lambda: TCompactProtocolAcceleratedFactory(fallback=False),
}
IN_HEADER = {"binary": THeaderSubprotocolID.BINARY, "compact": THeaderSubprotocolID.COMPACT}


class Whole(TBufferedTransport):
    """Gives all that is asked for. The JSON protocol counts on it for an escape such as `\\u0000`, and misreads one at the
    buffer's end."""

    def read(self, size):
        found = super().read(size)
        while 0 < len(found) < size:
            found += super().read(size - len(found))
        return found


class Transports:
    """What goes around a socket, on both sides: in the place of the library's factories, of which the one for zlib is not
    for servers with threads."""

    def __init__(self, mode):
        self.name = mode.transport
        self.buffered = Whole if mode.protocol == "json" else TBufferedTransport

    def getTransport(self, socket):
        if self.name.startswith("framed"):
            socket = TFramedTransport(socket)
        if self.name in ("zlib", "framed-zlib"):
            socket = TZlibTransport(socket, ZLIB_LEVEL, ZLIB_BYTES)
        return socket if self.name == "framed" else self.buffered(socket)


class CompressedHeader(THeaderProtocolFactory):
    """What is written is compressed."""

    def getProtocol(self, trans):
        protocol = super().getProtocol(trans)
        protocol.add_transform(THeaderTransformID.ZLIB)
        return protocol


HEADERS = {"header": THeaderProtocolFactory, "header-zlib": CompressedHeader}


class Peer:
    ApplicationError = TApplicationException
    knows_uuids = True

    def __init__(self, mode):
        self.cross = importlib.import_module("cross.ttypes")
        self.newer = importlib.import_module("newer.ttypes")
        self.mode = mode
        if mode.transport in HEADERS:
            self.protocol = HEADERS[mode.transport](default_protocol=IN_HEADER[mode.protocol])
        else:
            self.protocol = (ACCELERATED if mode.accelerated else PROTOCOLS)[mode.protocol]()

    @contextlib.contextmanager
    def client(self, idl, service, name=None):
        transport = self.http() if self.mode.transport == "http" else self.connected()
        transport.open()
        protocol = self.protocol.getProtocol(transport)
        if self.mode.multiplexed:
            protocol = TMultiplexedProtocol(protocol, name or service)
        with contextlib.closing(transport):
            yield self.module(idl, service).Client(protocol)

    def http(self):
        host = f"{program.HOST}:{self.mode.address}/any/path?query"
        if self.mode.socket == "tls":
            transport = THttpClient(f"https://{host}", ssl_context=program.client_context(self.mode))
        else:
            transport = THttpClient(f"http://{host}")
        transport.setTimeout(TIMEOUT_MS)
        return transport

    def connected(self):
        address = self.mode.address
        if self.mode.socket == "unix":
            socket = TSocket(unix_socket=address)
        elif self.mode.socket == "tls":
            socket = TSSLSocket(program.HOST, int(address), ssl_context=program.client_context(self.mode))
        else:
            socket = TSocket(program.HOST, int(address))
        socket.setTimeout(TIMEOUT_MS)
        return Transports(self.mode).getTransport(socket)

    def processor(self, idl, service, handler):
        return self.module(idl, service).Processor(handler)

    def module(self, idl, service):
        return ids if idl == "ids" else importlib.import_module(f"{idl}.{service}")

    def multiplexed(self, processors):
        multiplexed = TMultiplexedProcessor()
        for service, processor in processors.items():
            multiplexed.registerProcessor(service, processor)
        return multiplexed

    def server(self, processor):
        if self.mode.transport == "http":
            return self.http_server(processor)
        if self.mode.socket == "unix":
            path = program.path_of_socket()
            socket = TServerSocket(unix_socket=path)
        elif self.mode.socket == "tls":
            socket = TSSLServerSocket(program.HOST, 0, ssl_context=program.server_context(self.mode))
        else:
            socket = TServerSocket(program.HOST, 0)

        def address():
            return socket.handle and (socket._unix_socket or socket.handle.getsockname()[1])

        return TThreadedServer(processor, socket, Transports(self.mode), self.protocol).serve, address

    def http_server(self, processor):
        files = {}
        if self.mode.socket == "tls":
            files = {f"{name}_file": self.mode.certificates / f"server.{end}" for name, end in [("cert", "pem"), ("key", "key")]}
        server = THttpServer(processor, (program.HOST, 0), self.protocol, **files)
        return server.serve, lambda: server.httpd.server_port

    def encode(self, value, output=None):
        transport = TMemoryBuffer()
        protocol = PROTOCOLS[output]() if output else self.protocol
        value.write(protocol.getProtocol(transport))
        return transport.getvalue()

    def decode(self, cls, data):
        value = cls()
        value.read(self.protocol.getProtocol(TMemoryBuffer(data)))
        return value


if __name__ == "__main__":
    program.run(Peer, "--accelerated")
