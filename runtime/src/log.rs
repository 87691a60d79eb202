//! Log lines as events of the `tracing` crate; nothing without the feature.

/// `log!(WARN, "format", arguments…)`
macro_rules! log {
    ($level:ident, $($line:tt)+) => {{
        #[cfg(feature = "tracing")]
        ::tracing::event!(::tracing::Level::$level, $($line)+);
        #[cfg(not(feature = "tracing"))]
        let _ = ::core::format_args!($($line)+);
    }};
}

pub(crate) use log;
