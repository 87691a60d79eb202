include shared.thrift

namespace rs shared
