include "include/nowhere.thrift"
include "/nowhere/absolute.thrift"
include ""
