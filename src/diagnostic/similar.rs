//! "Did you mean": the word that was probably meant.

/// The candidate that is so close to `word` that it was probably meant.
///
/// Up to a third of the letters may be wrong, missing, too many or exchanged with their neighbour; case does not count.
pub fn similar<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= word.len().max(candidate.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits from one to the other, where the exchange of two neighbours is one (optimal string alignment).
fn distance(word: &[char], candidate: &str) -> usize {
    let candidate: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
    if word.len().abs_diff(candidate.len()) > word.len().max(candidate.len()) / 3 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=candidate.len()).collect();
    for (i, &a) in word.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &b) in candidate.iter().enumerate() {
            let replaced = above.get(j).copied().unwrap_or(0) + usize::from(a != b);
            let removed = above.get(j + 1).copied().unwrap_or(0) + 1;
            let added = row.last().copied().unwrap_or(0) + 1;
            let mut best = replaced.min(removed).min(added);
            let neighbours =
                i.checked_sub(1).and_then(|i| word.get(i)).zip(j.checked_sub(1).and_then(|j| candidate.get(j)));
            if neighbours == Some((&b, &a)) {
                best = best.min(before.get(j - 1).copied().unwrap_or(0) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::similar;

    #[test]
    fn finds_what_was_meant() {
        let keywords = ["struct", "service", "enum", "required", "optional", "i32"];
        for (word, meant) in [
            ("strcut", Some("struct")),
            ("stuct", Some("struct")),
            ("Struct", Some("struct")),
            ("servce", Some("service")),
            ("enumm", Some("enum")),
            ("requird", Some("required")),
            ("otpional", Some("optional")),
            ("i23", Some("i32")),
            ("int", None),
            ("message", None),
            ("", None),
        ] {
            assert_eq!(similar(word, keywords), meant, "{word}");
        }
    }
}
