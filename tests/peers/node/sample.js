// Values that are sent, and how they are compared. See tests/cross/python/sample.py.
"use strict";

const thrift = require("thrift");

const UNICODE = "Grüße, мир, 你好, שלום, 🦀🏳\u{fe0f}\u200d🌈, e\u0301, \u0000, \u007f, \uffff, \u{10ffff}";
const DOUBLES = [0, -0, 1.5, Infinity, -Infinity, NaN, 5e-324, 2.2250738585072014e-308, Number.MAX_VALUE];
const LONGS = [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 0x0102030405060708n];
const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
const long = thrift.fromBigInt;

const lowest = (types) =>
  new types.Scalars({
    flag: true, tiny: -(2 ** 7), small: -(2 ** 15), medium: -(2 ** 31), large: long(-(2n ** 63n)), ratio: -0, text: UNICODE,
    bytes: ALL_BYTES, level: 2,
  });

const highest = (types) =>
  new types.Scalars({
    flag: false, tiny: 2 ** 7 - 1, small: 2 ** 15 - 1, medium: 2 ** 31 - 1, large: long(2n ** 63n - 1n), ratio: Infinity, text: "",
    bytes: Buffer.alloc(0), level: 77,
  });

const everything = (types) =>
  new types.Everything({
    scalars: lowest(types), more: highest(types), count: -1, numbers: [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)],
    words: ["", "a", "b", "ü", "\uffff", "🦀"],
    counts: { "": long(2n ** 63n - 1n), one: long(1n), two: long(-(2n ** 63n)) },
    deep: [[], [{}, { [-1]: [], 0: ["x"] }], [{ 7: ["y", "z"] }]],
    by_name: { high: highest(types), low: lowest(types) },
    levels: [1, 2, 77],
    inner: new types.Everything({ scalars: highest(types), inner: new types.Everything({ scalars: lowest(types), count: 0 }) }),
    flags: [true, false, true], ratios: DOUBLES, blobs: [Buffer.alloc(0), Buffer.from([0, 255]), Buffer.from("é")],
    choice: new types.Choice({ text: "chosen" }),
    choices: {
      [-1]: [new types.Choice({ number: -(2 ** 31) }), new types.Choice({ scalars: lowest(types) })],
      2: [],
      3: [new types.Choice({ text: "" })],
    },
  });

// What `nest` answers.
const nest = (value, first = "-1") => ({ [first]: {}, 0: { 1: value, 77: value } });

// Comparable text: the fields of structs that are set, integers of 64 bits whole. The library writes −0 as 0.
function plain(value) {
  if (Buffer.isBuffer(value)) return `bytes ${value.toString("hex")}`;
  if (value instanceof thrift.Int64) value = BigInt.asIntN(64, BigInt(`0x${value.toOctetString()}`));
  if (typeof value === "number" || typeof value === "bigint") return `${value}`;
  if (Array.isArray(value)) return `[${value.map(plain)}]`;
  if (value !== null && typeof value === "object") {
    const fields = Object.entries(value).filter(([, field]) => field !== null && field !== undefined);
    return `{${fields.map(([name, field]) => `${name}: ${plain(field)}`).sort()}}`;
  }
  return `${JSON.stringify(value)}`;
}

module.exports = { ALL_BYTES, DOUBLES, LONGS, UNICODE, everything, highest, long, lowest, nest, plain };
