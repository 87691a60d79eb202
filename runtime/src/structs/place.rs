//! Keeps large values off the stack of each level of nesting.

/// Runs `make`, which handles a `T` by value, and when that is large in a stack frame of its own: one that is gone before
/// what is in the value is decoded, so that a level of nesting does not hold the stack for a copy.
#[inline(always)]
pub(crate) fn apart<T, R>(make: impl FnOnce() -> R) -> R {
    if const { is_large::<T>() } { in_own_frame(make) } else { make() }
}

/// Runs `make`, which makes a `T` where it is to stay. Only without optimisation is there a copy on the stack.
#[inline(always)]
pub(crate) fn in_place<T, R>(make: impl FnOnce() -> R) -> R {
    if cfg!(debug_assertions) { apart::<T, R>(make) } else { make() }
}

#[inline(never)]
fn in_own_frame<R>(make: impl FnOnce() -> R) -> R {
    make()
}

/// Whether a `T` is so large that a copy of it on the stack of each level counts.
pub(crate) const fn is_large<T>() -> bool {
    size_of::<T>() > 512
}
