//! What is not selected allocates nothing.

use crate::selected::footer::{Chunk, Element, Footer, FooterSizes, FooterSummary, FooterVersion, Group, Statistics};
use crate::{COUNTING, counted};
use stats_alloc::Stats;
use thrift_runtime::{binary, compact};

/// A footer as of a file with this many columns, in ten groups of rows.
fn footer(columns: i32) -> Footer {
    let element = |i: i32| Element { r#type: Some(i), ..Element::new(format!("column{i}")) };
    let chunk = |i: i32| Chunk {
        path: Some(format!("some/path/{i}")),
        statistics: Some(Statistics { max: Some(vec![b'm'; 100].into()), ..Statistics::default() }),
        ..Chunk::new(vec![0, 1, i], vec![format!("column{i}")])
    };
    let group = |rows: i64| Group::new((0..columns).map(chunk).collect(), 1 << 40, rows);
    Footer::new(1, (0..columns).map(element).collect(), 100, (0..10).map(group).collect())
}

#[test]
fn what_is_not_selected_allocates_nothing() {
    let _alone = COUNTING.lock();
    let footer = footer(100);
    let (binary, compact) = (binary::to_vec(&footer).unwrap(), compact::to_vec(&footer).unwrap());
    let allocations = |change: &Stats| change.allocations + change.reallocations;

    let (change, [one, other]) = counted(|| {
        [binary::from_slice::<FooterVersion>(&binary), compact::from_slice::<FooterVersion>(&compact)]
            .map(|version| version.unwrap().version)
    });
    assert_eq!((allocations(&change), one, other), (0, 1, 1));

    // The list alone: names stay in the message.
    let (change, summary) =
        counted(|| compact::from_slice::<crate::selected::footer::borrowed::FooterSummary<'_>>(&compact).unwrap());
    assert_eq!((summary.schema.len(), summary.schema[99].name), (100, "column99"));
    // And the default values of two fields that are not there: the owned type has text in both.
    assert_eq!(allocations(&change), 1);
    let (change, summary) = counted(|| binary::from_slice::<FooterSummary>(&binary).unwrap());
    assert_eq!((summary.schema.len(), allocations(&change)), (100, 1 + 100 + 2));
    let (change, sizes) = counted(|| binary::from_slice::<FooterSizes>(&binary).unwrap());
    assert_eq!((sizes.groups.len(), allocations(&change)), (10, 1));

    // A whole one that is borrowed has its lists.
    let (change, _) = counted(|| binary::from_slice::<crate::selected::footer::borrowed::Footer<'_>>(&binary).unwrap());
    assert_eq!(allocations(&change), 1 + 1 + 10 + 10 * 100 * 2);
}
