namespace javva com.example
namespace Python example
namespace py.twisted example
namespace fortran example
namespace rust_ example
