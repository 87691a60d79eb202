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
  // Serve from the library's event loop, which takes frames only.
  bool nonblocking = false;
  // A folder with ca.pem, server.pem, server.key, client.pem and client.key.
  std::string certificates;
};

// Thrown for stacks that the library does not have; `what()` says why.
struct Unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A connected protocol.
std::shared_ptr<apache::thrift::protocol::TProtocol> connect(const Stack& stack);

// Serves for ever, one thread for each connection. `ready` gets the address once connections are accepted.
void serve(const Stack& stack, std::shared_ptr<apache::thrift::TProcessor> processor,
           std::function<void(const std::string&)> ready);
