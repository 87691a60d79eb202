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
    /// For each shape the samples of all repetitions, unless one has failed.
    pub(crate) samples: Vec<Result<Vec<Sample>, Failed>>,
}

/// The program has not done its work, or not well.
#[derive(Clone)]
pub(crate) struct Failed;

impl Row {
    pub(crate) fn new(name: &str, shapes: usize) -> Self {
        Self { name: name.to_owned(), samples: vec![Ok(Vec::new()); shapes] }
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
                let ratio = row.ratio(&self.rows[0], column).map(|ratio| format!(" ({ratio:.2})"));
                number(time) + &ratio.unwrap_or_default()
            });
            table.row(std::iter::once(row.name.clone()).chain(cells));
        }
        if self.shapes.iter().any(|shape| shape.bound.is_some()) {
            let bounds =
                self.shapes.iter().map(|it| it.bound.map_or_else(String::new, |bound| format!("({bound:.2})")));
            table.row(std::iter::once("bound for ours".to_owned()).chain(bounds));
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
                    median.map_or_else(String::new, |median| number(median / figure.unit))
                });
                table.row([shape.title(), row.name.clone()].into_iter().chain(cells));
            }
        }
        table
    }
}

/// A column of the second table.
struct Figure {
    title: &'static str,
    of: fn(&Sample) -> f64,
    unit: f64,
}

const FIGURES: &[Figure] = &[
    Figure { title: "requests/s", of: Sample::rate, unit: 1.0 },
    Figure { title: "p50, µs", of: |sample| sample.p50_nanos as f64, unit: 1e3 },
    Figure { title: "p99, µs", of: |sample| sample.p99_nanos as f64, unit: 1e3 },
    Figure { title: "peak, MiB", of: |sample| sample.peak_bytes as f64, unit: 1024.0 * 1024.0 },
    Figure { title: "each idle connection, KiB", of: |sample| sample.idle_bytes as f64, unit: 1024.0 },
];

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

    #[test]
    fn ratios_are_of_the_same_repetition() {
        let row = |name, times: [u64; 3]| {
            let sample = |cpu_nanos| Sample { requests: 1, nanos: 1_000_000, cpu_nanos, ..Sample::default() };
            Row { name: String::from(name), samples: vec![Ok(times.map(sample).to_vec())] }
        };
        let failed = Row { name: "other".to_owned(), samples: vec![Err(Failed)] };
        let rows = vec![row("raw", [1000, 2000, 4000]), row("ours", [2000, 3000, 16000]), failed];
        let report = Report { title: "some", shapes: vec![GROUPS[0].shapes[1]], rows };
        let text = report.to_string();
        assert_eq!(report.failures(), 1);
        let lines: Vec<String> = text.lines().map(|line| line.replace(' ', "")).collect();
        for line in ["|raw|2.0(1.00)|", "|ours|3.0(2.00)|", "|other|fails|", "|boundforours|(1.15)|"] {
            assert!(lines.iter().any(|it| it == line), "{line} in {text}");
        }
    }
}
