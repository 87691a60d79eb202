"""ThriftPy2 as a peer: see tests/cross/python/program.py. `--keep-alive` keeps HTTP connections.

PYTHONPATH names tests/cross/python.
"""

import contextlib
import pathlib

import thriftpy2
import thriftpy2.http
import thriftpy2.rpc
from thriftpy2.protocol import TBinaryProtocolFactory, TCompactProtocolFactory
from thriftpy2.server import TThreadedServer
from thriftpy2.thrift import TApplicationException, TProcessor
from thriftpy2.transport import TBufferedTransportFactory, TFramedTransportFactory, TServerSocket
from thriftpy2.utils import deserialize, serialize

import program

TESTS = pathlib.Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
TIMEOUT_MS = 60_000
TRANSPORTS = {"buffered": TBufferedTransportFactory, "framed": TFramedTransportFactory}
PROTOCOLS = {
    "binary": lambda: TBinaryProtocolFactory(strict_read=False),
    "binary-old": lambda: TBinaryProtocolFactory(strict_read=False, strict_write=False),
    "compact": TCompactProtocolFactory,
}


class Peer:
    ApplicationError = TApplicationException

    def __init__(self, mode):
        self.cross = thriftpy2.load(str(TESTS / "golden" / "cross" / "cross.thrift"), module_name="cross_thrift")
        self.newer = thriftpy2.load(str(TESTS / "cross" / "newer.thrift"), module_name="newer_thrift")
        self.mode = mode
        self.protocol = PROTOCOLS[mode.protocol]()

    def service(self, idl, name):
        return getattr(getattr(self, idl), name)

    @contextlib.contextmanager
    def client(self, idl, service):
        settings = dict(host=HOST, port=int(self.mode.address), proto_factory=self.protocol, timeout=TIMEOUT_MS)
        if self.mode.transport == "http":
            make_client = thriftpy2.http.make_client
            settings.update(keep_alive=self.mode.keep_alive)
        else:
            make_client = thriftpy2.rpc.make_client
            settings.update(trans_factory=TRANSPORTS[self.mode.transport]())
        client = make_client(self.service(idl, service), **settings)
        with contextlib.closing(client):
            yield client

    def server(self, idl, service, handler):
        if self.mode.transport == "http":
            server = thriftpy2.http.make_server(
                self.service(idl, service), handler, host=HOST, port=0, proto_factory=self.protocol
            )
            return server.serve, lambda: server.httpd.server_port
        # As thriftpy2.rpc.make_server, which refuses port 0.
        server = TThreadedServer(
            TProcessor(self.service(idl, service), handler),
            TServerSocket(HOST, 0, client_timeout=TIMEOUT_MS),
            iprot_factory=self.protocol,
            itrans_factory=TRANSPORTS[self.mode.transport](),
        )
        return server.serve, lambda: server.trans.sock and server.trans.sock.getsockname()[1]

    def encode(self, value):
        return serialize(value, proto_factory=self.protocol)

    def decode(self, cls, data):
        return deserialize(cls(), data, proto_factory=self.protocol)


if __name__ == "__main__":
    program.run(Peer, "--keep-alive")
