//! Documentation comments: which comment is one, and the text without its marks.

/// Whether a comment documents something: `/** … */`, but not one of stars only.
pub(super) fn is_doc(comment: &str) -> bool {
    comment.starts_with("/**") && content(comment).is_some_and(|content| !content.bytes().all(|byte| byte == b'*'))
}

/// The text of a documentation comment; every line ends with `\n`.
///
/// Where all lines after the first begin with blanks and a star, those go; then the blanks that all these lines
/// begin with; then blanks at the end of lines; then a first or last line that is blank.
pub(super) fn clean(comment: &str) -> String {
    let content = content(comment).unwrap_or_default().replace('\r', "");
    let mut lines: Vec<&str> = content.split('\n').collect();
    if lines.len() > 1 && lines.last().is_some_and(|last| is_blank(last)) {
        lines.pop();
    }
    if let Some((first, later)) = lines.split_first_mut() {
        *first = first.trim_start_matches(BLANKS);
        strip_stars(later);
        strip_indent(later);
    }
    let mut text = String::with_capacity(content.len());
    for (number, line) in lines.iter().enumerate() {
        let line = line.trim_end_matches(BLANKS);
        if number > 0 || !line.is_empty() {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

const BLANKS: [char; 2] = [' ', '\t'];

fn content(comment: &str) -> Option<&str> {
    comment.strip_prefix("/**")?.strip_suffix("*/")
}

fn is_blank(line: &str) -> bool {
    line.trim_matches(BLANKS).is_empty()
}

fn indent(line: &str) -> &str {
    line.get(..line.len() - line.trim_start_matches(BLANKS).len()).unwrap_or_default()
}

/// Takes blanks and star from the lines, if all that are not blank begin with the same.
fn strip_stars(lines: &mut [&str]) {
    let Some(prefix) = lines.iter().find(|line| !is_blank(line)).map(|line| indent(line)) else { return };
    let starred = |line: &&str| is_blank(line) || line.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('*'));
    if lines.iter().all(starred) {
        for line in lines {
            *line = line.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('*')).unwrap_or("");
        }
    }
}

/// Takes the blanks that all lines begin with which are not blank.
fn strip_indent(lines: &mut [&str]) {
    let common = lines.iter().filter(|line| !is_blank(line)).map(|line| indent(line).len()).min().unwrap_or(0);
    for line in lines {
        *line = line.get(common..).unwrap_or("");
    }
}
