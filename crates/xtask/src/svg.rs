//! The screen of a terminal as SVG.

use std::fmt::Write;

use vt100::{Color, Screen};

const CELL: f64 = 8.4;
const LINE: f64 = 19.0;
const MARGIN: f64 = 16.0;
const TEXT: &str = "#d6deeb";
const PAPER: &str = "#011627";

/// A command line, and what came of it.
pub(crate) fn draw(command: &str, screen: &Screen) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let mut lines: Vec<Vec<Run>> = vec![vec![
        Run { column: 0, text: "$ ".to_owned(), color: "#7fdbca", bold: false },
        Run { column: 2, text: command.to_owned(), color: TEXT, bold: true },
    ]];
    lines.extend((0..rows).map(|row| runs(screen, row, columns)));
    while lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    let width = f64::from(columns) * CELL + 2.0 * MARGIN;
    let height = lines.len() as f64 * LINE + 2.0 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n\
         <g font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\" xml:space=\"preserve\">\n"
    );
    for (row, runs) in lines.iter().enumerate() {
        let y = MARGIN + (row as f64 + 0.75) * LINE;
        for run in runs {
            let x = MARGIN + f64::from(run.column) * CELL;
            let weight = if run.bold { " font-weight=\"bold\"" } else { "" };
            let (color, text) = (run.color, escaped(&run.text));
            let written = writeln!(
                svg,
                "<text x=\"{x:.1}\" y=\"{y:.1}\" fill=\"{color}\"{weight}>{text}</text>"
            );
            written.expect("writing to memory cannot fail");
        }
    }
    svg + "</g>\n</svg>\n"
}

/// Text of one look.
struct Run {
    column: u16,
    text: String,
    color: &'static str,
    bold: bool,
}

fn runs(screen: &Screen, row: u16, columns: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..columns {
        let Some(cell) = screen.cell(row, column) else { continue };
        if cell.is_wide_continuation() {
            continue;
        }
        let (color, bold) = (color_of(cell.fgcolor(), cell.dim()), cell.bold());
        let text = if cell.has_contents() { cell.contents() } else { " " };
        match runs.last_mut() {
            Some(run) if run.color == color && run.bold == bold => run.text.push_str(text),
            _ => runs.push(Run { column, text: text.to_owned(), color, bold }),
        }
    }
    while runs.last().is_some_and(|run| run.text.trim().is_empty()) {
        runs.pop();
    }
    if let Some(last) = runs.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
    runs
}

fn color_of(color: Color, dim: bool) -> &'static str {
    match color {
        Color::Idx(1 | 9) => "#ef5350",
        Color::Idx(2 | 10) => "#22da6e",
        Color::Idx(3 | 11) => "#ffcb6b",
        Color::Idx(4 | 12) => "#82aaff",
        Color::Idx(5 | 13) => "#c792ea",
        Color::Idx(6 | 14) => "#7fdbca",
        Color::Idx(8) => "#637777",
        _ if dim => "#8090a0",
        _ => TEXT,
    }
}

/// A picture shows no token, be its vault gone or not: scanners would find it for ever.
fn without_secret(text: &str) -> String {
    /// Characters of a token after its prefix.
    const SECRET: usize = 49;
    let hide = |word: &str| match word.rsplit_once('_') {
        Some((prefix, secret)) if secret.len() == SECRET => {
            format!("{prefix}_{}", "•".repeat(SECRET))
        }
        _ => word.to_owned(),
    };
    text.split(' ').map(hide).collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    without_secret(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
