//! What becomes of warnings: the user, and the IDL itself, silence them or make errors of them.
//!
//! The first of these that applies counts:
//!
//! 1. its code is denied: an error
//! 2. the IDL allows it, see [`allow`], or its code is allowed: silence
//! 3. all warnings are denied: an error
//! 4. no warnings are wanted: silence
//!
//! Errors stay what they are.

pub mod allow;

use std::fmt;

use crate::diagnostic::{Diagnostic, Severity, codes};
use crate::source::SourceMap;
use crate::syntax::program::Program;
use allow::Allows;

/// The word for all warnings where a code may be named.
pub const WARNINGS: &str = "warnings";

/// What the user says of warnings beside the IDL.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    allowed: Vec<&'static str>,
    denied: Vec<&'static str>,
    deny_warnings: bool,
    /// Silences what nothing else is said of.
    pub nowarn: bool,
}

impl Levels {
    /// Silences the warnings of a code.
    ///
    /// # Errors
    /// When there is no such warning.
    pub fn allow(&mut self, code: &str) -> Result<(), LevelError> {
        self.allowed.push(allowable(code)?);
        Ok(())
    }

    /// Makes errors of the warnings of a code, or of all `warnings`.
    ///
    /// # Errors
    /// When there is no such code.
    pub fn deny(&mut self, code: &str) -> Result<(), LevelError> {
        if code == WARNINGS {
            self.deny_warnings = true;
        } else {
            self.denied.push(codes::find(code).ok_or_else(|| LevelError::unknown(code))?.name);
        }
        Ok(())
    }

    /// Drops the warnings that are silenced and turns the severity of those that are denied. Adds warnings of its own, of
    /// what the IDL allows in vain.
    pub fn apply(&self, diagnostics: &mut Vec<Diagnostic>, sources: &SourceMap, program: &Program) {
        // With an error some warnings may not have been looked for.
        let complete = diagnostics.iter().all(|diagnostic| diagnostic.severity == Severity::Warning);
        let mut allows = Allows::find(sources, program);
        diagnostics.retain_mut(|diagnostic| {
            let allowed = diagnostic.severity == Severity::Warning && allows.allow(diagnostic);
            self.keep(diagnostic, allowed)
        });
        diagnostics.extend(allows.misuse(complete).into_iter().filter_map(|mut diagnostic| {
            let keep = self.keep(&mut diagnostic, false);
            keep.then_some(diagnostic)
        }));
    }

    fn keep(&self, diagnostic: &mut Diagnostic, allowed_by_idl: bool) -> bool {
        if diagnostic.severity == Severity::Error {
            return true;
        }
        let denied = self.denied.contains(&diagnostic.code);
        if !denied && (allowed_by_idl || self.allowed.contains(&diagnostic.code)) {
            return false;
        }
        if denied || self.deny_warnings {
            diagnostic.severity = Severity::Error;
            return true;
        }
        !self.nowarn
    }
}

/// The code of that name, if it is one of warnings.
fn allowable(name: &str) -> Result<&'static str, LevelError> {
    match codes::find(name) {
        Some(code) if code.severity == Severity::Warning => Ok(code.name),
        Some(_) => {
            Err(LevelError { message: format!("`{name}` is an error, and errors cannot be silenced"), help: None })
        }
        None => Err(LevelError::unknown(name)),
    }
}

/// A code that does not exist, or that cannot be silenced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelError {
    message: String,
    help: Option<String>,
}

impl LevelError {
    fn unknown(name: &str) -> Self {
        Self { message: format!("there is no warning `{name}`"), help: codes::did_you_mean(name) }
    }
}

impl fmt::Display for LevelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.help.iter().try_for_each(|help| write!(f, "; {help}"))
    }
}

impl std::error::Error for LevelError {}

#[cfg(test)]
mod tests;
