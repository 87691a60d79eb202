//! The program of the matrix: every generated type takes the values that were made from the IDL, and gives them back.

use std::any::Any;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use thrift_runtime::{Decode, DecodeOwned, Encode, binary};

mod checks;

fn main() {
    let cases = Cases::read(include_str!("../cases.txt"));
    checks::all(&cases);
}

/// Values as bytes, by the name of their type.
struct Cases(BTreeMap<&'static str, Vec<Case>>);

struct Case {
    /// Encoding gives the same bytes.
    exact: bool,
    bytes: Vec<u8>,
}

impl Cases {
    /// A line is the name of a type, and values: `=` before those that are exact, and digits.
    fn read(text: &'static str) -> Self {
        let line = |line: &'static str| {
            let mut words = line.split(' ');
            (words.next().unwrap(), words.map(Case::read).collect())
        };
        Self(text.lines().map(line).collect())
    }
}

impl Case {
    fn read(word: &str) -> Self {
        let digits = word.trim_start_matches('=');
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        Self { exact: digits != word, bytes: (0..digits.len()).step_by(2).map(byte).collect() }
    }
}

/// A value of some type: one copy of the checks serves all.
trait Value: Any {
    fn bytes(&self) -> Vec<u8>;
    fn copy(&self) -> Box<dyn Value>;
    fn equals(&self, other: &dyn Value) -> bool;
    fn compare(&self, other: &dyn Value) -> (Ordering, Option<Ordering>);
    fn hashed(&self) -> u64;
    fn text(&self) -> String;
}

impl<T: Encode + Clone + Debug + Ord + Hash + 'static> Value for T {
    fn bytes(&self) -> Vec<u8> {
        binary::to_vec(self).unwrap()
    }

    fn copy(&self) -> Box<dyn Value> {
        Box::new(self.clone())
    }

    fn equals(&self, other: &dyn Value) -> bool {
        self == of_type::<T>(other)
    }

    fn compare(&self, other: &dyn Value) -> (Ordering, Option<Ordering>) {
        (self.cmp(of_type(other)), self.partial_cmp(of_type(other)))
    }

    fn hashed(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }

    fn text(&self) -> String {
        format!("{self:?}")
    }
}

fn of_type<T: 'static>(value: &dyn Value) -> &T {
    (value as &dyn Any).downcast_ref().unwrap()
}

/// What is asked of every type.
fn check<T: Encode + DecodeOwned + Clone + Debug + Ord + Hash + 'static>(cases: &Cases, name: &str) {
    check_values(&cases.0[name], name, &|bytes| {
        let value: T = binary::from_slice(bytes).unwrap_or_else(|error| panic!("{name}: {error}: {bytes:x?}"));
        Box::new(value)
    });
}

fn check_values(cases: &[Case], name: &str, decode: &dyn Fn(&[u8]) -> Box<dyn Value>) {
    let mut values = Vec::new();
    for case in cases {
        let value = decode(&case.bytes);
        let bytes = value.bytes();
        assert!(!case.exact || bytes == case.bytes, "{name}: {}: {bytes:?}, not {:?}", value.text(), case.bytes);
        for same in [decode(&bytes), value.copy()] {
            assert!(value.equals(&*same), "{name}: {} is not {}", value.text(), same.text());
            assert_eq!(in_any_order(same.bytes()), in_any_order(bytes.clone()), "{name}");
        }
        values.push(value);
    }
    for one in &values {
        for other in &values {
            let (order, partial) = one.compare(&**other);
            assert_eq!(order, other.compare(&**one).0.reverse(), "{name}");
            assert_eq!((partial, one.equals(&**other)), (Some(order), order.is_eq()), "{name}");
            assert!(order.is_ne() || one.hashed() == other.hashed(), "{name}");
        }
    }
}

/// What tells bytes apart: of hash maps, whose entries have no order, not their order either.
fn in_any_order(mut bytes: Vec<u8>) -> Vec<u8> {
    if !checks::KEEPS_ORDER {
        bytes.sort_unstable();
    }
    bytes
}

/// The borrowed type has the same values and bytes. `read`: the bytes of the borrowed value, and the owned one made of it.
#[allow(dead_code)]
fn check_twin<T>(cases: &Cases, name: &str, read: fn(&[u8]) -> (Vec<u8>, T))
where
    T: Encode + DecodeOwned + PartialEq + Debug,
{
    for case in &cases.0[name] {
        let owned: T = binary::from_slice(&case.bytes).unwrap();
        let (bytes, same) = read(&case.bytes);
        assert_eq!(same, owned, "{name}");
        assert!(!case.exact || bytes == case.bytes, "{name}: {bytes:?}, not {:?}", case.bytes);
        assert_eq!(binary::from_slice::<T>(&bytes).unwrap(), owned, "{name}");
    }
}

#[allow(dead_code)]
fn twin<'a, T: Decode<'a>>(bytes: &'a [u8]) -> T {
    binary::from_slice(bytes).unwrap()
}

/// The default value survives too.
fn check_default<T: Default + Encode + DecodeOwned + PartialEq>(name: &str) {
    let bytes = binary::to_vec(&T::default()).unwrap();
    assert!(binary::from_slice::<T>(&bytes).unwrap() == T::default(), "{name}");
}

/// The values of an argument's type.
fn arguments<T: DecodeOwned>(cases: &Cases, name: &str) -> Vec<T> {
    cases.0[name].iter().map(|case| binary::from_slice(&case.bytes).unwrap()).collect()
}

/// What comes of a future that waits for nothing.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing to wait for"),
    }
}
