//! Maps and sets of each kind: what is decoded, written and compared, whichever type stands for them.

use std::cmp::Ordering;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::golden::options_collections::collections::{
    self, Each, EachAsItCame, Either, Keys, Leaves, Nested, Nothing, Plain,
};
use thrift_runtime::codegen::Uuid;
use thrift_runtime::{DecodeOwned, Encode, Error, IndexSet, OrderedDouble, VecMap, VecSet, binary, compact, json};

/// Encodes in the protocols that have bits, and decodes again.
fn survives<T: Encode + DecodeOwned + Ord + Hash + Debug>(value: &T) {
    is_same(value, &binary::from_slice(&binary::to_vec(value).unwrap()).unwrap());
    is_same(value, &compact::from_slice(&compact::to_vec(value).unwrap()).unwrap());
}

/// The same in JSON, which has one NaN, and no keys of more than a word.
fn survives_as_text<T: Encode + DecodeOwned + Ord + Hash + Debug>(value: &T) {
    is_same(value, &json::from_slice(&json::to_vec(value).unwrap()).unwrap());
}

fn is_same<T: Ord + Hash + Debug>(value: &T, back: &T) {
    assert_eq!(back, value);
    assert_eq!((back.cmp(value), hashed(back)), (Ordering::Equal, hashed(value)));
}

fn hashed<T: Hash>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// What a message becomes for another type, in each protocol.
fn as_another<T: DecodeOwned>(message: &impl Encode) -> [T; 3] {
    [
        binary::from_slice(&binary::to_vec(message).unwrap()).unwrap(),
        compact::from_slice(&compact::to_vec(message).unwrap()).unwrap(),
        json::from_slice(&json::to_vec(message).unwrap()).unwrap(),
    ]
}

const NAMES: [&str; 4] = ["d", "a", "c", "b"];

fn names<C: FromIterator<String>>() -> Option<C> {
    Some(NAMES.map(str::to_owned).into_iter().collect())
}

fn numbers<C: FromIterator<(String, i32)>>() -> Option<C> {
    Some(NAMES.map(str::to_owned).into_iter().zip(1..).collect())
}

fn each() -> Each {
    Each {
        hash: numbers(),
        hashed: names(),
        index: numbers(),
        indexed: names(),
        vec: numbers(),
        listed: names(),
        tree: numbers(),
        treed: names(),
    }
}

/// Doubles that only their bits tell apart.
fn doubles() -> [f64; 4] {
    [0.0, -0.0, f64::NAN, f64::from_bits(f64::NAN.to_bits() | 1)]
}

fn nested(doubles: [f64; 4]) -> Nested {
    let [zero, minus, nan, other] = doubles;
    Nested {
        weights: HashMap::from([("a".to_owned(), zero), ("b".to_owned(), minus), ("c".to_owned(), nan)]),
        pairs: VecMap::from([("a".to_owned(), zero), ("b".to_owned(), minus), ("a".to_owned(), nan)]),
        numbers: IndexSet::from([5, -1, 3]),
        kinds: Some(vec![HashSet::new(), HashSet::from([collections::Kind::LARGE, collections::Kind(7)])]),
        by_each: Some(HashMap::from([(each(), Each::default()), (Each::default(), each())])),
        doubles: Some(doubles.map(|double| (OrderedDouble(double), double)).into()),
        double_set: Some(doubles.map(OrderedDouble).into()),
        eithers: Some(HashMap::from([
            ("a".to_owned(), Either::Weights(numbers().unwrap())),
            ("b".to_owned(), Either::Doubles(doubles.map(OrderedDouble).into())),
        ])),
        ..Nested::new(HashMap::from([("h".to_owned(), HashMap::from([(1, vec![nan, other])]))]))
    }
}

fn keys() -> Keys {
    let by_double: BTreeMap<String, OrderedDouble> =
        NAMES.map(str::to_owned).into_iter().zip(doubles().map(OrderedDouble)).collect();
    Keys {
        by_map: HashMap::from([(by_double.clone(), 1), (BTreeMap::new(), 2)]),
        sets: Some(HashSet::from([BTreeSet::from([1, 2]), BTreeSet::new()])),
        by_numbers: HashMap::from([(BTreeSet::from([3]), nested(doubles()).weights)]),
        pairs: Some(HashSet::from([by_double.into_iter().collect()])),
        by_list: Some([(vec![names().unwrap(), BTreeSet::new()], true), (vec![], false)].into()),
    }
}

fn leaves() -> Leaves {
    let plains = HashMap::from([(1, Plain::Text("t".to_owned())), (2, Plain::Nothing(Nothing {}))]);
    Leaves {
        small: Some(HashMap::from([(true, HashMap::from([(-1, 2)]))])),
        large: Some(HashMap::from([(i64::MIN, HashMap::from([(Uuid::from_u128(7), "bytes".into())]))])),
        plains: Some(vec![plains, HashMap::new()]),
        trees: Some(HashMap::from([(1, vec![BTreeSet::from([1])])])),
        numbers: Some(HashMap::from([(1, IndexSet::from([2, 1]))])),
        vecs: Some(vec![[(1, [(2, HashSet::from([3]))].into())].into()]),
        nothings: Some(HashMap::from([(1, Nothing {})])),
        pointed: Some(Arc::new(HashMap::from([(1, Plain::Nothing(Nothing {}))]))),
    }
}

#[test]
fn values_survive() {
    survives(&each());
    survives(&nested(doubles()));
    survives(&keys());
    survives(&leaves());
    survives(&Either::Doubles(doubles().map(OrderedDouble).into()));
    for empty in [Each::default(), Each { hash: Some(HashMap::new()), vec: Some(VecMap::new()), ..Each::default() }] {
        survives(&empty);
        survives_as_text(&empty);
    }
    survives_as_text(&each());
    survives_as_text(&Nested { by_each: None, ..nested([0.0, -0.0, f64::NAN, f64::NEG_INFINITY]) });
    survives_as_text(&leaves());
}

#[test]
fn bits_of_doubles_survive() {
    let bits = |value: &Nested| -> Vec<[u64; 2]> {
        let pairs = value.doubles.as_ref().unwrap().iter();
        pairs.map(|(key, value)| [key.0.to_bits(), value.to_bits()]).collect()
    };
    let (value, hash) = (nested(doubles()), Either::Doubles(doubles().map(OrderedDouble).into()));
    assert_eq!(bits(&crate::round_trip(&value)), bits(&value));
    assert_eq!(value.doubles.as_ref().unwrap().len(), 4);
    let Either::Doubles(set) = crate::round_trip(&hash) else { panic!("another variant") };
    let bits: BTreeSet<u64> = set.iter().map(|double| double.0.to_bits()).collect();
    assert_eq!(bits, doubles().map(f64::to_bits).into());
}

/// Of a key that comes twice the last value wins, and an element is there once; but a vector is what came.
#[test]
fn entries_that_come_twice() {
    let map = || Some([("b".to_owned(), 1), ("a".to_owned(), 2), ("b".to_owned(), 3)].into());
    let set = || Some(["b", "a", "b"].map(str::to_owned).into());
    let came = EachAsItCame {
        hash: map(),
        hashed: set(),
        index: map(),
        indexed: set(),
        vec: map(),
        listed: set(),
        tree: map(),
        treed: set(),
    };
    for each in as_another::<Each>(&came) {
        let last = [("a".to_owned(), 2), ("b".to_owned(), 3)];
        let once = ["a".to_owned(), "b".to_owned()];
        assert_eq!(each.hash, Some(last.clone().into()));
        assert_eq!(each.hashed, Some(once.clone().into()));
        assert_eq!(each.tree, Some(last.clone().into()));
        assert_eq!(each.treed, Some(once.into()));
        // An index has it where it came first.
        let index: Vec<_> = each.index.unwrap().into_iter().collect();
        assert_eq!(index, [("b".to_owned(), 3), ("a".to_owned(), 2)]);
        let indexed: Vec<_> = each.indexed.unwrap().into_iter().collect();
        assert_eq!(indexed, ["b", "a"]);
        let vec = each.vec.unwrap();
        assert_eq!(*vec, [("b".to_owned(), 1), ("a".to_owned(), 2), ("b".to_owned(), 3)]);
        assert_eq!((vec.get("b"), vec.get("c")), (Some(&3), None), "the value that other maps keep");
        assert_eq!(*each.listed.unwrap(), ["b", "a", "b"]);
    }
}

/// Equal values are equal however their hash maps came to be; those that keep an order are written in it.
#[test]
fn hash_maps_compare_by_what_is_in_them() {
    let forwards: HashMap<String, i32> = (0..100).map(|i| (i.to_string(), i)).collect();
    let backwards: HashMap<String, i32> = (0..100).rev().map(|i| (i.to_string(), i)).collect();
    let of = |hash: HashMap<String, i32>| Each { hash: Some(hash), ..Each::default() };
    let index = |order: [&str; 2]| Each { index: Some(order.map(|key| (key.to_owned(), 1)).into()), ..Each::default() };
    assert_eq!(of(forwards.clone()), of(backwards.clone()));
    assert_eq!(hashed(&of(forwards.clone())), hashed(&of(backwards)));
    assert_eq!(index(["a", "b"]), index(["b", "a"]));
    assert_eq!(hashed(&index(["a", "b"])), hashed(&index(["b", "a"])));
    assert_ne!(binary::to_vec(&index(["a", "b"])).unwrap(), binary::to_vec(&index(["b", "a"])).unwrap());

    let mut greater = forwards.clone();
    greater.insert("50".to_owned(), 51);
    assert!(of(forwards.clone()) < of(greater.clone()) && of(greater.clone()) > of(forwards.clone()));
    let mut fewer = forwards.clone();
    fewer.remove("99");
    assert!(of(fewer.clone()) < of(forwards.clone()) && of(fewer) < of(greater));
    assert_eq!(BTreeSet::from([of(forwards.clone()), of(forwards.clone()), Each::default()]).len(), 2);
    assert_eq!(HashSet::from([of(forwards.clone()), of(forwards)]).len(), 1);
}

#[test]
fn constants_and_defaults() {
    assert_eq!(*collections::WEIGHTS, HashMap::from([("x".to_owned(), 0.5)]));
    assert_eq!(*collections::NUMBERS, IndexSet::from([3]));
    assert_eq!(*collections::PAIRS, VecMap::from([("p".to_owned(), 1.0)]));
    let nested = &collections::NESTED[&collections::Kind::SMALL];
    assert_eq!((&nested.weights, nested.pairs.get("x")), (&*collections::WEIGHTS, Some(&0.5)));
    assert_eq!(Keys::default().by_numbers[&BTreeSet::from([3])], *collections::WEIGHTS);
    assert!(collections::EMPTY.is_empty());
    assert_eq!(crate::round_trip(&Keys::default()), Keys::default());
}

struct Handler;

impl collections::Collections for Handler {
    async fn invert(
        &self,
        map: HashMap<i32, String>,
        set: HashSet<String>,
        pairs: VecMap<String, f64>,
    ) -> Result<HashMap<String, i32>, Error> {
        let wanted = map.into_iter().filter(|(_, name)| set.contains(name) && pairs.get(name).is_some());
        Ok(wanted.map(|(number, name)| (name, number)).collect())
    }

    async fn vec(&self) -> Result<VecSet<i32>, Error> {
        Ok([2, 1, 2].into())
    }
}

#[tokio::test]
async fn services_take_them() {
    let client = collections::CollectionsClient::new(collections::CollectionsServer::new(Handler));
    let map = HashMap::from([(1, "s".to_owned()), (2, "t".to_owned())]);
    let set = HashSet::from(["s".to_owned()]);
    let inverted = client.invert(&map, &set, &VecMap::from([("s".to_owned(), 0.5)])).await.unwrap();
    assert_eq!(inverted, HashMap::from([("s".to_owned(), 1)]));
    assert_eq!(*client.vec().await.unwrap(), [2, 1, 2]);
}

#[test]
fn serde_has_them_too() {
    fn survives<T>(value: &T)
    where
        T: thrift_runtime::codegen::serde::Serialize + Eq + Debug,
        T: for<'de> thrift_runtime::codegen::serde::Deserialize<'de>,
    {
        let bytes = postcard::to_stdvec(value).unwrap();
        assert_eq!(postcard::from_bytes::<T>(&bytes).unwrap(), *value);
        let text = serde_json::to_string(value).unwrap();
        assert_eq!(serde_json::from_str::<T>(&text).unwrap(), *value, "{text}");
    }
    survives(&each());
    let doubles = nested([0.0, -0.0, f64::NAN, f64::NEG_INFINITY]);
    survives(&Keys { by_numbers: HashMap::from([(BTreeSet::from([3]), doubles.weights)]), ..Keys::default() });
    survives(&leaves());
    let vec = Each { vec: numbers(), listed: names(), ..Each::default() };
    let text = serde_json::to_string(&vec).unwrap();
    assert_eq!(text, r#"{"vec":{"d":1,"a":2,"c":3,"b":4},"listed":["d","a","c","b"]}"#);
}
