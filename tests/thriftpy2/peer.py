"""ThriftPy2 as a peer: see tests/cross/python/program.py. `--keep-alive` keeps HTTP connections.

PYTHONPATH names tests/cross/python.
"""

import contextlib
import pathlib

import thriftpy2
from thriftpy2.http import THttpClient, THttpServer
from thriftpy2.protocol import TApacheJSONProtocolFactory, TBinaryProtocolFactory, TCompactProtocolFactory, TMultiplexedProtocolFactory
from thriftpy2.server import TThreadedServer
from thriftpy2.thrift import TApplicationException, TClient, TMultiplexedProcessor, TProcessor
from thriftpy2.transport import (
    TBufferedTransportFactory,
    TFramedTransportFactory,
    TServerSocket,
    TSocket,
    TSSLServerSocket,
    TSSLSocket,
)
from thriftpy2.utils import deserialize, serialize

import program

TESTS = pathlib.Path(__file__).resolve().parent.parent
TIMEOUT_MS = 60_000
TRANSPORTS = {"buffered": TBufferedTransportFactory, "framed": TFramedTransportFactory, "http": TBufferedTransportFactory}
PROTOCOLS = {
    "binary": lambda: TBinaryProtocolFactory(strict_read=False),
    "binary-old": lambda: TBinaryProtocolFactory(strict_read=False, strict_write=False),
    "compact": TCompactProtocolFactory,
    "json": TApacheJSONProtocolFactory,
}


class Peer:
    ApplicationError = TApplicationException
    knows_uuids = False

    def __init__(self, mode):
        self.cross = thriftpy2.load(str(TESTS / "golden" / "cross" / "cross.thrift"), module_name="cross_thrift")
        self.newer = thriftpy2.load(str(TESTS / "cross" / "newer.thrift"), module_name="newer_thrift")
        self.mode = mode
        self.protocol = PROTOCOLS[mode.protocol]()
        self.transport = TRANSPORTS[mode.transport]()

    def service(self, idl, name):
        return getattr(getattr(self, idl), name)

    @contextlib.contextmanager
    def client(self, idl, service, name=None):
        protocol = self.protocol
        if self.mode.multiplexed:
            protocol = TMultiplexedProtocolFactory(protocol, name or service)
        transport = self.transport.get_transport(self.socket())
        transport.open()
        client = TClient(self.service(idl, service), protocol.get_protocol(transport))
        with contextlib.closing(client):
            yield client

    def socket(self):
        address, timeouts = self.mode.address, dict(socket_timeout=TIMEOUT_MS, connect_timeout=TIMEOUT_MS)
        if self.mode.transport == "http":
            scheme = "https" if self.mode.socket == "tls" else "http"
            return THttpClient(
                f"{scheme}://{program.HOST}:{address}/any/path?query", timeout=TIMEOUT_MS, keep_alive=self.mode.keep_alive,
                ssl_context_factory=lambda: program.client_context(self.mode),
            )
        if self.mode.socket == "unix":
            return TSocket(unix_socket=address, **timeouts)
        if self.mode.socket == "tls":
            return TSSLSocket(program.HOST, int(address), ssl_context=program.client_context(self.mode), **timeouts)
        return TSocket(program.HOST, int(address), **timeouts)

    def processor(self, idl, service, handler):
        return TProcessor(self.service(idl, service), handler)

    def multiplexed(self, processors):
        multiplexed = TMultiplexedProcessor()
        for service, processor in processors.items():
            multiplexed.register_processor(service, processor)
        return multiplexed

    def server(self, processor):
        if self.mode.transport == "http":
            server = THttpServer(processor, (program.HOST, 0), self.transport, self.protocol)
            return server.serve, lambda: server.httpd.server_port
        if self.mode.socket == "unix":
            socket = TServerSocket(unix_socket=program.path_of_socket(), client_timeout=TIMEOUT_MS)
        elif self.mode.socket == "tls":
            context = program.server_context(self.mode)
            socket = TSSLServerSocket(program.HOST, 0, client_timeout=TIMEOUT_MS, ssl_context=context)
        else:
            socket = TServerSocket(program.HOST, 0, client_timeout=TIMEOUT_MS)
        server = TThreadedServer(processor, socket, iprot_factory=self.protocol, itrans_factory=self.transport)
        return server.serve, lambda: socket.sock and (socket.unix_socket or socket.sock.getsockname()[1])

    def encode(self, value):
        return serialize(value, proto_factory=self.protocol)

    def decode(self, cls, data):
        return deserialize(cls(), data, proto_factory=self.protocol)


if __name__ == "__main__":
    program.run(Peer, "--keep-alive")
