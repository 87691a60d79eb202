//! The workloads: a value, and all that encodes and decodes it.

use ::pilota::thrift::Message;
use thrift::protocol::TSerializable;
use thrift_runtime::codec::{DecodeOwned, Encode};

use crate::generated::apache::{footer as apache_footer, workloads as apache};
use crate::generated::pilota::footer::footer as pilota_footer;
use crate::generated::pilota::workloads::workloads as pilota;
use crate::peer;
use crate::subject::{Original, Protocol, Result, Subject};
use crate::value;

pub(crate) struct Workload {
    pub(crate) subjects: Vec<Subject>,
    /// Bytes in the binary and in the compact protocol.
    pub(crate) sizes: [usize; 2],
}

/// The name of a workload, and what makes it.
pub(crate) type Maker = (&'static str, fn() -> Result<Workload>);

/// The first six have bounds.
pub(crate) const WORKLOADS: [Maker; 13] = [
    ("Small", || {
        let value = Original::new(value::small())?;
        let prost = peer::prost::subjects(peer::prost::Small::from(&*value.value))?;
        workload::<_, apache::Small, pilota::Small>(&value, [prost, peer::ours::borrowed(&value)?])
    }),
    ("Numeric", || {
        let value = Original::new(value::numeric())?;
        let prost = peer::prost::subjects(peer::prost::Numeric::from(&*value.value))?;
        workload::<_, apache::Numeric, pilota::Numeric>(&value, [prost])
    }),
    ("Text", || {
        let value = Original::new(value::text())?;
        let prost = peer::prost::subjects(peer::prost::Text::from(&*value.value))?;
        workload::<_, apache::Text, pilota::Text>(&value, [prost, peer::ours::borrowed(&value)?])
    }),
    ("Nested", || {
        let value = Original::new(value::nested())?;
        let prost = peer::prost::subjects(peer::prost::Nested::from(&*value.value))?;
        workload::<_, apache::Nested, pilota::Nested>(&value, [prost, peer::ours::borrowed(&value)?])
    }),
    ("Lists", || {
        let value = Original::new(value::lists())?;
        let prost = peer::prost::subjects(peer::prost::Lists::from(&*value.value))?;
        workload::<_, apache::Lists, pilota::Lists>(&value, [prost])
    }),
    ("Footer", || {
        let value = Original::new(value::footer::footer())?;
        let others = [peer::parquet::subjects(&value)?, peer::ours::borrowed(&value)?];
        workload::<_, apache_footer::Footer, pilota_footer::Footer>(&value, others)
    }),
    ("Tree", || {
        let value = Original::new(value::more::tree())?;
        workload::<_, apache::Tree, pilota::Tree>(&value, [peer::ours::borrowed(&value)?])
    }),
    ("Wide", || {
        let value = Original::new(value::more::wide())?;
        workload::<_, apache::Wide, pilota::Wide>(&value, [peer::ours::borrowed(&value)?])
    }),
    ("Union", || {
        let value = Original::new(value::more::choices())?;
        workload::<_, apache::Choices, pilota::Choices>(&value, [peer::ours::borrowed(&value)?])
    }),
    ("Maps", || {
        let value = Original::new(value::more::maps())?;
        workload::<_, apache::Maps, pilota::Maps>(&value, [peer::ours::borrowed(&value)?])
    }),
    ("Answer", || {
        let value = Original::new(value::more::answer())?;
        workload::<_, apache::Answer, pilota::Answer>(&value, [peer::ours::borrowed(&value)?])
    }),
    ("Shuffled", || {
        let value = value::nested();
        let shuffled = value::more::Shuffled::of(&value)?;
        let value = Original::sent_as(value, &shuffled)?;
        workload::<_, apache::Nested, pilota::Nested>(&value, [peer::ours::borrowed(&value)?])
    }),
    ("Unknown", || {
        let value = value::nested();
        let value = Original::sent_as(value::more::old(&value), &value)?;
        workload::<_, apache::OldNested, pilota::OldNested>(&value, [peer::ours::borrowed(&value)?])
    }),
];

/// What encodes and decodes a value: we, Apache, pilota, the limits, and others.
fn workload<T, A, P>(value: &Original<T>, others: impl IntoIterator<Item = Vec<Subject>>) -> Result<Workload>
where
    T: Encode + DecodeOwned + Clone + PartialEq + 'static,
    A: TSerializable + 'static,
    P: Message + 'static,
{
    let mut subjects = peer::ours::subjects(value)?;
    subjects.extend(peer::apache::subjects::<A, T>(value)?);
    subjects.extend(peer::pilota::subjects::<P, T>(value)?);
    subjects.extend(others.into_iter().flatten());
    subjects.extend(peer::limit::subjects(value));
    Ok(Workload { subjects, sizes: Protocol::ALL.map(|protocol| value.bytes(protocol).len()) })
}
