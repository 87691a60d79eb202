//! What the client calls, and what a server of `Cross` has to answer.

use crate::convert::{ours, theirs};
use crate::cross::golden::cross as our;
use crate::cross::sample;
use crate::generated::cross::{Choice, CrossCheckException, CrossFindException, Level, NotFound, Refused};
use crate::generated::newer;
use crate::handler::added;
use crate::stack::Stack;
use pilota::thrift::ApplicationExceptionKind;
use pilota::{AHashMap, AHashSet, Bytes, FastStr};
use std::error::Error;
use std::fmt::Debug;
use std::process;
use std::time::{Duration, Instant};
use volo_thrift::{ClientError, MaybeException};

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

const MIB: usize = 1 << 20;

/// Makes all checks. Returns how many passed.
pub(crate) async fn run(stack: &Stack) -> Result<usize, String> {
    let checks = [
        ("inherited_method_and_void", inherited_method_and_void(stack).await),
        ("scalars", scalars(stack).await),
        ("strings_and_binaries", strings_and_binaries(stack).await),
        ("containers", containers(stack).await),
        ("enums_and_unions", enums_and_unions(stack).await),
        ("structs", structs(stack).await),
        ("declared_exceptions", declared_exceptions(stack).await),
        ("undeclared_error", undeclared_error(stack).await),
        ("unknown_methods", unknown_methods(stack).await),
        ("unknown_fields", unknown_fields(stack).await),
        ("oneway", oneway(stack).await),
        ("many_calls", many_calls(stack).await),
        ("concurrent_calls", concurrent_calls(stack).await),
    ];
    let count = checks.len();
    let failed: Vec<String> = checks
        .into_iter()
        .filter_map(|(name, outcome)| outcome.err().map(|why| format!("{name}: {why}")))
        .map(|why| why.chars().take(2_000).collect())
        .collect();
    if failed.is_empty() { Ok(count) } else { Err(failed.join("\n")) }
}

fn same<T: PartialEq + Debug>(found: Result<T, ClientError>, expected: T) -> Outcome {
    let found = found?;
    if found == expected { Ok(()) } else { Err(format!("found {found:?}, expected {expected:?}").into()) }
}

/// That the call fails with an error that the IDL does not declare.
fn fails<T: Debug>(called: Result<T, ClientError>, kind: ApplicationExceptionKind) -> Outcome {
    match called {
        Err(ClientError::Application(error)) if error.kind() == kind => Ok(()),
        other => Err(format!("not {kind:?}, but {other:?}").into()),
    }
}

async fn inherited_method_and_void(stack: &Stack) -> Outcome {
    let client = stack.connect()?;
    same(client.name().await, "cross".into())?;
    same(client.ping().await, ())
}

async fn scalars(stack: &Stack) -> Outcome {
    let client = stack.connect()?;
    for value in [true, false] {
        same(client.echo_bool(value).await, value)?;
    }
    for value in [0, 1, -1, i8::MAX, i8::MIN] {
        same(client.echo_i8(value).await, value)?;
    }
    for value in [0, 1, -1, i16::MAX, i16::MIN] {
        same(client.echo_i16(value).await, value)?;
    }
    for value in [0, 1, -1, i32::MAX, i32::MIN] {
        same(client.echo_i32(value).await, value)?;
    }
    for value in [0, 1, -1, i64::MAX, i64::MIN] {
        same(client.echo_i64(value).await, value)?;
        same(client.echo_id(value.into()).await, value.into())?;
    }
    for value in sample::DOUBLES {
        same(client.echo_double(value).await.map(f64::to_bits), value.to_bits())?;
    }
    Ok(())
}

async fn strings_and_binaries(stack: &Stack) -> Outcome {
    let client = stack.connect()?;
    for value in ["", "a", "\0", sample::UNICODE, &"é".repeat(MIB / 2), &"x".repeat(MIB + 1)] {
        same(client.echo_string(FastStr::new(value)).await, FastStr::new(value))?;
    }
    let all: Vec<u8> = (0..=u8::MAX).collect();
    for value in [vec![], vec![0], all.repeat(MIB / all.len()), all] {
        let value = Bytes::from(value);
        same(client.echo_binary(value.clone()).await, value)?;
    }
    Ok(())
}

async fn containers(stack: &Stack) -> Outcome {
    let client = stack.connect()?;
    for value in [vec![], vec![0], vec![i64::MAX, i64::MIN, -1], (-5_000..5_000).collect()] {
        same(client.echo_list(value.clone()).await, value)?;
    }
    for value in [vec![], vec![""], vec!["b", "a", "🦀", "\u{ffff}"]] {
        let value: AHashSet<FastStr> = value.into_iter().map(FastStr::new).collect();
        same(client.echo_set(value.clone()).await, value)?;
    }
    for count in [0, 1, 1_000] {
        let value: AHashMap<FastStr, i32> = (0..count).map(|n| (format!("key {n}").into(), -n)).collect();
        same(client.echo_map(value.clone()).await, value)?;
    }
    Ok(())
}

async fn enums_and_unions(stack: &Stack) -> Outcome {
    let client = stack.connect()?;
    for value in [Level::LOW, Level::HIGH, Level::from(0), Level::from(77), Level::from(i32::MIN)] {
        same(client.echo_level(value).await, value)?;
    }
    for value in [Choice::Number(0), Choice::Text(FastStr::empty()), Choice::Scalars(theirs(&sample::lowest()))] {
        same(client.echo_choice(value.clone()).await, value)?;
    }
    Ok(())
}

async fn structs(stack: &Stack) -> Outcome {
    let client = stack.connect()?;
    let large = our::Everything {
        words: Some((0..20_000).map(|n| n.to_string()).collect()),
        by_name: Some((0..2_000).map(|n| (n.to_string(), sample::lowest())).collect()),
        ..our::Everything::new(sample::lowest())
    };
    for value in [sample::everything(), our::Everything::new(sample::highest()), large] {
        same(client.echo(theirs(&value)).await.map(|found| ours(&found)), value)?;
    }
    let value = sample::everything();
    let nest = client.nest(theirs(&value)).await?;
    let nest = nest.into_iter().map(|(id, levels)| {
        let levels = levels.into_iter().map(|(level, value)| (our::Level(level.inner()), ours(&value)));
        (id.0, levels.collect())
    });
    same(Ok(nest.collect()), sample::nest(&value))
}

/// volo's type for "an answer or an exception" can be neither compared nor printed.
fn result<T, E>(answered: MaybeException<T, E>) -> Result<T, E> {
    match answered {
        MaybeException::Ok(value) => Ok(value),
        MaybeException::Exception(exception) => Err(exception),
    }
}

async fn declared_exceptions(stack: &Stack) -> Outcome {
    let client = stack.connect()?;
    same(client.find("key".into()).await.map(result), Ok("name of key".into()))?;
    let missing = NotFound { key: Some("missing 🦀".into()), code: Some(404) };
    same(client.find("missing 🦀".into()).await.map(result), Err(CrossFindException::NotFound(missing)))?;
    let refused = Refused { message: Some("refused is refused".into()) };
    same(client.find("refused".into()).await.map(result), Err(CrossFindException::Refused(refused)))?;
    same(client.check(0).await.map(result), Ok(()))?;
    let missing = NotFound { key: Some(FastStr::empty()), code: Some(-3) };
    same(client.check(-3).await.map(result), Err(CrossCheckException::NotFound(missing)))?;
    same(client.check(0).await.map(result), Ok(()))?;
    same(client.concat("left".into(), "right".into()).await, "left+right".into())
}

async fn undeclared_error(stack: &Stack) -> Outcome {
    let client = stack.connect()?;
    fails(client.fail().await, ApplicationExceptionKind::INTERNAL_ERROR)?;
    same(client.name().await, "cross".into())
}

async fn unknown_methods(stack: &Stack) -> Outcome {
    let client = stack.connect_newer()?;
    let large = newer::Added { bytes: Some(vec![b'x'; MIB].into()), ..newer::Added::default() };
    for value in [newer::Added::default(), large, added()] {
        fails(client.added(value.clone()).await, ApplicationExceptionKind::UNKNOWN_METHOD)?;
        client.added_note(value).await?;
        same(client.name().await, "cross".into())?;
    }
    Ok(())
}

async fn unknown_fields(stack: &Stack) -> Outcome {
    let client = stack.connect_newer()?;
    let known = sample::everything();
    let mut value: newer::Everything = theirs(&known);
    value.scalars.added_before = Some("before".into());
    value.scalars.added = Some(added());
    value.added_between = Some(vec![added()]);
    value.added = Some(0.5);
    same(client.echo(value).await.map(|found| ours(&found)), known)?;
    let variant = newer::Choice::Added(vec![1, -2, 3]);
    same(client.echo_choice(variant.clone()).await, variant)?;
    same(client.concat("left".into(), "right".into(), added()).await, "left+right".into())
}

async fn oneway(stack: &Stack) -> Outcome {
    let client = stack.connect()?;
    let line: FastStr = format!("note of process {}", process::id()).into();
    client.note(line.clone()).await?;
    let deadline = Instant::now() + Duration::from_secs(10);
    while !client.notes().await?.contains(&line) {
        if Instant::now() >= deadline {
            return Err("the note did not arrive".into());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

async fn many_calls(stack: &Stack) -> Outcome {
    let client = stack.connect()?;
    for n in 0..1_000 {
        same(client.echo_i32(n).await, n)?;
        if n % 100 == 0 {
            client.note("one of many".into()).await?;
        }
    }
    Ok(())
}

async fn concurrent_calls(stack: &Stack) -> Outcome {
    let client = stack.connect()?;
    let callers = (0..8).map(|caller| {
        let client = client.clone();
        tokio::spawn(async move {
            for n in 0..100 {
                let text: FastStr = format!("{caller}/{n}/{}", "x".repeat(n * 100)).into();
                same(client.echo_string(text.clone()).await, text)?;
            }
            Ok(())
        })
    });
    let callers: Vec<tokio::task::JoinHandle<Outcome>> = callers.collect();
    for caller in callers {
        caller.await??;
    }
    Ok(())
}
