//! A plot of times by sizes, both on scales of powers of ten.

use std::fmt::Write;

const WIDTH: f64 = 780.0;
const HEIGHT: f64 = 440.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 230.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;
const COLORS: [&str; 14] = [
    "#000000", "#4477aa", "#ee6677", "#228833", "#b8860b", "#66ccee", "#aa3377", "#777777",
    "#004488", "#bb5566", "#44aa99", "#999933", "#882255", "#332288",
];

/// A line of a plot: its name, and milliseconds by numbers of keys.
pub type Line = (String, Vec<(u64, f64)>);

/// Draws lines under a title.
pub fn plot(title: &str, lines: &[Line]) -> String {
    let points = || lines.iter().flat_map(|(_, points)| points);
    let sizes =
        (1e3_f64.log10(), points().map(|(size, _)| (*size as f64).log10()).fold(0.0, f64::max));
    let low = points().map(|(_, ms)| ms.log10()).fold(f64::MAX, f64::min).floor();
    let high = points().map(|(_, ms)| ms.log10()).fold(f64::MIN, f64::max).ceil();
    let x = |size: f64| LEFT + (size - sizes.0) / (sizes.1 - sizes.0) * (WIDTH - LEFT - RIGHT);
    let y = |ms: f64| HEIGHT - BOTTOM - (ms - low) / (high - low) * (HEIGHT - TOP - BOTTOM);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"{LEFT}\" y=\"22\" font-size=\"15\">{title}</text>\n"
    );
    let mut draw = |part: String| svg.push_str(&(part + "\n"));
    for power in low as i32..=high as i32 {
        let at = y(f64::from(power));
        draw(format!(
            "<line x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{:.1}\" y2=\"{at:.1}\" stroke=\"#dddddd\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            at + 4.0,
            milliseconds(power)
        ));
    }
    for power in sizes.0 as i32..=sizes.1.round() as i32 {
        draw(format!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            x(f64::from(power)),
            HEIGHT - BOTTOM + 20.0,
            keys(power)
        ));
    }
    for (i, (name, points)) in lines.iter().enumerate() {
        let color = COLORS[i % COLORS.len()];
        let mut path = String::new();
        for (size, ms) in points {
            let (x, y) = (x((*size as f64).log10()), y(ms.log10()));
            write!(path, "{x:.1},{y:.1} ").expect("to memory");
            draw(format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{color}\"/>"));
        }
        draw(format!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"1.5\"/>",
            path.trim()
        ));
        let at = TOP + 10.0 + 20.0 * i as f64;
        draw(format!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"12\" height=\"4\" fill=\"{color}\"/><text x=\"{:.1}\" y=\"{:.1}\">{name}</text>",
            WIDTH - RIGHT + 16.0,
            at - 5.0,
            WIDTH - RIGHT + 34.0,
            at
        ));
    }
    svg + "</svg>\n"
}

fn milliseconds(power: i32) -> String {
    match power {
        -1 => "0.1 ms".to_owned(),
        0..3 => format!("{} ms", 10_u32.pow(power.unsigned_abs())),
        3.. => format!("{} s", 10_u32.pow((power - 3).unsigned_abs())),
        _ => format!("1e{power} ms"),
    }
}

fn keys(power: i32) -> String {
    match power {
        3..6 => format!("{} k keys", 10_u32.pow((power - 3).unsigned_abs())),
        _ => format!("{} M keys", 10_u32.pow((power - 6).unsigned_abs())),
    }
}
