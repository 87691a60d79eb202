// Connects and listens with the library in each mode.
"use strict";

const fs = require("fs");
const os = require("os");
const path = require("path");
const thrift = require("thrift");
const util = require("util");

const HOST = "localhost";
const PATH = "/any/path";

// A function, which the library's multiplexer can inherit from.
function OldBinary(transport) {
  thrift.TBinaryProtocol.call(this, transport, false, false);
}
util.inherits(OldBinary, thrift.TBinaryProtocol);

const PROTOCOLS = {
  binary: thrift.TBinaryProtocol,
  "binary-old": OldBinary,
  compact: thrift.TCompactProtocol,
  json: thrift.TJSONProtocol,
};

// What THeader calls the protocols in it.
const IN_HEADER = { binary: 0, compact: 2 };

function options_of(mode) {
  if (mode.transport === "header") return { transport: thrift.TFramedTransport, protocol: thrift.THeaderProtocol };
  const transport = mode.transport === "framed" ? thrift.TFramedTransport : thrift.TBufferedTransport;
  return { transport, protocol: PROTOCOLS[mode.protocol] };
}

// A connection and a function that makes a client on it.
exports.connect = function (mode) {
  const options = options_of(mode);
  const tls = mode.socket === "tls" ? { ca: fs.readFileSync(`${mode.certificates}/ca.pem`) } : {};
  let connection, create;
  if (mode.transport === "http") {
    Object.assign(options, { path: PATH, https: mode.socket === "tls", nodeOptions: tls });
    connection =
      mode.socket === "unix"
        ? thrift.createHttpUDSConnection(mode.address, options)
        : thrift.createHttpConnection(HOST, mode.address, options);
    create = thrift.createHttpClient;
    connection.end = () => {};
  } else if (mode.socket === "unix") {
    connection = thrift.createUDSConnection(mode.address, options);
    create = thrift.createClient;
  } else if (mode.socket === "tls") {
    connection = thrift.createSSLConnection(HOST, mode.address, { ...options, ...tls, secureProtocol: "TLS_method" });
    create = thrift.createClient;
  } else {
    connection = thrift.createConnection(HOST, mode.address, options);
    create = thrift.createClient;
  }
  const multiplexer = new thrift.Multiplexer();
  const client = (service, name) => {
    const made = mode.multiplexed ? multiplexer.createClient(name, service, connection) : create(service, connection);
    if (mode.transport === "header") made.output.setProtocolId(IN_HEADER[mode.protocol]);
    return made;
  };
  return { connection, client };
};

exports.multiplexed = function (processors) {
  const multiplexed = new thrift.MultiplexedProcessor();
  for (const [name, processor] of Object.entries(processors)) multiplexed.registerProcessor(name, processor);
  return multiplexed;
};

// Listens on a free address, and gives it.
exports.listen = function (mode, processor) {
  const options = options_of(mode);
  if (mode.socket === "tls") {
    options.tls = {
      cert: fs.readFileSync(`${mode.certificates}/server.pem`),
      key: fs.readFileSync(`${mode.certificates}/server.key`),
      secureProtocol: "TLS_method",
    };
  }
  const server =
    mode.transport === "http"
      ? thrift.createWebServer({ tls: options.tls, services: { [PATH]: { ...options, processor } } })
      : thrift.createMultiplexServer(processor, options);
  server.on("error", (error) => console.error(error));
  const address = mode.socket === "unix" ? path.join(fs.mkdtempSync(path.join(os.tmpdir(), "thrift-")), "socket") : 0;
  return new Promise((resolve) => {
    const listening = () => resolve(address || server.address().port);
    if (address) server.listen(address, listening);
    else server.listen(0, HOST, listening);
  });
};
