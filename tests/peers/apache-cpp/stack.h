// The stacks of protocol, transport and socket that Apache's C++ library has, by the names that the cells of the matrix use.
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include <thrift/TProcessor.h>
#include <thrift/protocol/TProtocol.h>

// What a cell asks for.
struct Stack {
  std::string protocol = "binary";
  std::string transport = "buffered";
  std::string socket = "tcp";
  // A port on 127.0.0.1 (0: any), or the path of a Unix socket.
  std::string address = "0";
  // Requests name the service, as there are several.
  bool multiplexed = false;
  // Serve from the library's event loop, which takes frames only.
  bool nonblocking = false;
  // A folder with ca.pem, server.pem, server.key, client.pem and client.key.
  std::string certificates;
};

// Thrown for stacks that the library does not have; `what()` says why.
struct Unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using Protocol = std::shared_ptr<apache::thrift::protocol::TProtocol>;

// A connected protocol, for calls of this service.
Protocol connect(const Stack& stack, const std::string& service);

// A protocol to read from a connection and one to write to it, which may be used at the same time.
std::pair<Protocol, Protocol> connect_pair(const Stack& stack, const std::string& service);

// Serves for ever, one thread for each connection. `ready` gets the address once connections are accepted.
void serve(const Stack& stack, std::shared_ptr<apache::thrift::TProcessor> processor,
           std::function<void(const std::string&)> ready);
