//! The runtime of the code that thrift-gen generates: protocols, transports, client and server.
