//! What the client calls, and what a server of `Cross` has to answer.

use crate::convert::{ours, theirs};
use crate::cross::golden::cross as our;
use crate::cross::sample;
use crate::generated::cross::{
    Choice, CrossSyncClient, Everything, Level, NotFound, Refused, SecondSyncClient, TCrossSyncClient,
    TNamedSyncClient, TSecondSyncClient,
};
use crate::generated::newer::{
    self, CrossSyncClient as NewerClient, TCrossSyncClient as NewerCalls, TNamedSyncClient as NewerNamed,
};
use crate::handler::added;
use crate::stack::{Input, Output, Stack};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Debug;
use std::time::{Duration, Instant};
use std::{process, thread};
use thrift::{ApplicationErrorKind, OrderedFloat};

type Client = CrossSyncClient<Input, Output>;
type Outcome = Result<(), Box<dyn Error>>;

const MIB: usize = 1 << 20;

type Check = fn(&Stack) -> Outcome;

const CHECKS: &[(&str, Check)] = &[
    ("inherited_method_and_void", inherited_method_and_void),
    ("scalars", scalars),
    ("strings_and_binaries", strings_and_binaries),
    ("containers", containers),
    ("enums_and_unions", enums_and_unions),
    ("structs", structs),
    ("declared_exceptions", declared_exceptions),
    ("undeclared_error", undeclared_error),
    ("unknown_methods", unknown_methods),
    ("unknown_fields", unknown_fields),
    ("second_service", second_service),
    ("oneway", oneway),
    ("many_calls", many_calls),
    ("concurrent_connections", concurrent_connections),
];

/// Makes all checks. Returns how many passed.
pub(crate) fn run(stack: &Stack) -> Result<usize, String> {
    let failed: Vec<String> = CHECKS
        .iter()
        .filter_map(|(name, check)| check(stack).err().map(|why| format!("{name}: {why}")))
        .map(|why| why.chars().take(2_000).collect())
        .collect();
    if failed.is_empty() { Ok(CHECKS.len()) } else { Err(failed.join("\n")) }
}

fn connect(stack: &Stack) -> Result<Client, String> {
    let (input, output) = stack.connect("Cross")?;
    Ok(CrossSyncClient::new(input, output))
}

fn same<T: PartialEq + Debug>(found: thrift::Result<T>, expected: T) -> Outcome {
    let found = found?;
    if found == expected { Ok(()) } else { Err(format!("found {found:?}, expected {expected:?}").into()) }
}

/// That the call fails with an error that the IDL does not declare.
fn fails<T: Debug>(called: thrift::Result<T>, kind: ApplicationErrorKind) -> Outcome {
    match called {
        Err(thrift::Error::Application(error)) if error.kind == kind => Ok(()),
        other => Err(format!("not {kind:?}, but {other:?}").into()),
    }
}

/// The exception of the IDL with which the call fails.
fn thrown<E: Error + Clone + 'static>(called: thrift::Result<impl Debug>) -> Result<E, Box<dyn Error>> {
    match called {
        Err(thrift::Error::User(error)) => Ok(error.downcast_ref::<E>().ok_or("another exception")?.clone()),
        other => Err(format!("no exception, but {other:?}").into()),
    }
}

fn inherited_method_and_void(stack: &Stack) -> Outcome {
    let mut client = connect(stack)?;
    same(client.name(), "cross".to_owned())?;
    same(client.ping(), ())
}

fn scalars(stack: &Stack) -> Outcome {
    let mut client = connect(stack)?;
    for value in [true, false] {
        same(client.echo_bool(value), value)?;
    }
    for value in [0, 1, -1, i8::MAX, i8::MIN] {
        same(client.echo_i8(value), value)?;
    }
    for value in [0, 1, -1, i16::MAX, i16::MIN] {
        same(client.echo_i16(value), value)?;
    }
    for value in [0, 1, -1, i32::MAX, i32::MIN] {
        same(client.echo_i32(value), value)?;
    }
    for value in [0, 1, -1, i64::MAX, i64::MIN] {
        same(client.echo_i64(value), value)?;
        same(client.echo_id(value), value)?;
    }
    for value in sample::DOUBLES {
        same(client.echo_double(OrderedFloat(value)).map(|found| found.to_bits()), value.to_bits())?;
    }
    Ok(())
}

fn strings_and_binaries(stack: &Stack) -> Outcome {
    let mut client = connect(stack)?;
    for value in ["", "a", "\0", sample::UNICODE, &"é".repeat(MIB / 2), &"x".repeat(MIB + 1)] {
        same(client.echo_string(value.to_owned()), value.to_owned())?;
    }
    let all: Vec<u8> = (0..=u8::MAX).collect();
    for value in [vec![], vec![0], all.repeat(MIB / all.len()), all] {
        same(client.echo_binary(value.clone()), value)?;
    }
    Ok(())
}

fn containers(stack: &Stack) -> Outcome {
    let mut client = connect(stack)?;
    for value in [vec![], vec![0], vec![i64::MAX, i64::MIN, -1], (-5_000..5_000).collect()] {
        same(client.echo_list(value.clone()), value)?;
    }
    for value in [vec![], vec![""], vec!["b", "a", "🦀", "\u{ffff}"]] {
        let value: BTreeSet<String> = value.into_iter().map(str::to_owned).collect();
        same(client.echo_set(value.clone()), value)?;
    }
    for count in [0, 1, 1_000] {
        let value: BTreeMap<String, i32> = (0..count).map(|n| (format!("key {n}"), -n)).collect();
        same(client.echo_map(value.clone()), value)?;
    }
    Ok(())
}

fn enums_and_unions(stack: &Stack) -> Outcome {
    let mut client = connect(stack)?;
    for value in [Level::LOW, Level::HIGH, Level(0), Level(77), Level(i32::MIN)] {
        same(client.echo_level(value), value)?;
    }
    for value in [Choice::Number(0), Choice::Text(String::new()), Choice::Scalars(theirs(&sample::lowest()))] {
        same(client.echo_choice(value.clone()), value)?;
    }
    Ok(())
}

fn structs(stack: &Stack) -> Outcome {
    let mut client = connect(stack)?;
    let large = our::Everything {
        words: Some((0..20_000).map(|n| n.to_string()).collect()),
        by_name: Some((0..2_000).map(|n| (n.to_string(), sample::lowest())).collect()),
        ..our::Everything::new(sample::lowest())
    };
    for value in [sample::everything(), our::Everything::new(sample::highest()), large] {
        // The crate takes missing fields for empty ones, unless they are optional.
        same(client.echo(theirs(&value)).map(|found| ours(&found)), sample::filled(value))?;
    }
    let value = sample::everything();
    let expected = sample::nest(&value).into_iter().map(|(id, levels)| {
        let levels: BTreeMap<Level, Everything> =
            levels.iter().map(|(level, value)| (Level(level.0), theirs(value))).collect();
        (id, levels)
    });
    same(client.nest(theirs(&value)), expected.collect())
}

fn declared_exceptions(stack: &Stack) -> Outcome {
    let mut client = connect(stack)?;
    same(client.find("key".to_owned()), "name of key".to_owned())?;
    let missing: NotFound = thrown(client.find("missing 🦀".to_owned()))?;
    same(Ok(missing), NotFound::new("missing 🦀".to_owned(), 404))?;
    let refused: Refused = thrown(client.find("refused".to_owned()))?;
    same(Ok(refused), Refused::new("refused is refused".to_owned()))?;
    same(client.check(0), ())?;
    same(Ok(thrown::<NotFound>(client.check(-3))?), NotFound::new(String::new(), -3))?;
    same(client.check(0), ())?;
    same(client.concat("left".to_owned(), "right".to_owned()), "left+right".to_owned())
}

fn undeclared_error(stack: &Stack) -> Outcome {
    let mut client = connect(stack)?;
    fails(client.fail(), ApplicationErrorKind::InternalError)?;
    same(client.name(), "cross".to_owned())
}

fn connect_newer(stack: &Stack) -> Result<NewerClient<Input, Output>, String> {
    let (input, output) = stack.connect("Cross")?;
    Ok(NewerClient::new(input, output))
}

fn unknown_methods(stack: &Stack) -> Outcome {
    let mut client = connect_newer(stack)?;
    for value in [newer::Added::new(None, None, None), newer::Added::new(None, vec![b'x'; MIB], None), added()] {
        fails(client.added(value.clone()), ApplicationErrorKind::UnknownMethod)?;
        client.added_note(value)?;
        same(client.name(), "cross".to_owned())?;
    }
    Ok(())
}

fn unknown_fields(stack: &Stack) -> Outcome {
    let mut client = connect_newer(stack)?;
    let known: newer::Everything = theirs(&sample::everything());
    let mut value = known.clone();
    value.scalars.added_before = Some("before".to_owned());
    value.scalars.added = Some(added());
    value.added_between = Some(vec![added()]);
    value.added = Some(0.5.into());
    same(client.echo(value), known)?;
    let variant = newer::Choice::Added(vec![1, -2, 3]);
    same(client.echo_choice(variant.clone()), variant)?;
    same(client.concat("left".to_owned(), "right".to_owned(), added()), "left+right".to_owned())
}

fn second_service(stack: &Stack) -> Outcome {
    if !stack.mode.multiplexed {
        return Ok(());
    }
    let (input, output) = stack.connect("Second")?;
    let mut client = SecondSyncClient::new(input, output);
    for value in ["", sample::UNICODE] {
        same(client.echo_string(value.to_owned()), format!("second: {value}"))?;
    }
    Ok(())
}

fn oneway(stack: &Stack) -> Outcome {
    let mut client = connect(stack)?;
    let line = format!("note of process {}", process::id());
    client.note(line.clone())?;
    let deadline = Instant::now() + Duration::from_secs(10);
    while !client.notes()?.contains(&line) {
        if Instant::now() >= deadline {
            return Err("the note did not arrive".into());
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn many_calls(stack: &Stack) -> Outcome {
    let mut client = connect(stack)?;
    for n in 0..1_000 {
        same(client.echo_i32(n), n)?;
        if n % 100 == 0 {
            client.note("one of many".to_owned())?;
        }
    }
    Ok(())
}

fn concurrent_connections(stack: &Stack) -> Outcome {
    let call = |caller: usize| -> Result<(), String> {
        let mut client = connect(stack)?;
        for n in 0..100 {
            let text = format!("{caller}/{n}/{}", "x".repeat(n * 100));
            same(client.echo_string(text.clone()), text).map_err(|why| why.to_string())?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let callers: Vec<_> = (0..8).map(|caller| scope.spawn(move || call(caller))).collect();
        callers.into_iter().try_for_each(|caller| caller.join().map_err(|_| "a caller panicked")?.map_err(Into::into))
    })
}
