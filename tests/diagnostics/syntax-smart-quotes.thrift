include “shared.thrift”
