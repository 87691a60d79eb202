#include "stack.h"

#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/protocol/TCompactProtocol.h>
#include <thrift/protocol/THeaderProtocol.h>
#include <thrift/protocol/TJSONProtocol.h>
#include <thrift/protocol/TMultiplexedProtocol.h>
#include <thrift/server/TNonblockingServer.h>
#include <thrift/server/TThreadedServer.h>
#include <thrift/transport/TBufferTransports.h>
#include <thrift/transport/THttpClient.h>
#include <thrift/transport/THttpServer.h>
#include <thrift/transport/TNonblockingServerSocket.h>
#include <thrift/transport/TSSLServerSocket.h>
#include <thrift/transport/TSSLSocket.h>
#include <thrift/transport/TServerSocket.h>
#include <thrift/transport/TSocket.h>
#include <thrift/transport/TZlibTransport.h>

using namespace apache::thrift;
using namespace apache::thrift::protocol;
using namespace apache::thrift::server;
using namespace apache::thrift::transport;
using std::make_shared;
using std::shared_ptr;
using std::string;

namespace {

const char* const HOST = "127.0.0.1";
const int TIMEOUT_MS = 30'000;

shared_ptr<TProtocolFactory> plain_protocol(const string& name) {
  if (name == "binary") return make_shared<TBinaryProtocolFactory>();
  if (name == "binary-old") {
    const bool strict_read = false, strict_write = false;
    return make_shared<TBinaryProtocolFactory>(0, 0, strict_read, strict_write);
  }
  if (name == "compact") return make_shared<TCompactProtocolFactory>();
  if (name == "json") return make_shared<TJSONProtocolFactory>();
  throw Unsupported("no protocol " + name);
}

bool is_header(const Stack& stack) {
  return stack.transport == "header" || stack.transport == "header-zlib";
}

// THeader is a protocol to this library: it is the transport, and has the protocol in it.
struct HeaderFactory : TProtocolFactory {
  explicit HeaderFactory(const Stack& stack) : zlib(stack.transport == "header-zlib") {
    if (stack.protocol == "binary") {
      id = T_BINARY_PROTOCOL;
    } else if (stack.protocol == "compact") {
      id = T_COMPACT_PROTOCOL;
    } else {
      throw Unsupported("THeaderProtocol has binary and compact only");
    }
  }

  shared_ptr<TProtocol> getProtocol(shared_ptr<TTransport> transport) override {
    return getProtocol(transport, transport);
  }

  shared_ptr<TProtocol> getProtocol(shared_ptr<TTransport> in, shared_ptr<TTransport> out) override {
    auto protocol = make_shared<THeaderProtocol>(in, out, id);
    if (zlib) {
      std::dynamic_pointer_cast<THeaderTransport>(protocol->getTransport())
          ->setTransform(THeaderTransport::ZLIB_TRANSFORM);
    }
    return protocol;
  }

  uint16_t id;
  bool zlib;
};

shared_ptr<TProtocolFactory> protocol_factory(const Stack& stack) {
  if (is_header(stack)) return make_shared<HeaderFactory>(stack);
  return plain_protocol(stack.protocol);
}

// The transports that are the same on both sides; a server has HTTP on its own.
shared_ptr<TTransportFactory> transport_factory(const Stack& stack) {
  const string& name = stack.transport;
  if (name == "framed") return make_shared<TFramedTransportFactory>();
  if (name == "buffered" || is_header(stack)) return make_shared<TBufferedTransportFactory>();
  if (name == "zlib") return make_shared<TZlibTransportFactory>(make_shared<TBufferedTransportFactory>());
  if (name == "framed-zlib") return make_shared<TZlibTransportFactory>(make_shared<TFramedTransportFactory>());
  if (name == "http") return make_shared<THttpServerTransportFactory>();
  throw Unsupported("no transport " + name);
}

shared_ptr<TSSLSocketFactory> tls(const Stack& stack, const string& who) {
  auto factory = make_shared<TSSLSocketFactory>(SSLTLS);
  factory->loadTrustedCertificates((stack.certificates + "/ca.pem").c_str());
  factory->loadCertificate((stack.certificates + "/" + who + ".pem").c_str());
  factory->loadPrivateKey((stack.certificates + "/" + who + ".key").c_str());
  factory->authenticate(true);
  return factory;
}

shared_ptr<TSocket> client_socket(const Stack& stack) {
  shared_ptr<TSocket> socket;
  if (stack.socket == "tcp") {
    socket = make_shared<TSocket>(HOST, std::stoi(stack.address));
  } else if (stack.socket == "unix") {
    socket = make_shared<TSocket>(stack.address);
  } else if (stack.socket == "tls") {
    // By name: the library compares certificates with names only.
    socket = tls(stack, "client")->createSocket("localhost", std::stoi(stack.address));
  } else {
    throw Unsupported("no socket " + stack.socket);
  }
  socket->setConnTimeout(TIMEOUT_MS);
  socket->setRecvTimeout(TIMEOUT_MS);
  socket->setSendTimeout(TIMEOUT_MS);
  return socket;
}

shared_ptr<TServerSocket> server_socket(const Stack& stack) {
  if (stack.socket == "tcp") return make_shared<TServerSocket>(HOST, std::stoi(stack.address));
  if (stack.socket == "unix") return make_shared<TServerSocket>(stack.address);
  if (stack.socket == "tls") {
    auto factory = tls(stack, "server");
    factory->server(true);
    return make_shared<TSSLServerSocket>(HOST, std::stoi(stack.address), factory);
  }
  throw Unsupported("no socket " + stack.socket);
}

shared_ptr<TTransport> open(const Stack& stack) {
  const auto socket = client_socket(stack);
  shared_ptr<TTransport> transport;
  if (stack.transport == "http") {
    transport = make_shared<THttpClient>(socket, "localhost", "/any/path?query");
  } else {
    transport = transport_factory(stack)->getTransport(socket);
  }
  transport->open();
  return transport;
}

Protocol of_service(const Stack& stack, Protocol protocol, const string& service) {
  return stack.multiplexed ? make_shared<TMultiplexedProtocol>(protocol, service) : protocol;
}

struct Ready : TServerEventHandler {
  explicit Ready(std::function<void()> tell) : tell(std::move(tell)) {}
  void preServe() override { tell(); }
  std::function<void()> tell;
};

}  // namespace

Protocol connect(const Stack& stack, const string& service) {
  return of_service(stack, protocol_factory(stack)->getProtocol(open(stack)), service);
}

std::pair<Protocol, Protocol> connect_pair(const Stack& stack, const string& service) {
  if (is_header(stack)) throw Unsupported("THeaderTransport reads and writes in turn");
  const auto transport = open(stack);
  const auto factory = protocol_factory(stack);
  return {factory->getProtocol(transport), of_service(stack, factory->getProtocol(transport), service)};
}

void serve(const Stack& stack, shared_ptr<TProcessor> processor, std::function<void(const string&)> ready) {
  if (stack.nonblocking) {
    if (stack.transport != "framed") throw Unsupported("TNonblockingServer has frames only");
    if (stack.socket == "tls") throw Unsupported("TNonblockingServer");
    auto socket = stack.socket == "unix" ? make_shared<TNonblockingServerSocket>(stack.address)
                                         : make_shared<TNonblockingServerSocket>(HOST, std::stoi(stack.address));
    TNonblockingServer server(processor, plain_protocol(stack.protocol), socket);
    server.setServerEventHandler(make_shared<Ready>([&] {
      ready(stack.socket == "unix" ? stack.address : std::to_string(socket->getListenPort()));
    }));
    server.serve();
    return;
  }
  auto socket = server_socket(stack);
  TThreadedServer server(processor, socket, transport_factory(stack), protocol_factory(stack));
  server.setServerEventHandler(make_shared<Ready>([&] {
    ready(stack.socket == "unix" ? stack.address : std::to_string(socket->getPort()));
  }));
  server.serve();
}
