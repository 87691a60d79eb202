//! The tables of a group: CPU time with the ratio to the reference, and what else was measured.

use std::fmt;

use thrift_bench::table::Table;

use crate::sample::{Sample, median};
use crate::scenario::Shape;

/// What was measured of a group. The first row is the reference.
pub(crate) struct Report {
    pub(crate) title: &'static str,
    pub(crate) shapes: Vec<Shape>,
    pub(crate) rows: Vec<Row>,
}

/// What was measured of a program.
pub(crate) struct Row {
    name: String,
    /// Whether the bounds are for it.
    is_ours: bool,
    /// For each shape the samples of all repetitions, unless one has failed.
    pub(crate) samples: Vec<Result<Vec<Sample>, Failed>>,
}

/// The program has not done its work, or not well.
#[derive(Clone)]
pub(crate) struct Failed;

impl Row {
    pub(crate) fn new(name: &str, is_ours: bool, shapes: usize) -> Self {
        Self { name: name.to_owned(), is_ours, samples: vec![Ok(Vec::new()); shapes] }
    }

    /// What stands behind a figure that is over its bound.
    fn over(&self, figure: f64, bound: Option<f64>) -> String {
        let over = bound.filter(|bound| self.is_ours && figure > *bound);
        over.map_or_else(String::new, |bound| format!(" > {bound}"))
    }

    fn median(&self, column: usize, figure: impl Fn(&Sample) -> f64) -> Option<f64> {
        median(self.samples[column].iter().flatten().map(figure))
    }

    fn has(&self, figure: impl Fn(&Sample) -> f64) -> bool {
        self.samples.iter().flatten().flatten().any(|sample| figure(sample) > 0.0)
    }

    /// The median of the ratios in each repetition: what disturbs one, disturbs both.
    fn ratio<'a>(&'a self, reference: &'a Self, column: usize) -> Option<f64> {
        let samples = |row: &'a Self| row.samples[column].iter().flatten();
        let pairs = samples(self).zip(samples(reference));
        median(pairs.map(|(ours, theirs)| ours.cpu_micros() / theirs.cpu_micros()))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}\n\nµs of CPU per request (ratio)\n\n{}\n{}", self.title, self.cpu(), self.details())
    }
}

impl Report {
    /// How many programs have failed under how many loads.
    pub(crate) fn failures(&self) -> usize {
        self.rows.iter().flat_map(|row| &row.samples).filter(|samples| samples.is_err()).count()
    }

    fn cpu(&self) -> Table {
        let titles: Vec<String> = self.shapes.iter().map(Shape::title).collect();
        let mut table = Table::new(["connections × in flight"].into_iter().chain(titles.iter().map(String::as_str)));
        for row in &self.rows {
            let cells = (0..self.shapes.len()).map(|column| {
                let Some(time) = row.median(column, Sample::cpu_micros) else { return "fails".to_owned() };
                let ratio = row.ratio(&self.rows[0], column);
                let ratio = ratio.map(|it| format!(" ({it:.2}{})", row.over(it, self.shapes[column].bound)));
                number(time) + &ratio.unwrap_or_default()
            });
            table.row(std::iter::once(row.name.clone()).chain(cells));
        }
        if self.shapes.iter().any(|shape| shape.bound.is_some()) {
            let bounds =
                self.shapes.iter().map(|it| it.bound.map_or_else(String::new, |bound| format!("({bound:.2})")));
            table.row(std::iter::once(BOUND.to_owned()).chain(bounds));
        }
        table
    }

    fn details(&self) -> Table {
        let figures = FIGURES.iter().filter(|figure| self.rows.iter().any(|row| row.has(figure.of)));
        let figures: Vec<&Figure> = figures.collect();
        let mut table = Table::new(["load", "program"].into_iter().chain(figures.iter().map(|figure| figure.title)));
        for (column, shape) in self.shapes.iter().enumerate() {
            for row in &self.rows {
                let cells = figures.iter().map(|figure| {
                    let median = row.median(column, figure.of).filter(|median| *median > 0.0);
                    let median = median.map(|median| median / figure.unit);
                    median.map_or_else(String::new, |it| number(it) + &row.over(it, (figure.bound)(shape)))
                });
                table.row([shape.title(), row.name.clone()].into_iter().chain(cells));
            }
            if figures.iter().any(|figure| (figure.bound)(shape).is_some()) {
                let bounds = figures.iter().map(|figure| (figure.bound)(shape).map_or_else(String::new, number));
                table.row([shape.title(), BOUND.to_owned()].into_iter().chain(bounds));
            }
        }
        table
    }
}

/// The last row of a table.
const BOUND: &str = "bound for ours";

/// A column of the second table.
struct Figure {
    title: &'static str,
    of: fn(&Sample) -> f64,
    unit: f64,
    /// In this unit.
    bound: fn(&Shape) -> Option<f64>,
}

const FIGURES: &[Figure] = &[
    figure("requests/s", Sample::rate, 1.0),
    figure("p50, µs", |sample| sample.p50_nanos as f64, 1e3),
    figure("p99, µs", |sample| sample.p99_nanos as f64, 1e3),
    figure("peak, MiB", |sample| sample.peak_bytes as f64, 1024.0 * 1024.0),
    Figure {
        bound: |shape| shape.idle_bound,
        ..figure("each idle connection, KiB", |sample| sample.idle_bytes as f64, 1024.0)
    },
];

const fn figure(title: &'static str, of: fn(&Sample) -> f64, unit: f64) -> Figure {
    Figure { title, of, unit, bound: |_| None }
}

/// With two or three digits.
fn number(number: f64) -> String {
    match number {
        ..1.0 => format!("{number:.2}"),
        ..100.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::GROUPS;

    fn text(report: &Report) -> Vec<String> {
        report.to_string().lines().map(|line| line.replace(' ', "")).collect()
    }

    fn row(name: &str, samples: Vec<Sample>) -> Row {
        Row { samples: vec![Ok(samples)], ..Row::new(name, name.starts_with("ours"), 0) }
    }

    #[test]
    fn ratios_are_of_the_same_repetition() {
        let row = |name, times: [u64; 3]| {
            let sample = |cpu_nanos| Sample { requests: 1, nanos: 1_000_000, cpu_nanos, ..Sample::default() };
            row(name, times.map(sample).to_vec())
        };
        let failed = Row { samples: vec![Err(Failed)], ..Row::new("other", false, 0) };
        let rows = vec![
            row("raw", [1000, 2000, 4000]),
            row("volo", [2000, 3000, 16000]),
            row("ours", [2000, 3000, 16000]),
            row("ours-too", [1000, 2000, 4000]),
            failed,
        ];
        let report = Report { title: "some", shapes: vec![GROUPS[0].shapes[1]], rows };
        let lines = text(&report);
        assert_eq!(report.failures(), 1);
        let expected = [
            "|raw|2.0(1.00)|",
            "|volo|3.0(2.00)|",
            "|ours|3.0(2.00>1.15)|",
            "|ours-too|2.0(1.00)|",
            "|other|fails|",
            "|boundforours|(1.15)|",
        ];
        for line in expected {
            assert!(lines.iter().any(|it| it == line), "{line} in {lines:?}");
        }
    }

    #[test]
    fn idle_connections_have_a_bound_of_their_own() {
        let row = |name, kib: u64| row(name, vec![Sample { idle_bytes: kib << 10, ..Sample::default() }]);
        let idle = GROUPS.iter().find(|group| group.name == "idle").unwrap();
        let rows = vec![row("raw", 12), row("ours", 12), row("ours-too", 9)];
        let lines = text(&Report { title: "some", shapes: idle.shapes.to_vec(), rows });
        for line in ["|raw|12.0|", "|ours|12.0>10|", "|ours-too|9.0|", "|boundforours|10.0|"] {
            assert!(lines.iter().any(|it| it.ends_with(line)), "{line} in {lines:?}");
        }
    }
}
