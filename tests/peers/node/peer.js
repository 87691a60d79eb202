// Apache's library for Node as a peer: `node peer.js client FLAGS ADDRESS`, `node peer.js server FLAGS`, with the flags and words of
// tests/cross/mode.rs. NODE_PATH names where the library is installed, GENERATED where the generated modules are.
"use strict";

const calls = require("./calls");
const stack = require("./stack");
const { Beside, Handler, NewerHandler } = require("./handler");

const module_of = (idl, service) => require(`${process.env.GENERATED}/${idl}/${service}`);

function mode_of(words) {
  const mode = { multiplexed: false };
  while (words.length > 0) {
    const word = words.shift();
    if (word === "--multiplexed") mode.multiplexed = true;
    else if (word.startsWith("--")) mode[word.slice(2)] = words.shift();
    else mode.address = word;
  }
  return mode;
}

async function serve(mode) {
  const cross = new Handler(module_of("cross", "cross_types"), mode.protocol);
  const newer = new NewerHandler(module_of("newer", "newer_types"), mode.protocol);
  const processors = {
    cross: new (module_of("cross", "Cross").Processor)(cross),
    // Lacks the methods that `Cross` adds.
    named: new (module_of("cross", "Named").Processor)(cross),
    newer: new (module_of("newer", "Cross").Processor)(newer),
  };
  const second = new (module_of("cross", "Second").Processor)(new Beside());
  let line = "listening";
  for (const [name, processor] of Object.entries(processors)) {
    line += ` ${name}=${await stack.listen(mode, mode.multiplexed ? stack.multiplexed({ Cross: processor, Second: second }) : processor)}`;
  }
  console.log(line);
  // Until the standard input ends, so that no server outlives the test that started it.
  process.stdin.on("end", () => process.exit(0)).resume();
}

async function main(role, ...words) {
  const mode = mode_of(words);
  if (role === "server") return serve(mode);
  const failed = await calls.run(mode, module_of);
  process.exit(failed ? 1 : 0);
}

main(...process.argv.slice(2));
