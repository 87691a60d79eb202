namespace go github.com/some/one-else
namespace rb Some::One
namespace php Some\One
namespace js one-else
namespace rs some-one
