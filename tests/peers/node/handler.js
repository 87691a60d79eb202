// Handlers of the servers: `Cross` as its IDL says, and as a later version of it; the service beside it.
"use strict";

const sample = require("./sample");

// How many notes are kept.
const KEPT = 1000;

class Handler {
  constructor(types, protocol) {
    this.types = types;
    this.protocol = protocol;
    this.lines = [];
  }
  async name() {
    return "cross";
  }
  async ping() {}
  async nest(value) {
    // In binary, the library takes a key of 64 bits for hexadecimal digits.
    return sample.nest(value, this.protocol.startsWith("binary") ? "f".repeat(16) : "-1");
  }
  async find(key) {
    if (key.startsWith("missing")) throw new this.types.NotFound({ key, code: 404 });
    if (key.startsWith("refused")) throw new this.types.Refused({ message: `${key} is refused` });
    return `name of ${key}`;
  }
  async check(code) {
    if (code !== 0) throw new this.types.NotFound({ key: "", code });
  }
  async concat(left, right) {
    return `${left ?? ""}+${right ?? ""}`;
  }
  async fail() {
    throw new Error("a handler's error that no client shall see");
  }
  async note(line) {
    this.lines = [...this.lines, line].slice(-KEPT);
  }
  async notes() {
    return this.lines;
  }
}
for (const of of ["bool", "i8", "i16", "i32", "i64", "double", "string", "binary", "level", "list", "set", "map", "choice", "id"]) {
  Handler.prototype[`echo_${of}`] = async (value) => value;
}
Handler.prototype.echo = async (value) => value;

// `Cross` of newer.thrift: its replies hold what the older client does not know.
class NewerHandler extends Handler {
  constructor(types, protocol) {
    super(types, protocol);
    this.echo = async (value) => {
      value.scalars.added_before = "before";
      value.scalars.added = this.added_value();
      value.added_between = [this.added_value(), new types.Added()];
      value.added = 0.5;
      if (value.inner) await this.echo(value.inner);
      return value;
    };
    this.echo_choice = async (value) => (value.text === "added" ? new types.Choice({ added: [1, -2, 3] }) : value);
  }
  added_value() {
    const { Added } = this.types;
    return new Added({
      nested: [{ a: [1, 2] }, {}, { "": [] }],
      bytes: Buffer.from([0, 1]),
      inner: new Added({ bytes: Buffer.from("inner") }),
    });
  }
  async find(key) {
    if (key.startsWith("gone")) throw new this.types.Gone({ added: 1 });
    return super.find(key);
  }
  async concat(left, right, added) {
    return `${await super.concat(left, right)}+${added ? "Added" : "None"}`;
  }
  async added(_value) {
    return "added";
  }
  async added_note(_value) {}
}

class Beside {
  async echo_string(value) {
    return `second: ${value}`;
  }
}

module.exports = { Beside, Handler, NewerHandler };
