include "include-cycle-itself.thrift"
