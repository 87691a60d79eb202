//! Shared strings: where they lie, what they are equal to, and that they are checked.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::golden::options_strings::strings::{
    self, Either, GREETING, Mixed, Refused, Words, WordsClient, WordsJoinError, WordsServer, Wrong,
};
use crate::round_trip;
use thrift_runtime::{ByteString, Bytes, DecodeErrorKind, Error, binary, compact, json};

fn mixed() -> Mixed {
    Mixed {
        alias: Some("alias".to_owned()),
        by_name: Some(BTreeMap::from([("key".into(), BTreeSet::from(["ü".into(), "".into()]))])),
        hashed: HashMap::from([("hashed".into(), "x".repeat(100).into())]),
        bytes: Some(Bytes::from_static(b"\xff")),
        ..Mixed::new("shared".into())
    }
}

#[test]
fn strings_survive() {
    let mixed = mixed();
    assert_eq!(round_trip(&mixed), mixed);
    assert_eq!(compact::from_slice::<Mixed>(&compact::to_vec(&mixed).unwrap()).unwrap(), mixed);
    assert_eq!(json::from_slice::<Mixed>(&json::to_vec(&mixed).unwrap()).unwrap(), mixed);
    assert_eq!(serde_json::from_str::<Mixed>(&serde_json::to_string(&mixed).unwrap()).unwrap(), mixed);
    assert_eq!(postcard::from_bytes::<Mixed>(&postcard::to_stdvec(&mixed).unwrap()).unwrap(), mixed);
    for either in [Either::Text("".into()), Either::Text("text".into()), Either::Owned("owned".to_owned())] {
        assert_eq!(round_trip(&either), either);
    }
}

#[test]
fn constants_and_defaults() {
    assert_eq!((GREETING, strings::OWNED), ("grüezi \"you\"\n", "owned"));
    let mixed = Mixed::new("x".into());
    assert_eq!((mixed.owned.as_str(), &*mixed.greeting, &*mixed.name), (GREETING, GREETING, "name"));
    assert_eq!(*strings::WORDS, ["a", "", "owned"]);
    assert_eq!(mixed.words, *strings::WORDS);
    assert_eq!(mixed.copied, ["a", "", "owned"]);
    assert_eq!(strings::NAMES["n"], ["", "a", "owned"].map(str::to_owned).into());
    assert_eq!(round_trip(&mixed), mixed);
}

/// Of a frame they are a part, however short; of other bytes they are a copy.
#[test]
fn they_share_the_frame() {
    fn lies_in(text: &ByteString, bytes: &[u8]) -> bool {
        text.is_empty() || bytes.as_ptr_range().contains(&text.as_ptr())
    }
    fn all(mixed: &Mixed) -> Vec<&ByteString> {
        let sets = mixed.by_name.iter().flatten();
        let texts = sets.flat_map(|(key, set)| [key].into_iter().chain(set));
        let texts = texts.chain(mixed.hashed.iter().flat_map(|(key, value)| [key, value])).chain(&mixed.words);
        texts.chain([&mixed.shared, &mixed.greeting, &mixed.name]).collect()
    }
    let frames = [binary::to_vec(&mixed()).unwrap(), compact::to_vec(&mixed()).unwrap()].map(Bytes::from);
    let decoded = [
        binary::from_bytes::<Mixed>(frames[0].clone()).unwrap(),
        compact::from_bytes::<Mixed>(frames[1].clone()).unwrap(),
    ];
    for (frame, decoded) in frames.iter().zip(&decoded) {
        assert_eq!(*decoded, mixed());
        assert!(all(decoded).into_iter().all(|text| lies_in(text, frame)));
    }
    let copied: Mixed = binary::from_slice(&frames[0]).unwrap();
    assert!(!all(&copied).into_iter().any(|text| !text.is_empty() && lies_in(text, &frames[0])));
    assert_eq!(copied, decoded[0]);
    let words = json::from_bytes::<Mixed>(json::to_vec(&mixed()).unwrap().into()).unwrap();
    assert_eq!(words, decoded[0]);
}

#[test]
fn they_are_text() {
    let mut bytes = binary::to_vec(&Either::Text("é".into())).unwrap();
    assert!(binary::from_slice::<Either>(&bytes).is_ok());
    let letter = bytes.iter().position(|byte| *byte == 0xc3).unwrap();
    bytes[letter] = b'a';
    assert_eq!(binary::from_slice::<Either>(&bytes).unwrap_err().kind(), DecodeErrorKind::InvalidUtf8);
    assert_eq!(binary::from_bytes::<Either>(bytes.into()).unwrap_err().kind(), DecodeErrorKind::InvalidUtf8);
}

struct Handler;

impl Words for Handler {
    async fn join(
        &self,
        first: ByteString,
        rest: Vec<ByteString>,
        separator: ByteString,
    ) -> Result<ByteString, WordsJoinError> {
        if rest.is_empty() {
            return Err(Wrong { message: Some(first) }.into());
        }
        let words: Vec<&str> = rest.iter().map(|word| &**word).collect();
        Ok(format!("{first}{separator}{}", words.join(&separator)).into())
    }

    async fn count(&self, shared: Vec<ByteString>, owned: Vec<String>) -> Result<BTreeMap<ByteString, i32>, Error> {
        let mut counts = BTreeMap::new();
        for word in shared.into_iter().chain(owned.into_iter().map(ByteString::from)) {
            *counts.entry(word).or_default() += 1;
        }
        Ok(counts)
    }
}

#[tokio::test]
async fn services_and_errors_have_them() {
    let client = WordsClient::new(WordsServer::new(Handler));
    assert_eq!(client.join("a", &["b".into(), "c".into()], "-").await.unwrap(), "a-b-c");
    let wrong = client.join("alone", &[], "-").await.unwrap_err();
    assert_eq!(wrong.to_string(), "alone");
    assert_eq!(Refused::new("no".into()).to_string(), "no");
    assert_eq!(Wrong::default().to_string(), "Wrong");
    let counts = client.count(&["a".into()], &["a".to_owned(), "b".to_owned()]).await.unwrap();
    assert_eq!(counts, BTreeMap::from([("a".into(), 2), ("b".into(), 1)]));
}
