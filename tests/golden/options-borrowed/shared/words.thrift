// All that it has of text is typedefs.
namespace rs words

typedef string Word
typedef list<binary> Parts
