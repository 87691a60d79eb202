//! What the Rust client calls, and what a peer's server has to answer.

use super::golden::cross::{
    Choice, CrossCheckError, CrossClient, CrossFindError, Everything, Level, NotFound, Refused, Scalars, SecondClient,
};
use super::golden::ids::IdsClient;
use super::mode::{self, Mode};
use super::sample;
use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use thrift_runtime::codegen::Bytes;
use thrift_runtime::codegen::Uuid;
use thrift_runtime::{ApplicationErrorKind, Client, ClientBuilder, Error, Multiplexed, Processor, Protocol, Transport};
use tokio::time::timeout;

/// To a service on a port of its own, or to one of several.
pub(crate) type Channel = Arc<dyn Processor>;
type CrossConnection = CrossClient<Channel>;

const MIB: usize = 1 << 20;

/// Where a peer's servers are, and what is particular to them.
#[derive(Clone)]
pub(crate) struct Servers {
    /// How to talk to them.
    pub(crate) mode: Mode,
    /// Their addresses by name: `cross` is a `Cross`. There may be `named`, a `Named`, which lacks the methods of `Cross`,
    /// and `newer`, a `Cross` of newer.thrift.
    pub(crate) addresses: BTreeMap<String, String>,
    /// What they do otherwise than ours.
    pub(crate) quirks: Vec<Quirk>,
    /// How a client finds them.
    pub(crate) connect: Connect,
}

/// Connects to a URL.
pub(crate) type Connect = Arc<dyn Fn(String, Settings) -> Connecting + Send + Sync>;

/// A connection to come.
pub(crate) type Connecting = Pin<Box<dyn Future<Output = Result<Channel, Error>> + Send>>;

/// What a mode says to a client beside the URL.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) protocol: Protocol,
    /// Of HTTP, the URL has said it.
    pub(crate) transport: Transport,
    pub(crate) zlib: bool,
}

/// Longer than any call takes.
pub(crate) const CALL_TIMEOUT: Duration = Duration::from_secs(60);

/// By the asynchronous client, with more settings.
pub(crate) fn asynchronous(prepare: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static) -> Connect {
    Arc::new(move |url, settings| {
        let Settings { protocol, transport, zlib } = settings;
        let builder = Client::builder().protocol(protocol).transport(transport).zlib(zlib).call_timeout(CALL_TIMEOUT);
        let builder = prepare(builder);
        Box::pin(async move { Ok(Arc::new(builder.connect(&url).await?) as Channel) })
    })
}

/// What a peer's server does otherwise than ours, and a client has to live with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quirk {
    /// When its handler fails with an error that the IDL does not declare, it closes the connection.
    ClosesOnUndeclared,
    /// It says then that the error is of no known kind.
    UnknownOnUndeclared,
    /// It cannot tell a missing field from an empty one, unless it is optional, and answers with empty ones.
    FillsMissing,
    /// When there are several services, it closes the connection for a method that it does not know.
    ClosesOnUnknown,
    /// It does not know uuids.
    WithoutUuids,
    /// Over HTTP, which has a response for every request, it sends none to a oneway one.
    SilentOnOneway,
    /// In JSON it takes a character of zero for the end of a string.
    LosesNul,
    /// It refuses calls that lack an argument.
    NeedsArguments,
    /// It leaves out of which kind an application exception is.
    LosesKinds,
    /// It writes −0.0 as 0.0.
    LosesMinusZero,
    /// In compact it reads each boolean in a list as false.
    LosesFlags,
    /// In JSON it misreads containers and structs in maps.
    MisreadsMaps,
}

impl Quirk {
    pub(crate) const ALL: [Self; 12] = [
        Self::ClosesOnUndeclared,
        Self::UnknownOnUndeclared,
        Self::FillsMissing,
        Self::ClosesOnUnknown,
        Self::WithoutUuids,
        Self::SilentOnOneway,
        Self::LosesNul,
        Self::NeedsArguments,
        Self::LosesKinds,
        Self::LosesMinusZero,
        Self::LosesFlags,
        Self::MisreadsMaps,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ClosesOnUndeclared => "closes-on-undeclared",
            Self::UnknownOnUndeclared => "unknown-on-undeclared",
            Self::FillsMissing => "fills-missing",
            Self::ClosesOnUnknown => "closes-on-unknown",
            Self::WithoutUuids => "without-uuids",
            Self::SilentOnOneway => "silent-on-oneway",
            Self::LosesNul => "loses-nul",
            Self::NeedsArguments => "needs-arguments",
            Self::LosesKinds => "loses-kinds",
            Self::LosesMinusZero => "loses-minus-zero",
            Self::LosesFlags => "loses-flags",
            Self::MisreadsMaps => "misreads-maps",
        }
    }
}

/// Makes all calls. Returns how many checks passed.
///
/// # Errors
/// A line for each check that failed, when an answer is not as it should be.
pub(crate) fn run(servers: &Servers) -> Result<usize, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(async {
        let mut checks = Checks::default();
        let has = |quirk| servers.quirks.contains(&quirk);
        let is_silent = servers.mode.transport == mode::Transport::Http && has(Quirk::SilentOnOneway);
        let loses_nul = servers.mode.protocol == mode::Protocol::Json && has(Quirk::LosesNul);
        let connection = servers.connect("cross").await?.ok_or("there is no `cross`")?;
        let client = servers.cross(&connection);
        checks.run("inherited_method_and_void", inherited_method_and_void(client.clone())).await;
        checks.run("scalars", scalars(client.clone(), has(Quirk::LosesMinusZero))).await;
        checks.run("strings_and_binaries", strings_and_binaries(client.clone(), loses_nul)).await;
        checks.run("containers", containers(client.clone())).await;
        checks.run("enums_and_unions", enums_and_unions(client.clone(), servers.clone())).await;
        checks.run("structs", structs(client.clone(), servers.clone())).await;
        checks.run("declared_exceptions", declared_exceptions(client.clone())).await;
        checks.run("undeclared_error", undeclared_error(client.clone(), servers.quirks.clone())).await;
        checks.run("oneway", oneway(client.clone(), is_silent)).await;
        checks.run("many_calls", many_calls(client.clone(), is_silent)).await;
        checks.run("concurrent_calls", concurrent_calls(client.clone())).await;
        if servers.mode.multiplexed {
            let second = SecondClient::new(connection.clone().service("Second"));
            checks.run("second_service", second_service(client, second)).await;
            if !has(Quirk::WithoutUuids) {
                checks.run("uuids", uuids(IdsClient::new(connection.service("Ids")))).await;
            }
        }
        if let Some(connection) = servers.connect("named").await? {
            checks.run("unknown_method", unknown_method(servers.cross(&connection), servers.clone())).await;
        }
        if let Some(connection) = servers.connect("newer").await? {
            checks.run("newer_server", newer_server(servers.cross(&connection), servers.clone())).await;
        }
        checks.result()
    })
}

/// What came of the checks so far.
#[derive(Debug, Default)]
struct Checks {
    passed: usize,
    failed: Vec<String>,
}

impl Checks {
    async fn run(&mut self, name: &str, check: impl Future<Output = ()> + Send + 'static) {
        match tokio::spawn(check).await {
            Ok(()) => self.passed += 1,
            Err(error) => self.failed.push(format!("{name}: {error}")),
        }
    }

    fn result(self) -> Result<usize, String> {
        if self.failed.is_empty() { Ok(self.passed) } else { Err(self.failed.join("\n")) }
    }
}

impl Servers {
    /// A connection to the server of that name; `None` if there is none.
    async fn connect(&self, name: &str) -> Result<Option<Channel>, String> {
        let Some(address) = self.addresses.get(name) else { return Ok(None) };
        let url = self.mode.url(address);
        let (transport, zlib) = match self.mode.transport {
            mode::Transport::Buffered => (Transport::Buffered, false),
            mode::Transport::Framed => (Transport::Framed, false),
            mode::Transport::Header => (Transport::Header, false),
            mode::Transport::HeaderZlib => (Transport::Header, true),
            mode::Transport::Http => (Transport::default(), false),
            mode::Transport::Zlib => (Transport::Buffered, true),
            mode::Transport::FramedZlib => (Transport::Framed, true),
            mode::Transport::TtHeader | mode::Transport::TtHeaderFramed => (Transport::TtHeader, false),
        };
        let protocol = match self.mode.protocol {
            mode::Protocol::Binary | mode::Protocol::BinaryOld => Protocol::Binary,
            mode::Protocol::Compact => Protocol::Compact,
            mode::Protocol::Json => Protocol::Json,
        };
        let settings = Settings { protocol, transport, zlib };
        let connection = (self.connect)(url.clone(), settings).await.map_err(|error| format!("{url}: {error}"))?;
        Ok(Some(connection))
    }

    /// What of a value the servers can take.
    fn sent(&self, mut value: Everything) -> Everything {
        let (protocol, has) = (self.mode.protocol, |quirk| self.quirks.contains(&quirk));
        if has(Quirk::LosesMinusZero) {
            value = sample::without_minus_zero(value);
        }
        if has(Quirk::LosesFlags) && protocol == mode::Protocol::Compact {
            value.flags = None;
        }
        if has(Quirk::MisreadsMaps) && protocol == mode::Protocol::Json {
            (value.deep, value.by_name, value.choices) = (None, None, None);
        }
        value
    }

    /// What they answer to an echo.
    fn echoed(&self, value: &Everything) -> Everything {
        if self.quirks.contains(&Quirk::FillsMissing) { sample::filled(value.clone()) } else { value.clone() }
    }

    fn cross(&self, connection: &Channel) -> CrossConnection {
        let connection = Arc::clone(connection);
        CrossClient::new(if self.mode.multiplexed { Arc::new(connection.service("Cross")) } else { connection })
    }
}

async fn inherited_method_and_void(client: CrossConnection) {
    assert_eq!(client.name().await.unwrap(), "cross");
    client.ping().await.unwrap();
}

async fn scalars(client: CrossConnection, loses_minus_zero: bool) {
    for value in [true, false] {
        assert_eq!(client.echo_bool(value).await.unwrap(), value);
    }
    for value in [0, 1, -1, i8::MAX, i8::MIN] {
        assert_eq!(client.echo_i8(value).await.unwrap(), value);
    }
    for value in [0, 1, -1, i16::MAX, i16::MIN, 0x0102] {
        assert_eq!(client.echo_i16(value).await.unwrap(), value);
    }
    for value in [0, 1, -1, i32::MAX, i32::MIN, 0x0102_0304] {
        assert_eq!(client.echo_i32(value).await.unwrap(), value);
    }
    for value in [0, 1, -1, i64::MAX, i64::MIN, 0x0102_0304_0506_0708] {
        assert_eq!(client.echo_i64(value).await.unwrap(), value);
        assert_eq!(client.echo_id(value).await.unwrap(), value);
    }
    for value in sample::DOUBLES {
        let value = if loses_minus_zero { value + 0.0 } else { value };
        assert_eq!(client.echo_double(value).await.unwrap().to_bits(), value.to_bits(), "{value}");
    }
}

async fn strings_and_binaries(client: CrossConnection, loses_nul: bool) {
    for value in
        ["", "a", if loses_nul { "" } else { "\0" }, sample::UNICODE, &"é".repeat(MIB / 2), &"x".repeat(MIB + 1)]
    {
        assert!(client.echo_string(value).await.unwrap() == value, "of {} bytes", value.len());
    }
    let all: Vec<u8> = (0..=u8::MAX).collect();
    for value in [vec![], vec![0], all.repeat(MIB / all.len()), all] {
        let length = value.len();
        assert!(client.echo_binary(&value).await.unwrap() == value, "of {length} bytes");
    }
}

async fn containers(client: CrossConnection) {
    for value in [vec![], vec![0], vec![i64::MAX, i64::MIN, -1], (-5_000..5_000).collect()] {
        assert_eq!(client.echo_list(&value).await.unwrap(), value);
    }
    let words: [&[&str]; 3] = [&[], &[""], &["b", "a", "🦀", "\u{ffff}"]];
    for value in words {
        let value: BTreeSet<String> = value.iter().map(|&word| word.to_owned()).collect();
        assert_eq!(client.echo_set(&value).await.unwrap(), value);
    }
    for count in [0, 1, 1_000] {
        let value: BTreeMap<String, i32> = (0..count).map(|n| (format!("key {n}"), -n)).collect();
        assert_eq!(client.echo_map(&value).await.unwrap(), value);
    }
}

async fn enums_and_unions(client: CrossConnection, servers: Servers) {
    let scalars = servers.sent(Everything::new(sample::lowest())).scalars;
    for value in [Level::LOW, Level::HIGH, Level(0), Level(77), Level(i32::MIN)] {
        assert_eq!(client.echo_level(value).await.unwrap(), value);
    }
    for value in [Choice::Number(0), Choice::Text(String::new()), Choice::Scalars(scalars)] {
        assert_eq!(client.echo_choice(&value).await.unwrap(), value);
    }
}

async fn structs(client: CrossConnection, servers: Servers) {
    let long = Everything {
        words: Some((0..20_000).map(|n| n.to_string()).collect()),
        blobs: Some((0..1_500).map(|n| Bytes::from(vec![b'x'; n])).collect()),
        by_name: Some((0..2_000).map(|n| (n.to_string(), sample::lowest())).collect()),
        ..Everything::new(sample::lowest())
    };
    let empty = Everything {
        numbers: Some(Vec::new()),
        words: Some(BTreeSet::new()),
        counts: Some(BTreeMap::new()),
        deep: Some(Vec::new()),
        by_name: Some(BTreeMap::new()),
        blobs: Some(Vec::new()),
        choices: Some(BTreeMap::new()),
        ..Everything::new(sample::highest())
    };
    for value in [sample::everything(), Everything::new(sample::highest()), empty, long] {
        let value = servers.sent(value);
        let (found, expected) = (client.echo(&value).await.unwrap(), servers.echoed(&value));
        assert!(found == expected, "\n{}\n{}", start(&found), start(&expected));
    }
    let value = servers.sent(sample::everything());
    assert!(client.nest(&value).await.unwrap() == sample::nest(&servers.echoed(&value)));
}

fn start(value: &Everything) -> String {
    format!("{value:?}").chars().take(2_000).collect()
}

async fn declared_exceptions(client: CrossConnection) {
    assert_eq!(client.find("key").await.unwrap(), "name of key");
    match client.find("missing 🦀").await {
        Err(CrossFindError::NotFound(NotFound { key, code })) => {
            assert_eq!((key.as_deref(), code), (Some("missing 🦀"), Some(404)));
        }
        other => panic!("{other:?}"),
    }
    match client.find("refused").await {
        Err(CrossFindError::Refused(Refused { message })) => assert_eq!(message.as_deref(), Some("refused is refused")),
        other => panic!("{other:?}"),
    }
    client.check(0).await.unwrap();
    match client.check(-3).await {
        Err(CrossCheckError::NotFound(NotFound { key, code })) => {
            assert_eq!((key.as_deref(), code), (Some(""), Some(-3)));
        }
        other => panic!("{other:?}"),
    }
    client.check(0).await.unwrap();
    assert_eq!(client.concat("left", "right").await.unwrap(), "left+right");
}

async fn undeclared_error(client: CrossConnection, quirks: Vec<Quirk>) {
    let error = client.fail().await.unwrap_err();
    if quirks.contains(&Quirk::ClosesOnUndeclared) {
        assert_closed(&error);
    } else if quirks.contains(&Quirk::UnknownOnUndeclared) || quirks.contains(&Quirk::LosesKinds) {
        assert_application(&error, ApplicationErrorKind::UNKNOWN);
    } else {
        assert_application(&error, ApplicationErrorKind::INTERNAL_ERROR);
    }
    assert_eq!(client.name().await.unwrap(), "cross");
}

/// Sends a note. A server that is silent leaves the call without an end.
async fn note(client: &CrossConnection, line: &str, is_silent: bool) {
    let ended = timeout(if is_silent { Duration::from_millis(100) } else { Duration::MAX }, client.note(line)).await;
    match ended {
        Ok(sent) => sent.unwrap(),
        Err(_) => assert!(is_silent),
    }
}

async fn oneway(client: CrossConnection, is_silent: bool) {
    note(&client, "a note", is_silent).await;
    note(&client, "another", is_silent).await;
    // The server may take notes and questions from different connections.
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let notes = client.notes().await.unwrap();
        if ["a note", "another"].iter().all(|&note| notes.iter().any(|line| line == note)) {
            return;
        }
        assert!(Instant::now() < deadline, "the notes did not arrive: {notes:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn many_calls(client: CrossConnection, is_silent: bool) {
    for n in 0..1_000 {
        assert_eq!(client.echo_i32(n).await.unwrap(), n);
        if n % 100 == 0 {
            note(&client, "one of many", is_silent).await;
        }
    }
}

async fn concurrent_calls(client: CrossConnection) {
    let callers: Vec<_> = (0..8)
        .map(|caller| {
            let client = client.clone();
            tokio::spawn(async move {
                for n in 0..50 {
                    let text = format!("{caller}/{n}/{}", "x".repeat(n * 100));
                    assert_eq!(client.echo_string(&text).await.unwrap(), text);
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
}

async fn second_service(first: CrossConnection, second: SecondClient<Multiplexed<Channel>>) {
    for value in ["", sample::UNICODE] {
        assert_eq!(second.echo_string(value).await.unwrap(), format!("second: {value}"));
        assert_eq!(first.echo_string(value).await.unwrap(), value);
    }
}

async fn uuids(client: IdsClient<Multiplexed<Channel>>) {
    let ids = [0, 1, 0x0011_2233_4455_6677_8899_aabb_ccdd_eeff, u128::MAX].map(Uuid::from_u128);
    for value in ids {
        assert_eq!(client.echo_uuid(value).await.unwrap(), value);
    }
    let value = BTreeMap::from([(ids[1], ids.to_vec()), (ids[2], vec![])]);
    assert_eq!(client.echo_uuids(&value).await.unwrap(), value);
}

async fn unknown_method(client: CrossConnection, servers: Servers) {
    let has = |quirk| servers.quirks.contains(&quirk);
    let closes = servers.mode.multiplexed && has(Quirk::ClosesOnUnknown);
    let kind =
        if has(Quirk::LosesKinds) { ApplicationErrorKind::UNKNOWN } else { ApplicationErrorKind::UNKNOWN_METHOD };
    // Apache's Python library can skip only such binary fields as are UTF-8.
    let scalars = Scalars { bytes: Bytes::from("é"), ..sample::lowest() };
    let skippable = Everything {
        scalars: scalars.clone(),
        by_name: Some(BTreeMap::from([("a".to_owned(), scalars.clone()), ("b".to_owned(), sample::highest())])),
        inner: Some(Box::new(Everything::new(scalars))),
        blobs: None,
        choices: None,
        ..sample::everything()
    };
    for _ in 0..2 {
        for error in [client.ping().await.unwrap_err(), client.echo(&skippable).await.unwrap_err()] {
            if closes {
                assert_closed(&error);
            } else {
                assert_application(&error, kind);
            }
        }
        assert_eq!(client.name().await.unwrap(), "cross");
    }
}

/// What the server's later IDL has more is passed over.
async fn newer_server(client: CrossConnection, servers: Servers) {
    let value = servers.sent(sample::everything());
    let found = client.echo(&value).await.unwrap();
    assert!(found == servers.echoed(&value), "{}", start(&found));

    let unknown = client.echo_choice(&Choice::Text("added".to_owned())).await.unwrap();
    assert!(matches!(unknown, Choice::Unknown(_)), "{unknown:?}");
    assert_eq!(client.echo_choice(&unknown).await.unwrap(), unknown);

    match client.find("gone").await {
        Err(CrossFindError::Other(error)) => assert_application(&error, ApplicationErrorKind::MISSING_RESULT),
        other => panic!("{other:?}"),
    }
    let concat = client.concat("left", "right").await;
    if servers.quirks.contains(&Quirk::NeedsArguments) {
        assert!(matches!(concat, Err(Error::Application(_) | Error::Closed { .. })), "{concat:?}");
    } else {
        assert_eq!(concat.unwrap(), "left+right+None");
    }
}

fn assert_application(error: &Error, kind: ApplicationErrorKind) {
    assert!(matches!(error, Error::Application(error) if error.kind == kind), "expected {kind}, found {error:?}");
}

fn assert_closed(error: &Error) {
    assert!(matches!(error, Error::Closed { .. } | Error::Io(_)), "{error:?}");
}
