//! The handlers of the servers: `Cross` as its IDL says, and as a later version of it; the service beside it.

use crate::generated::{cross, newer};
use cross::{
    Choice, CrossSyncHandler, CrossSyncProcessor, Everything, Id, Level, NamedSyncHandler, NotFound, Refused,
    SecondSyncHandler, SecondSyncProcessor,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Mutex;
use thrift::{OrderedFloat, Result};

/// How many notes are kept.
const KEPT: usize = 1_000;

pub(crate) fn cross() -> CrossSyncProcessor<Handler> {
    CrossSyncProcessor::new(Handler::default())
}

pub(crate) fn second() -> SecondSyncProcessor<Beside> {
    SecondSyncProcessor::new(Beside)
}

pub(crate) fn newer() -> newer::CrossSyncProcessor<Newer> {
    newer::CrossSyncProcessor::new(Newer)
}

#[derive(Default)]
pub(crate) struct Handler {
    notes: Mutex<VecDeque<String>>,
}

impl NamedSyncHandler for Handler {
    fn handle_name(&self) -> Result<String> {
        Ok("cross".to_owned())
    }
}

impl CrossSyncHandler for Handler {
    fn handle_ping(&self) -> Result<()> {
        Ok(())
    }

    fn handle_echo_bool(&self, value: bool) -> Result<bool> {
        Ok(value)
    }

    fn handle_echo_i8(&self, value: i8) -> Result<i8> {
        Ok(value)
    }

    fn handle_echo_i16(&self, value: i16) -> Result<i16> {
        Ok(value)
    }

    fn handle_echo_i32(&self, value: i32) -> Result<i32> {
        Ok(value)
    }

    fn handle_echo_i64(&self, value: i64) -> Result<i64> {
        Ok(value)
    }

    fn handle_echo_double(&self, value: OrderedFloat<f64>) -> Result<OrderedFloat<f64>> {
        Ok(value)
    }

    fn handle_echo_string(&self, value: String) -> Result<String> {
        Ok(value)
    }

    fn handle_echo_binary(&self, value: Vec<u8>) -> Result<Vec<u8>> {
        Ok(value)
    }

    fn handle_echo_level(&self, value: Level) -> Result<Level> {
        Ok(value)
    }

    fn handle_echo_list(&self, value: Vec<i64>) -> Result<Vec<i64>> {
        Ok(value)
    }

    fn handle_echo_set(&self, value: BTreeSet<String>) -> Result<BTreeSet<String>> {
        Ok(value)
    }

    fn handle_echo_map(&self, value: BTreeMap<String, i32>) -> Result<BTreeMap<String, i32>> {
        Ok(value)
    }

    fn handle_echo_choice(&self, value: Choice) -> Result<Choice> {
        Ok(value)
    }

    fn handle_echo_id(&self, value: Id) -> Result<Id> {
        Ok(value)
    }

    fn handle_echo(&self, value: Everything) -> Result<Everything> {
        Ok(value)
    }

    fn handle_nest(&self, value: Everything) -> Result<BTreeMap<Id, BTreeMap<Level, Everything>>> {
        let levels = [Level::LOW, Level(77)].map(|level| (level, value.clone()));
        Ok(BTreeMap::from([(-1, BTreeMap::new()), (0, BTreeMap::from(levels))]))
    }

    fn handle_find(&self, key: String) -> Result<String> {
        if key.starts_with("missing") {
            return Err(NotFound::new(key, 404).into());
        }
        if key.starts_with("refused") {
            return Err(Refused::new(format!("{key} is refused")).into());
        }
        Ok(format!("name of {key}"))
    }

    fn handle_check(&self, code: i32) -> Result<()> {
        if code == 0 { Ok(()) } else { Err(NotFound::new(String::new(), code).into()) }
    }

    fn handle_concat(&self, left: String, right: String) -> Result<String> {
        Ok(format!("{left}+{right}"))
    }

    fn handle_fail(&self) -> Result<String> {
        Err("a handler's error that no client shall see".into())
    }

    fn handle_note(&self, line: String) -> Result<()> {
        let mut notes = self.notes.lock().expect("no handler panics");
        notes.push_back(line);
        if notes.len() > KEPT {
            notes.pop_front();
        }
        Ok(())
    }

    fn handle_notes(&self) -> Result<Vec<String>> {
        Ok(self.notes.lock().expect("no handler panics").iter().cloned().collect())
    }
}

pub(crate) struct Beside;

impl SecondSyncHandler for Beside {
    fn handle_echo_string(&self, value: String) -> Result<String> {
        Ok(format!("second: {value}"))
    }
}

/// Its replies hold what the older client does not know.
pub(crate) struct Newer;

impl newer::NamedSyncHandler for Newer {
    fn handle_name(&self) -> Result<String> {
        Ok("cross".to_owned())
    }
}

impl newer::CrossSyncHandler for Newer {
    fn handle_ping(&self) -> Result<()> {
        Ok(())
    }

    fn handle_echo_level(&self, value: newer::Level) -> Result<newer::Level> {
        Ok(value)
    }

    fn handle_echo_choice(&self, value: newer::Choice) -> Result<newer::Choice> {
        Ok(match value {
            newer::Choice::Text(text) if text == "added" => newer::Choice::Added(vec![1, -2, 3]),
            other => other,
        })
    }

    fn handle_echo(&self, mut value: newer::Everything) -> Result<newer::Everything> {
        value.scalars.added_before = Some("before".to_owned());
        value.scalars.added = Some(added());
        value.added_between = Some(vec![added(), newer::Added::new(None, None, None)]);
        value.added = Some(0.5.into());
        value.inner = value.inner.map(|inner| self.handle_echo(*inner).map(Box::new)).transpose()?;
        Ok(value)
    }

    fn handle_find(&self, key: String) -> Result<String> {
        if key.starts_with("gone") { Err(newer::Gone::new(1).into()) } else { Ok(format!("name of {key}")) }
    }

    fn handle_concat(&self, left: String, right: String, _: newer::Added) -> Result<String> {
        Ok(format!("{left}+{right}+Added"))
    }

    fn handle_added(&self, _: newer::Added) -> Result<String> {
        Ok("added".to_owned())
    }

    fn handle_added_note(&self, _: newer::Added) -> Result<()> {
        Ok(())
    }
}

/// A value with all that a newer version may hold.
pub(crate) fn added() -> newer::Added {
    let inner = newer::Added::new(None, b"inner".to_vec(), None);
    let nested = vec![
        BTreeMap::from([("a".to_owned(), BTreeSet::from([1, 2]))]),
        BTreeMap::new(),
        BTreeMap::from([(String::new(), BTreeSet::new())]),
    ];
    newer::Added::new(nested, vec![0, 1], Box::new(inner))
}
