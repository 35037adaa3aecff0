//! The figures, each with its spread, its bar and whether it is within it.

use std::fmt;

/// What a figure counts.
#[derive(Clone, Copy)]
pub enum Unit {
    Milliseconds,
    Mebibytes,
    Times,
}

impl Unit {
    fn write(self, value: f64) -> String {
        match self {
            Self::Milliseconds if value >= 100.0 => format!("{value:.0} ms"),
            Self::Milliseconds => format!("{value:.1} ms"),
            Self::Mebibytes => format!("{value:.1} MiB"),
            Self::Times => format!("{value:.2} ×"),
        }
    }
}

struct Figure {
    what: String,
    unit: Unit,
    value: f64,
    smallest: f64,
    largest: f64,
    count: usize,
    bar: Option<f64>,
}

/// One line a figure, in the order they were measured.
#[derive(Default)]
pub struct Table(Vec<Figure>);

impl Table {
    /// The median of several runs.
    pub fn median(&mut self, what: &str, unit: Unit, values: &[f64], bar: Option<f64>) {
        self.percentile(50, what, unit, values, bar);
    }

    /// A percentile of the values.
    pub fn percentile(&mut self, percent: usize, what: &str, unit: Unit, values: &[f64], bar: Option<f64>) {
        let sorted = sorted(values);
        let count = sorted.len();
        let value = percentile(percent, values);
        let figure = Figure {
            what: what.into(),
            unit,
            value,
            smallest: sorted[0],
            largest: sorted[count - 1],
            count,
            bar,
        };
        println!("· {what}: {} ({})", unit.write(value), figure.spread());
        self.0.push(figure);
    }

    /// Whether any figure is over its bar.
    pub fn is_over(&self) -> bool {
        self.0.iter().any(Figure::is_over)
    }
}

/// A percentile by nearest rank.
pub fn percentile(percent: usize, values: &[f64]) -> f64 {
    let sorted = sorted(values);
    sorted[(percent * sorted.len()).div_ceil(100).max(1) - 1]
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

impl Figure {
    fn is_over(&self) -> bool {
        self.bar.is_some_and(|bar| self.value > bar)
    }

    fn spread(&self) -> String {
        if self.count == 1 {
            return "once".into();
        }
        format!("{} to {}, {}", self.unit.write(self.smallest), self.unit.write(self.largest), self.count)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = vec![["Figure", "Value", "From, to, of", "Bar", ""].map(str::to_owned)];
        for figure in &self.0 {
            let verdict = match figure.bar {
                None => "",
                Some(_) if figure.is_over() => "over",
                Some(_) => "ok",
            };
            lines.push([
                figure.what.clone(),
                figure.unit.write(figure.value),
                figure.spread(),
                figure.bar.map(|bar| format!("≤ {}", figure.unit.write(bar))).unwrap_or_default(),
                verdict.to_owned(),
            ]);
        }
        let widths: [usize; 5] = std::array::from_fn(|column| {
            lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default()
        });
        lines.insert(1, widths.map(|width| "-".repeat(width)));
        for line in lines {
            for (cell, width) in line.iter().zip(widths) {
                write!(f, "| {cell:width$} ")?;
            }
            writeln!(f, "|")?;
        }
        Ok(())
    }
}
