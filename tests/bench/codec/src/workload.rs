//! The workloads: a value, and all that encodes and decodes it.

use crate::generated::{apache, ours, pilota};
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

pub(crate) const WORKLOADS: [Maker; 6] = [
    ("Small", || {
        let value = value::small();
        let prost = peer::prost::subjects(peer::prost::Small::from(&value))?;
        workload::<_, apache::workloads::Small, pilota::workloads::workloads::Small>(value, |_| Ok(prost))
    }),
    ("Numeric", || {
        let value = value::numeric();
        let prost = peer::prost::subjects(peer::prost::Numeric::from(&value))?;
        workload::<_, apache::workloads::Numeric, pilota::workloads::workloads::Numeric>(value, |_| Ok(prost))
    }),
    ("Text", || {
        let value = value::text();
        let prost = peer::prost::subjects(peer::prost::Text::from(&value))?;
        workload::<_, apache::workloads::Text, pilota::workloads::workloads::Text>(value, |_| Ok(prost))
    }),
    ("Nested", || {
        let value = value::nested();
        let prost = peer::prost::subjects(peer::prost::Nested::from(&value))?;
        workload::<_, apache::workloads::Nested, pilota::workloads::workloads::Nested>(value, |_| Ok(prost))
    }),
    ("Lists", || {
        let value = value::lists();
        let prost = peer::prost::subjects(peer::prost::Lists::from(&value))?;
        workload::<_, apache::workloads::Lists, pilota::workloads::workloads::Lists>(value, |_| Ok(prost))
    }),
    ("Footer", || {
        workload::<ours::footer::Footer, apache::footer::Footer, pilota::footer::footer::Footer>(
            value::footer::footer(),
            peer::parquet::subjects,
        )
    }),
];

/// What encodes and decodes a value: we, Apache, pilota, the limits, and others.
fn workload<T, A, P>(value: T, others: impl FnOnce(&Original<T>) -> Result<Vec<Subject>>) -> Result<Workload>
where
    T: thrift_runtime::Encode + thrift_runtime::DecodeOwned + Clone + PartialEq + 'static,
    A: ::thrift::protocol::TSerializable + 'static,
    P: ::pilota::thrift::Message + 'static,
{
    let original = Original::new(value)?;
    let mut subjects = peer::ours::subjects(&original)?;
    subjects.extend(peer::apache::subjects::<A, T>(&original)?);
    subjects.extend(peer::pilota::subjects::<P, T>(&original)?);
    subjects.extend(others(&original)?);
    subjects.extend(peer::limit::subjects(&original));
    Ok(Workload { subjects, sizes: Protocol::ALL.map(|protocol| original.bytes(protocol).len()) })
}
