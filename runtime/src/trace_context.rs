//! W3C trace context: which trace a call belongs to, as the headers `traceparent` and `tracestate` say it. Format:
//! <https://www.w3.org/TR/trace-context/>.

use crate::context::Metadata;
use std::cell::RefCell;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

/// The header that names the trace and, in it, the caller.
pub(crate) const TRACEPARENT: &str = "traceparent";

/// The header with what tracing systems tell each other beyond that.
pub(crate) const TRACESTATE: &str = "tracestate";

/// The trace was, or is to be, recorded.
const SAMPLED: u8 = 1;

/// The flags that mean something: also that the trace's id is random, which whoever made it says.
const KNOWN_FLAGS: u8 = SAMPLED | 2;

thread_local! {
    static CURRENT: RefCell<Option<TraceContext>> = const { RefCell::new(None) };
}

/// A place in a distributed trace: the trace, and one span of it. Cheap to clone.
///
/// ```
/// use thrift_runtime::TraceContext;
///
/// let caller = TraceContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", ["vendor=1"]).unwrap();
/// assert!(caller.is_sampled());
/// let here = caller.child();
/// assert_eq!(here.trace_id(), caller.trace_id());
/// assert!(here.traceparent().starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
/// assert_eq!(here.tracestate(), Some("vendor=1"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TraceContext {
    trace_id: u128,
    span_id: u64,
    flags: u8,
    state: Option<Arc<str>>,
}

impl TraceContext {
    /// The first span of a new trace, to be recorded.
    pub fn new() -> Self {
        let trace_id = u128::from(random()) << 64 | u128::from(random());
        Self { trace_id, span_id: random(), flags: SAMPLED, state: None }
    }

    /// Reads the header `traceparent`, and all headers `tracestate` in their order.
    ///
    /// As the specification has it, a `traceparent` that is not in order is as good as none, and of a later version what
    /// the first one has is taken; a `tracestate` that is not in order is dropped, and the trace goes on without it.
    pub fn parse<'a>(traceparent: &str, tracestate: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut parts = traceparent.split('-');
        let mut number = |digits: usize| {
            let part = parts.next().filter(|part| part.len() == digits)?;
            let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            part.bytes().all(is_digit).then(|| u128::from_str_radix(part, 16).ok())?
        };
        let version = number(2)?;
        let (trace_id, span_id, flags) = (number(32)?, number(16)? as u64, number(2)? as u8);
        let is_valid = version != 0xff && trace_id != 0 && span_id != 0 && (version > 0 || parts.next().is_none());
        let context = Self { trace_id, span_id, flags: flags & KNOWN_FLAGS, state: None };
        is_valid.then(|| Self { state: state(tracestate), ..context })
    }

    /// The span of the handler that runs here, where a [`Traced`](crate::Traced) server calls it: the parent of what it
    /// asks of others. In tasks and threads that a handler spawns there is none: take it before.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|current| current.borrow().clone()).ok()?
    }

    /// A new span of the same trace.
    pub fn child(&self) -> Self {
        Self { span_id: random(), ..self.clone() }
    }

    /// The trace.
    pub fn trace_id(&self) -> u128 {
        self.trace_id
    }

    /// The span; in a request, the caller's.
    pub fn span_id(&self) -> u64 {
        self.span_id
    }

    /// Whether the caller says that it records the trace.
    pub fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// The header `traceparent`.
    pub fn traceparent(&self) -> String {
        self.to_string()
    }

    /// The header `tracestate`, if there is to be one.
    pub fn tracestate(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// Runs `f` with this as the [current](Self::current) context.
    #[cfg(feature = "tracing")]
    pub(crate) fn scope<R>(&self, f: impl FnOnce() -> R) -> R {
        let _restore = Restore(set(Some(self.clone())));
        f()
    }
}

impl Default for TraceContext {
    fn default() -> Self {
        Self::new()
    }
}

/// The header `traceparent`.
impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace_id, self.span_id, self.flags)
    }
}

impl Metadata {
    /// The trace that the request belongs to and the caller's span in it, of the headers `traceparent` and `tracestate`.
    /// `None` when it came without them, or not in order.
    pub fn trace_context(&self) -> Option<TraceContext> {
        let mut parents = self.header_values(TRACEPARENT);
        // Of two nobody knows which is meant.
        let parent = parents.next().filter(|_| parents.next().is_none())?;
        TraceContext::parse(parent, self.header_values(TRACESTATE))
    }

    /// With the headers that have a server take its calls for parts of this trace.
    pub fn with_trace_context(self, context: &TraceContext) -> Self {
        let metadata = self.with_header(TRACEPARENT, context.traceparent());
        match context.tracestate() {
            Some(state) => metadata.with_header(TRACESTATE, state),
            None => metadata,
        }
    }
}

/// The headers as one, if they are in order.
fn state<'a>(headers: impl IntoIterator<Item = &'a str>) -> Option<Arc<str>> {
    const MOST: usize = 32;

    let members = headers.into_iter().flat_map(|header| header.split(','));
    let members = members.map(|member| member.trim_matches([' ', '\t'])).filter(|member| !member.is_empty());
    let members: Vec<&str> = members.take(MOST + 1).collect();
    let is_valid = |member: &&str| member.split_once('=').is_some_and(|(key, value)| is_key(key) && is_value(value));
    let in_order = (1..=MOST).contains(&members.len()) && members.iter().all(is_valid);
    in_order.then(|| members.join(",").into())
}

/// A name, or `tenant@system`.
fn is_key(key: &str) -> bool {
    let is_name = |name: &str, longest: usize| {
        let begins = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-*/".contains(c);
        begins && name.len() <= longest && name.chars().all(is_letter)
    };
    match key.split_once('@') {
        Some((tenant, system)) => is_name(tenant, 241) && is_name(system, 14),
        None => is_name(key, 256),
    }
}

fn is_value(value: &str) -> bool {
    (1..=256).contains(&value.len()) && value.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'=')
}

/// A number that nobody else has, and that is not 0. The standard library's hashers are seeded by the operating system and
/// differ from one to the next: enough to tell spans apart, and nothing that has to be kept secret.
fn random() -> u64 {
    loop {
        match RandomState::new().build_hasher().finish() {
            0 => {}
            number => return number,
        }
    }
}

/// Replaces the current context; does nothing while the thread ends.
#[cfg(feature = "tracing")]
fn set(context: Option<TraceContext>) -> Option<TraceContext> {
    CURRENT.try_with(|current| current.replace(context)).unwrap_or_default()
}

/// Puts the outer context back, also when a handler panics.
#[cfg(feature = "tracing")]
struct Restore(Option<TraceContext>);

#[cfg(feature = "tracing")]
impl Drop for Restore {
    fn drop(&mut self) {
        set(self.0.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn parse(parent: &str) -> Option<TraceContext> {
        TraceContext::parse(parent, [])
    }

    #[test]
    fn a_parent_in_order_is_read_and_written() {
        let context = parse(PARENT).unwrap();
        assert_eq!(context.trace_id(), 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736);
        assert_eq!((context.span_id(), context.is_sampled()), (0x00f0_67aa_0ba9_02b7, true));
        assert_eq!(context.traceparent(), PARENT);
        assert!(!parse(&PARENT.replace("-01", "-00")).unwrap().is_sampled());
        assert_eq!(parse(&PARENT.replace("-01", "-ff")).unwrap().to_string(), PARENT.replace("-01", "-03"));
        // Of a later version, its beginning.
        for later in ["cc-", "01-"].map(|version| PARENT.replacen("00-", version, 1)) {
            assert_eq!(parse(&later), Some(context.clone()));
            assert_eq!(parse(&format!("{later}-what-the-future-will-be-like")), Some(context.clone()));
            assert_eq!(parse(&format!("{later}.what-the-future-will-not-be-like")), None);
        }
    }

    #[test]
    fn a_parent_out_of_order_is_none() {
        for parent in [
            "",
            "-",
            "00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-001",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "0X-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b-01",
            " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
            "00-4bf92f3577b34da6a3ce929d0e0e473ä-00f067aa0ba902b7-01",
        ] {
            assert_eq!(parse(parent), None, "{parent}");
        }
    }

    #[test]
    fn a_state_is_kept_only_in_order() {
        let state = |headers: &[&str]| {
            let context = TraceContext::parse(PARENT, headers.iter().copied()).expect("the trace goes on");
            context.tracestate().map(str::to_owned)
        };
        let (long, longer) = ("x".repeat(256), "x".repeat(257));
        let most = (0..32).map(|n| format!("k{n}=v")).collect::<Vec<_>>().join(",");
        for good in ["a=1", "a=1,b=2", "tenant@system=x y", "0a_-*/=!", &format!("{long}={long}"), &most] {
            assert_eq!(state(&[good]).as_deref(), Some(good));
        }
        assert_eq!(state(&["a=1 ,\tb=2,,", "", "c=3"]).as_deref(), Some("a=1,b=2,c=3"));
        for bad in [
            "",
            ",",
            "a",
            "a=",
            "=1",
            "A=1",
            "a =1",
            "a=b=c",
            "a=\u{7f}",
            "a=ä",
            "a@b@c=1",
            "a@=1",
            "@b=1",
            "a@system-is-longer=1",
            &format!("{longer}=1"),
            &format!("a={longer}"),
            &format!("{most},one=more"),
            "a=1,b",
        ] {
            assert_eq!(state(&[bad]), None, "{bad}");
        }
    }

    #[test]
    fn new_spans_differ() {
        let root = TraceContext::new();
        let spans: HashSet<u64> = (0..10_000).map(|_| root.child().span_id()).collect();
        assert_eq!((spans.len(), spans.contains(&0)), (10_000, false));
        assert_eq!(parse(&root.traceparent()), Some(root.clone()));
        assert_ne!(root.trace_id(), TraceContext::new().trace_id());
        assert_eq!(TraceContext::current(), None, "outside of a handler");
    }
}
