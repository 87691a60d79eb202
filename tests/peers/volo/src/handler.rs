//! The handlers of the servers: `Cross` as its IDL says, and as a later version of it.

use crate::generated::cross::{
    Choice, Cross, CrossCheckException, CrossFindException, Everything, Id, Level, NotFound, Refused,
};
use crate::generated::newer;
use pilota::{AHashMap, AHashSet, Bytes, FastStr};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use volo_thrift::{MaybeException, ServerError};

/// How many notes are kept.
const KEPT: usize = 1_000;

type Answer<T> = Result<T, ServerError>;

#[derive(Clone, Default)]
pub(crate) struct Handler {
    notes: Arc<Mutex<VecDeque<FastStr>>>,
}

impl Cross for Handler {
    async fn name(&self) -> Answer<FastStr> {
        Ok("cross".into())
    }

    async fn ping(&self) -> Answer<()> {
        Ok(())
    }

    async fn echo_bool(&self, value: bool) -> Answer<bool> {
        Ok(value)
    }

    async fn echo_i8(&self, value: i8) -> Answer<i8> {
        Ok(value)
    }

    async fn echo_i16(&self, value: i16) -> Answer<i16> {
        Ok(value)
    }

    async fn echo_i32(&self, value: i32) -> Answer<i32> {
        Ok(value)
    }

    async fn echo_i64(&self, value: i64) -> Answer<i64> {
        Ok(value)
    }

    async fn echo_double(&self, value: f64) -> Answer<f64> {
        Ok(value)
    }

    async fn echo_string(&self, value: FastStr) -> Answer<FastStr> {
        Ok(value)
    }

    async fn echo_binary(&self, value: Bytes) -> Answer<Bytes> {
        Ok(value)
    }

    async fn echo_level(&self, value: Level) -> Answer<Level> {
        Ok(value)
    }

    async fn echo_list(&self, value: Vec<i64>) -> Answer<Vec<i64>> {
        Ok(value)
    }

    async fn echo_set(&self, value: AHashSet<FastStr>) -> Answer<AHashSet<FastStr>> {
        Ok(value)
    }

    async fn echo_map(&self, value: AHashMap<FastStr, i32>) -> Answer<AHashMap<FastStr, i32>> {
        Ok(value)
    }

    async fn echo_choice(&self, value: Choice) -> Answer<Choice> {
        Ok(value)
    }

    async fn echo_id(&self, value: Id) -> Answer<Id> {
        Ok(value)
    }

    async fn echo(&self, value: Everything) -> Answer<Everything> {
        Ok(value)
    }

    async fn nest(&self, value: Everything) -> Answer<AHashMap<Id, AHashMap<Level, Everything>>> {
        let levels = [Level::LOW, Level::from(77)].map(|level| (level, value.clone()));
        Ok(AHashMap::from_iter([(Id(-1), AHashMap::new()), (Id(0), AHashMap::from_iter(levels))]))
    }

    async fn find(&self, key: FastStr) -> Answer<MaybeException<FastStr, CrossFindException>> {
        if key.starts_with("missing") {
            let missing = NotFound { key: Some(key), code: Some(404) };
            return Ok(MaybeException::Exception(CrossFindException::NotFound(missing)));
        }
        if key.starts_with("refused") {
            let refused = Refused { message: Some(format!("{key} is refused").into()) };
            return Ok(MaybeException::Exception(CrossFindException::Refused(refused)));
        }
        Ok(MaybeException::Ok(format!("name of {key}").into()))
    }

    async fn check(&self, code: i32) -> Answer<MaybeException<(), CrossCheckException>> {
        if code == 0 {
            return Ok(MaybeException::Ok(()));
        }
        let missing = NotFound { key: Some(FastStr::empty()), code: Some(code) };
        Ok(MaybeException::Exception(CrossCheckException::NotFound(missing)))
    }

    async fn concat(&self, left: FastStr, right: FastStr) -> Answer<FastStr> {
        tokio::task::yield_now().await;
        Ok(format!("{left}+{right}").into())
    }

    async fn fail(&self) -> Answer<FastStr> {
        Err(anyhow::anyhow!("a handler's error that no client shall see").into())
    }

    async fn note(&self, line: FastStr) -> Answer<()> {
        let mut notes = self.notes.lock().expect("no handler panics");
        notes.push_back(line);
        if notes.len() > KEPT {
            notes.pop_front();
        }
        Ok(())
    }

    async fn notes(&self) -> Answer<Vec<FastStr>> {
        Ok(self.notes.lock().expect("no handler panics").iter().cloned().collect())
    }
}

/// Its replies hold what the older client does not know.
#[derive(Clone)]
pub(crate) struct Newer;

impl newer::Cross for Newer {
    async fn name(&self) -> Answer<FastStr> {
        Ok("cross".into())
    }

    async fn ping(&self) -> Answer<()> {
        Ok(())
    }

    async fn echo_level(&self, value: newer::Level) -> Answer<newer::Level> {
        Ok(value)
    }

    async fn echo_choice(&self, value: newer::Choice) -> Answer<newer::Choice> {
        Ok(match value {
            newer::Choice::Text(text) if text == "added" => newer::Choice::Added(vec![1, -2, 3]),
            other => other,
        })
    }

    async fn echo(&self, mut value: newer::Everything) -> Answer<newer::Everything> {
        let mut level = Some(&mut value);
        while let Some(value) = level {
            value.scalars.added_before = Some("before".into());
            value.scalars.added = Some(added());
            value.added_between = Some(vec![added(), newer::Added::default()]);
            value.added = Some(0.5);
            level = value.inner.as_deref_mut();
        }
        Ok(value)
    }

    async fn find(&self, key: FastStr) -> Answer<MaybeException<FastStr, newer::CrossFindException>> {
        if key.starts_with("gone") {
            let gone = newer::Gone { added: Some(1) };
            return Ok(MaybeException::Exception(newer::CrossFindException::Added(gone)));
        }
        Ok(MaybeException::Ok(format!("name of {key}").into()))
    }

    async fn concat(&self, left: FastStr, right: FastStr, _: newer::Added) -> Answer<FastStr> {
        Ok(format!("{left}+{right}+Added").into())
    }

    async fn added(&self, _: newer::Added) -> Answer<FastStr> {
        Ok("added".into())
    }

    async fn added_note(&self, _: newer::Added) -> Answer<()> {
        Ok(())
    }
}

/// A value with all that a newer version may hold.
pub(crate) fn added() -> newer::Added {
    let inner = newer::Added { nested: None, bytes: Some("inner".into()), inner: None };
    let numbers = AHashSet::from_iter([1, 2]);
    newer::Added {
        nested: Some(vec![
            AHashMap::from_iter([("a".into(), numbers)]),
            AHashMap::new(),
            AHashMap::from_iter([(FastStr::empty(), AHashSet::new())]),
        ]),
        bytes: Some(Bytes::from_static(b"\0\x01")),
        inner: Some(Box::new(inner)),
    }
}
