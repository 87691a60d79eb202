// What the client calls, and what a server has to answer. See tests/cross/python/calls.py.
"use strict";

const assert = require("assert");
const sample = require("./sample");
const stack = require("./stack");

const UNKNOWN_METHOD = 1, INTERNAL_ERROR = 6, PROTOCOL_ERROR = 7;
const MIB = 2 ** 20;

// Runs all checks. Gives whether some failed.
exports.run = async function (mode, module_of) {
  const types = module_of("cross", "cross_types");
  let [passed, failed] = [0, 0];
  for (const check of mode.multiplexed ? [...CHECKS, ...MULTIPLEXED] : CHECKS) {
    const { connection, client } = stack.connect(mode);
    // What the library says of a connection alone fails the check, which would wait for ever.
    const broken = new Promise((_, reject) => connection.on("error", reject));
    const make = (idl, service, name = service) => client(module_of(idl, service), name);
    try {
      await Promise.race([check(make, types, module_of, mode), broken]);
      passed += 1;
    } catch (error) {
      failed += 1;
      console.error(`${check.name}: ${String(error.stack ?? error.message ?? error).slice(0, 2000)}`);
    }
    connection.end();
  }
  if (failed === 0) console.log(`${passed} checks passed`);
  return failed > 0;
};

function same(found, expected) {
  [found, expected] = [sample.plain(found), sample.plain(expected)];
  if (found === expected) return;
  let at = 0;
  while (found[at] === expected[at]) at += 1;
  const around = (text) => text.slice(Math.max(0, at - 100), at + 300);
  assert.fail(`at ${at}:\n   found ${around(found)}\nexpected ${around(expected)}`);
}

async function fails(call, kind) {
  try {
    await call;
  } catch (error) {
    assert(error instanceof kind, `${error}`);
    return error;
  }
  assert.fail("no error");
}

async function each(values, call) {
  for (const value of values) same(await call(value), value);
}

async function inherited_method_and_void(make) {
  const client = make("cross", "Cross");
  same(await client.name(), "cross");
  same(await client.ping(), undefined);
}

async function scalars(make) {
  const client = make("cross", "Cross");
  await each([true, false], (value) => client.echo_bool(value));
  for (const bits of [8, 16, 32]) {
    const most = 2 ** (bits - 1);
    await each([0, 1, -1, most - 1, -most, 0x55 - most], (value) => client[`echo_i${bits}`](value));
  }
  await each(sample.LONGS.map(sample.long), (value) => client.echo_i64(value));
  await each(sample.LONGS.map(sample.long), (value) => client.echo_id(value));
  await each(sample.DOUBLES, (value) => client.echo_double(value));
  await each([1, 2, 0, 77, -(2 ** 31)], (value) => client.echo_level(value));
}

async function strings_and_binaries(make) {
  const client = make("cross", "Cross");
  await each(["", "a", sample.UNICODE, "é".repeat(MIB / 2), "x".repeat(MIB + 1)], (value) => client.echo_string(value));
  const all = sample.ALL_BYTES;
  await each([Buffer.alloc(0), Buffer.from([0]), all, Buffer.alloc(MIB, all)], (value) => client.echo_binary(value));
}

async function containers(make) {
  const client = make("cross", "Cross");
  const many = Array.from({ length: 10_000 }, (_, n) => n - 5_000);
  for (const value of [[], [0], many]) {
    same((await client.echo_list(value)).map(Number), value);
  }
  await each([[], [""], ["a", "b", "\uffff", "🦀"]], (value) => client.echo_set(value));
  const keys = Object.fromEntries(many.map((n) => [`key ${n}`, n]));
  await each([{}, { "": 0 }, { b: 1, a: -(2 ** 31) }, keys], (value) => client.echo_map(value));
}

async function unions(make, types) {
  const client = make("cross", "Cross");
  const choices = [{ number: 0 }, { text: "" }, { scalars: sample.lowest(types) }];
  await each(choices.map((choice) => new types.Choice(choice)), (value) => client.echo_choice(value));
}

async function structs(make, types, _, { protocol }) {
  const client = make("cross", "Cross");
  const value = sample.everything(types);
  // What the library misreads itself: booleans in compact lists; in JSON, containers and structs in maps.
  if (protocol === "compact") value.flags = null;
  if (protocol === "json") value.deep = value.by_name = value.choices = null;
  const names = Array.from({ length: 2_000 }, (_, n) => `${n}`.padStart(6, "0"));
  const long = new types.Everything({
    scalars: sample.lowest(types),
    words: names,
    blobs: Array.from({ length: 1_500 }, (_, n) => Buffer.alloc(n, n % 256)),
    by_name: protocol === "json" ? null : Object.fromEntries(names.map((name) => [name, sample.lowest(types)])),
  });
  await each([value, new types.Everything({ scalars: sample.highest(types) }), long], (value) => client.echo(value));
  if (protocol !== "json") same(await client.nest(value), sample.nest(value));
}

async function declared_exceptions(make, types) {
  const client = make("cross", "Cross");
  same(await client.find("key"), "name of key");
  const missing = await fails(client.find("missing 🦀"), types.NotFound);
  same([missing.key, missing.code], ["missing 🦀", 404]);
  same((await fails(client.find("refused"), types.Refused)).message, "refused is refused");
  same(await client.check(0), undefined);
  same((await fails(client.check(-3), types.NotFound)).code, -3);
  same(await client.check(0), undefined);
}

async function undeclared_error(make) {
  const client = make("cross", "Cross");
  const error = await fails(client.fail(), Object);
  same([error.type, error.message], [INTERNAL_ERROR, "Internal error"]);
  same(await client.name(), "cross");
}

async function unknown_method(make, types, module_of) {
  const client = make("newer", "Cross");
  const { Added } = module_of("newer", "newer_types");
  for (const value of [null, new Added({ nested: [{ a: [1] }], bytes: Buffer.alloc(MIB) })]) {
    const error = await fails(client.added(value), Object);
    same(error.type, UNKNOWN_METHOD);
    assert(error.message.includes("added"), error.message);
    same(await client.name(), "cross");
  }
  client.added_note(new Added({ bytes: Buffer.from("x") }));
  same(await client.name(), "cross");
}

async function missing_arguments(make) {
  const client = make("cross", "Cross");
  same(await client.concat("left", null), "left+");
  same(await client.concat(null, null), "+");
  same(await client.echo_i32(null), 0);
  same((await fails(client.echo_choice(null), Object)).type, PROTOCOL_ERROR);
  same(await client.name(), "cross");
}

async function oneway(make) {
  const client = make("cross", "Cross");
  const line = `note ${process.pid} ${process.hrtime.bigint()}`;
  client.note(line);
  // Over HTTP the note and the question may come on two connections.
  const deadline = Date.now() + 10_000;
  while (!(await client.notes()).includes(line)) assert(Date.now() < deadline, "the note did not arrive");
}

async function unknown_fields_and_variants(make, _, module_of) {
  const client = make("newer", "Cross");
  const types = module_of("newer", "newer_types");
  const scalars = () => Object.assign(sample.lowest(types), { added_before: "before", added: new types.Added({ bytes: Buffer.alloc(1) }) });
  const found = await client.echo(new types.Everything({ scalars: scalars(), added_between: [new types.Added()], added: 0.5 }));
  same(found, new types.Everything({ scalars: sample.lowest(types) }));
  await each([new types.Choice({ added: [1, -2, 3] }), new types.Choice({ added: [] })], (value) => client.echo_choice(value));
}

// The library sends one request after the other, and tells the replies apart by their sequence ids.
async function many_calls_at_a_time(make) {
  const client = make("cross", "Cross");
  const call = async (n) => {
    const text = `${n}/${"x".repeat((n * 37) % 5_000)}`;
    same(await client.echo_string(text), text);
  };
  for (let round = 0; round < 5; round += 1) await Promise.all(Array.from({ length: 100 }, (_, n) => call(100 * round + n)));
}

async function second_service(make) {
  const [first, second] = [make("cross", "Cross"), make("cross", "Second")];
  for (const value of ["", sample.UNICODE]) {
    same(await Promise.all([second.echo_string(value), first.echo_string(value)]), [`second: ${value}`, value]);
  }
}

async function unknown_service(make) {
  const error = await fails(make("cross", "Named", "Nobody").name(), Object);
  same(error.type, PROTOCOL_ERROR);
  assert(error.message.includes("Nobody"), error.message);
}

const CHECKS = [
  inherited_method_and_void, scalars, strings_and_binaries, containers, unions, structs, declared_exceptions, undeclared_error,
  unknown_method, missing_arguments, oneway, unknown_fields_and_variants, many_calls_at_a_time,
];
// Those of a server with several services.
const MULTIPLEXED = [second_service, unknown_service];
