//! What the writers of all protocols share: the depth budget, the first error, the end.

use crate::error::EncodeError;
use crate::limits::Limits;
use crate::raw::Writer;

impl<S> Writer<S> {
    /// Ends the message and returns the buffer.
    ///
    /// # Errors
    /// The first error that happened while the message was written, or that it is over the limit of its size. To keep what
    /// was in the buffer before, use [`finish_message`](Self::finish_message).
    pub fn finish(mut self) -> Result<Vec<u8>, EncodeError> {
        self.finish_message()?;
        Ok(self.into_buffer())
    }

    /// Ends the message and begins the next one in the same buffer. On an error the message is taken out of the buffer.
    ///
    /// # Errors
    /// As for [`finish`](Self::finish).
    pub fn finish_message(&mut self) -> Result<(), EncodeError> {
        let (start, limit) = (self.start, self.limits.message_bytes);
        let size = self.buffer().len().saturating_sub(start);
        if size > limit {
            self.keep(EncodeError::MessageTooLarge { size, limit });
        }
        let error = self.error.take();
        if error.is_some() {
            self.buffer().truncate(start);
        }
        self.start = self.buffer().len();
        (self.depth, self.error) = Self::first_level(&self.limits);
        error.map_or(Ok(()), Err)
    }

    /// How many levels may nest in the outermost value, which is a level itself: so that a struct without structs, the
    /// most frequent message, need not be counted. And an error, if there may be no level at all.
    pub(crate) fn first_level(limits: &Limits) -> (u32, Option<EncodeError>) {
        match limits.depth.checked_sub(1) {
            Some(depth) => (depth, None),
            None => (0, Some(EncodeError::Depth { limit: 0 })),
        }
    }

    /// Takes the outermost value, before it is written, for what it is when it is no struct: no level.
    pub(crate) fn without_level(&mut self) {
        (self.depth, self.error) = (self.limits.depth, None);
    }

    /// Takes one level of nesting; false, and an error, when there is none left.
    #[inline(always)]
    pub(crate) fn descend(&mut self) -> bool {
        match self.depth.checked_sub(1) {
            Some(depth) => {
                self.depth = depth;
                true
            }
            None => {
                self.too_deep();
                false
            }
        }
    }

    /// Gives one level of nesting back.
    #[inline(always)]
    pub(crate) fn ascend(&mut self) {
        self.depth = self.depth.wrapping_add(1);
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn too_deep(&mut self) {
        self.keep(EncodeError::Depth { limit: self.limits.depth });
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn too_long(&mut self, len: usize) {
        self.keep(EncodeError::TooLong { len });
    }

    /// Keeps this error, unless there is one already.
    pub(crate) fn keep(&mut self, error: EncodeError) {
        self.error.get_or_insert(error);
    }
}
