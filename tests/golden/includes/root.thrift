namespace rs app.api
namespace py app

include "shared/common.thrift"
include "foo-bar.baz.thrift"
include "loop.thrift"
include "common.thrift"

struct Root {
    1: required common.Shared shared
    2: list<common.Level> levels
    3: loop.Type kind = loop.Type.loop
    4: common.Level level = common.Level.HIGH
    5: common.Local local
    6: optional common.Shared fallback = common.DEFAULT
}

const common.Shared DEFAULT = common.DEFAULT
const i32 LIMIT = common.LIMIT

service Api extends common.Base {
    common.Shared get(1: common.Shared shared) throws (1: common.Failure failure)
}
