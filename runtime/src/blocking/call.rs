//! A blocking client's call.

use super::processor::{Immediate, Processor, now};
use crate::arguments::WriteArguments;
use crate::call;
use crate::outcome::{MethodError, ReturnValue};

/// A request that is written but not sent yet.
#[derive(Debug)]
pub struct Call<C>(call::Call<Immediate<C>>);

impl<C: Processor + Clone> Call<C> {
    /// Writes a request.
    pub fn new(channel: &C, method: &'static str, arguments: impl WriteArguments) -> Self {
        Self(call::Call::new(&Immediate(channel.clone()), method, arguments))
    }

    /// Sends the request and waits for the reply.
    ///
    /// # Errors
    /// A declared exception, or whatever else went wrong.
    pub fn reply<T: ReturnValue, E: MethodError>(self) -> Result<T, E> {
        now(self.0.reply())
    }

    /// Sends the request, to which there is no reply.
    ///
    /// # Errors
    /// The request could not be sent.
    pub fn oneway<E: MethodError>(self) -> Result<(), E> {
        now(self.0.oneway())
    }
}
