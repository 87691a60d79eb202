include "include/broken.thrift"
include "include/../include/broken.thrift"
