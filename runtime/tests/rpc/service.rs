//! The services of the store, as they are generated.

#![allow(clippy::manual_async_fn, reason = "as in the `mod.rs` that is generated beside it")]

use super::store::{Item, NotFound};

/// Handler trait.
pub trait Base: ::core::marker::Send + ::core::marker::Sync + 'static {
    fn ping(
        &self,
    ) -> impl ::core::future::Future<Output = ::core::result::Result<(), ::thrift_runtime::Error>> + ::core::marker::Send;
}

/// Handler trait.
pub trait Store: Base {
    fn find(
        &self,
        id: i64,
        name: String,
    ) -> impl ::core::future::Future<Output = ::core::result::Result<Item, StoreFindError>> + ::core::marker::Send;
    fn forget(
        &self,
        id: i64,
    ) -> impl ::core::future::Future<Output = ::core::result::Result<(), ::thrift_runtime::Error>> + ::core::marker::Send;
}

/// Answers requests for a [`Base`] by a handler.
#[derive(Debug)]
pub struct BaseServer<H> {
    handler: ::std::sync::Arc<H>,
}
impl<H> ::core::clone::Clone for BaseServer<H> {
    fn clone(&self) -> Self {
        Self { handler: ::core::clone::Clone::clone(&self.handler) }
    }
}
impl<H: Base> BaseServer<H> {
    pub fn new(handler: H) -> Self {
        Self { handler: ::std::sync::Arc::new(handler) }
    }
    #[doc(hidden)]
    pub fn dispatch<'h>(
        handler: &'h H,
        request: ::thrift_runtime::codegen::Request<'_>,
    ) -> ::thrift_runtime::codegen::ReplyFuture<'h> {
        match request.method() {
            "ping" => request.call(move |_: BasePingArgs| handler.ping()),
            _ => request.unknown_method(),
        }
    }
}
impl<H: Base> ::thrift_runtime::codegen::Processor for BaseServer<H> {
    fn process<'h>(
        &'h self,
        request: ::thrift_runtime::codegen::Request<'_>,
    ) -> ::thrift_runtime::codegen::ReplyFuture<'h> {
        Self::dispatch(&self.handler, request)
    }
}

/// Answers requests for a [`Store`] by a handler.
#[derive(Debug)]
pub struct StoreServer<H> {
    handler: ::std::sync::Arc<H>,
}
impl<H> ::core::clone::Clone for StoreServer<H> {
    fn clone(&self) -> Self {
        Self { handler: ::core::clone::Clone::clone(&self.handler) }
    }
}
impl<H: Store> StoreServer<H> {
    pub fn new(handler: H) -> Self {
        Self { handler: ::std::sync::Arc::new(handler) }
    }
    #[doc(hidden)]
    pub fn dispatch<'h>(
        handler: &'h H,
        request: ::thrift_runtime::codegen::Request<'_>,
    ) -> ::thrift_runtime::codegen::ReplyFuture<'h> {
        match request.method() {
            "find" => request.call(move |args: StoreFindArgs| handler.find(args.id, args.name)),
            "forget" => request.oneway(move |args: StoreForgetArgs| handler.forget(args.id)),
            _ => BaseServer::dispatch(handler, request),
        }
    }
}
impl<H: Store> ::thrift_runtime::codegen::Processor for StoreServer<H> {
    fn process<'h>(
        &'h self,
        request: ::thrift_runtime::codegen::Request<'_>,
    ) -> ::thrift_runtime::codegen::ReplyFuture<'h> {
        Self::dispatch(&self.handler, request)
    }
}

struct BasePingArgs {}
impl<'de> ::thrift_runtime::codegen::Decode<'de> for BasePingArgs {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    const IN_PLACE: bool = true;
    fn blank() -> Self {
        Self {}
    }
    fn decode_into<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        input: &mut P,
    ) -> ::thrift_runtime::codegen::Result<()> {
        let s = ::thrift_runtime::codegen::StructReader::new(input)?;
        s.end(self)
    }
}
impl<'de> ::thrift_runtime::codegen::DecodeStruct<'de> for BasePingArgs {
    const NAME: &'static str = "ping_args";
    const REQUIRED: &'static [&'static str] = &[];
    type Seen = u64;
    fn field<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        s: &mut ::thrift_runtime::codegen::Rest<'_, P, Self::Seen>,
        f: ::thrift_runtime::codegen::Field,
    ) -> ::thrift_runtime::codegen::Result<()> {
        s.skip(f)
    }
}
struct BasePingArgsRef {}
impl ::thrift_runtime::codegen::Encode for BasePingArgsRef {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    fn encode<P: ::thrift_runtime::codegen::OutputProtocol>(&self, out: &mut P) {
        let s = ::thrift_runtime::codegen::StructWriter::new(out, 1);
        s.end()
    }
}

struct StoreFindArgs {
    id: i64,
    name: String,
}
impl<'de> ::thrift_runtime::codegen::Decode<'de> for StoreFindArgs {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    const IN_PLACE: bool = true;
    fn blank() -> Self {
        Self { id: ::thrift_runtime::codegen::blank(), name: ::thrift_runtime::codegen::blank() }
    }
    fn decode_into<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        input: &mut P,
    ) -> ::thrift_runtime::codegen::Result<()> {
        let mut s = ::thrift_runtime::codegen::StructReader::new(input)?;
        s.required(0, 1, &mut self.id)?;
        s.required(1, 2, &mut self.name)?;
        s.end(self)
    }
}
impl<'de> ::thrift_runtime::codegen::DecodeStruct<'de> for StoreFindArgs {
    const NAME: &'static str = "find_args";
    const REQUIRED: &'static [&'static str] = &[];
    type Seen = u64;
    fn field<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        s: &mut ::thrift_runtime::codegen::Rest<'_, P, Self::Seen>,
        f: ::thrift_runtime::codegen::Field,
    ) -> ::thrift_runtime::codegen::Result<()> {
        match f.id {
            1 => s.required(f, 0, &mut self.id),
            2 => s.required(f, 1, &mut self.name),
            _ => s.skip(f),
        }
    }
}
struct StoreFindArgsRef<'a> {
    id: i64,
    name: &'a str,
}
impl ::thrift_runtime::codegen::Encode for StoreFindArgsRef<'_> {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    fn encode<P: ::thrift_runtime::codegen::OutputProtocol>(&self, out: &mut P) {
        let mut s = ::thrift_runtime::codegen::StructWriter::new(out, 19);
        s.field(1, &self.id);
        s.field(2, &self.name);
        s.end()
    }
}

struct StoreForgetArgs {
    id: i64,
}
impl<'de> ::thrift_runtime::codegen::Decode<'de> for StoreForgetArgs {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    const IN_PLACE: bool = true;
    fn blank() -> Self {
        Self { id: ::thrift_runtime::codegen::blank() }
    }
    fn decode_into<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        input: &mut P,
    ) -> ::thrift_runtime::codegen::Result<()> {
        let mut s = ::thrift_runtime::codegen::StructReader::new(input)?;
        s.required(0, 1, &mut self.id)?;
        s.end(self)
    }
}
impl<'de> ::thrift_runtime::codegen::DecodeStruct<'de> for StoreForgetArgs {
    const NAME: &'static str = "forget_args";
    const REQUIRED: &'static [&'static str] = &[];
    type Seen = u64;
    fn field<P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        &mut self,
        s: &mut ::thrift_runtime::codegen::Rest<'_, P, Self::Seen>,
        f: ::thrift_runtime::codegen::Field,
    ) -> ::thrift_runtime::codegen::Result<()> {
        match f.id {
            1 => s.required(f, 0, &mut self.id),
            _ => s.skip(f),
        }
    }
}
struct StoreForgetArgsRef {
    id: i64,
}
impl ::thrift_runtime::codegen::Encode for StoreForgetArgsRef {
    const TYPE: ::thrift_runtime::codegen::WireType = ::thrift_runtime::codegen::WireType::Struct;
    fn encode<P: ::thrift_runtime::codegen::OutputProtocol>(&self, out: &mut P) {
        let mut s = ::thrift_runtime::codegen::StructWriter::new(out, 12);
        s.field(1, &self.id);
        s.end()
    }
}

#[derive(Debug)]
pub enum StoreFindError {
    NotFound(NotFound),
    Other(::thrift_runtime::Error),
}
impl ::core::fmt::Display for StoreFindError {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self {
            Self::NotFound(exception) => ::core::fmt::Display::fmt(exception, f),
            Self::Other(error) => ::core::fmt::Display::fmt(error, f),
        }
    }
}
impl ::core::error::Error for StoreFindError {
    fn source(&self) -> ::core::option::Option<&(dyn ::core::error::Error + 'static)> {
        match self {
            Self::NotFound(exception) => ::core::option::Option::Some(exception),
            Self::Other(error) => ::core::option::Option::Some(error),
        }
    }
}
impl ::core::convert::From<NotFound> for StoreFindError {
    fn from(exception: NotFound) -> Self {
        Self::NotFound(exception)
    }
}
impl ::core::convert::From<::thrift_runtime::Error> for StoreFindError {
    fn from(error: ::thrift_runtime::Error) -> Self {
        Self::Other(error)
    }
}
impl ::thrift_runtime::codegen::MethodError for StoreFindError {
    fn encode<P: ::thrift_runtime::codegen::OutputProtocol>(
        self,
        s: &mut ::thrift_runtime::codegen::StructWriter<'_, P>,
    ) -> ::core::result::Result<(), ::thrift_runtime::Error> {
        match self {
            Self::NotFound(exception) => s.field(1, &exception),
            Self::Other(error) => return ::core::result::Result::Err(error),
        }
        ::core::result::Result::Ok(())
    }
    fn decode<'de, P: ::thrift_runtime::codegen::InputProtocol<'de>>(
        s: &mut ::thrift_runtime::codegen::Rest<'_, P>,
        f: ::thrift_runtime::codegen::Field,
    ) -> ::thrift_runtime::codegen::Result<::core::option::Option<Self>> {
        match f.id {
            1 => ::core::result::Result::Ok(s.take(f)?.map(Self::NotFound)),
            _ => s.skip(f).map(|()| ::core::option::Option::None),
        }
    }
}

#[derive(Clone, Debug)]
pub struct BaseClient<C> {
    channel: C,
}
impl<C: ::thrift_runtime::codegen::Processor + ::core::clone::Clone> BaseClient<C> {
    pub fn new(channel: C) -> Self {
        Self { channel }
    }
    pub fn ping(
        &self,
    ) -> impl ::core::future::Future<Output = ::core::result::Result<(), ::thrift_runtime::Error>>
    + ::core::marker::Send
    + use<C> {
        ::thrift_runtime::codegen::Call::new(self.channel(), "ping", &BasePingArgsRef {}).reply()
    }
    #[doc(hidden)]
    pub fn channel(&self) -> &C {
        &self.channel
    }
}
::thrift_runtime::codegen::connect!(BaseClient);

#[derive(Clone, Debug)]
pub struct StoreClient<C> {
    base: BaseClient<C>,
}
impl<C: ::thrift_runtime::codegen::Processor + ::core::clone::Clone> StoreClient<C> {
    pub fn new(channel: C) -> Self {
        Self { base: BaseClient::new(channel) }
    }
    pub fn find(
        &self,
        id: i64,
        name: &str,
    ) -> impl ::core::future::Future<Output = ::core::result::Result<Item, StoreFindError>> + ::core::marker::Send + use<C>
    {
        ::thrift_runtime::codegen::Call::new(self.base.channel(), "find", &StoreFindArgsRef { id, name }).reply()
    }
    pub fn forget(
        &self,
        id: i64,
    ) -> impl ::core::future::Future<Output = ::core::result::Result<(), ::thrift_runtime::Error>>
    + ::core::marker::Send
    + use<C> {
        ::thrift_runtime::codegen::Call::new(self.base.channel(), "forget", &StoreForgetArgsRef { id }).oneway()
    }
    #[doc(hidden)]
    pub fn channel(&self) -> &C {
        self.base.channel()
    }
}
impl<C> ::core::ops::Deref for StoreClient<C> {
    type Target = BaseClient<C>;
    fn deref(&self) -> &Self::Target {
        &self.base
    }
}
::thrift_runtime::codegen::connect!(StoreClient);
