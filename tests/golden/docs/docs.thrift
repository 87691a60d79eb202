/**
 * The file as a whole.
 *
 * With [brackets] and <tags>.
 */
namespace py docs

/**
 * Code that is no Rust:
 *
 *     indented(like, code) {
 *
 * ```
 * fenced(code) -> x;
 * ```
 *
 * A [link to nowhere], <b>bold</b>, an `unclosed tick, http://example.com/a_b?c=d. and https://example.com),
 * a | pipe, a backslash \ and \n, \[x], 1 < 2 > 0, Vec<String>, *stars*, `code <T> [x]`.
 */
struct Documented {
    /** The first field. */
    1: i32 first
    /** ``` */
    2: i32 unclosed_fence
    /** ends with a backslash \ */
    3: i32 backslash
    /// Not documentation.
    4: i32 plain
    /** http:// */
    5: i32 scheme
}

/** One
 *
 *  two
 */
enum Numbers {
    /** The number one. */
    ONE = 1
}

/** A constant. */
const i32 ANSWER = 42

/** A list. */
const list<i32> ANSWERS = [42]

/** An alias. */
typedef i32 Number

/** A union */
union Either {
    /** left */
    1: i32 left
    /** right */
    2: i32 right
}

/** An exception. */
exception Failure {
    /** What happened. */
    1: string message
}

/** A service. */
service Documentation {
    /** A function. */
    void nothing(/** an argument */ 1: i32 a) throws (/** thrown */ 1: Failure failure)
}

/**
 *   Spaces of another kind, and a turn ‮of text.
 * >     let quoted: u8 = "";
 * -     let listed: u8 = "";
 * 1)      let numbered: u8 = "";
 * - - -     let nested: u8 = "";
 * - ```
 *   code in a list
 *   ```
 * ```foo``` bar, x ```<b>` z, ``a ` b``, ~~~ no fence ~~~
 * ````
 * ```
 * still code
 * ````
 */
const i32 NASTY = 1
