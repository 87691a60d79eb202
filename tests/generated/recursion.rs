//! Types that contain themselves.

use crate::golden::recursion::recursion::{Branch, Caused, Chain, Leaf, Level, Node, Ping, Pong, Tree};
use crate::round_trip;

#[test]
fn trees_survive() {
    let leaf = |value| Tree::Leaf(Leaf { value });
    let branch = Branch { left: leaf(1), right: Tree::Nested(Box::new(leaf(2))) };
    let tree = Tree::Branch(Box::new(branch));
    assert_eq!(round_trip(&tree), tree);
}

#[test]
fn lists_survive() {
    let mut node = Node::new(0);
    for value in 1..20 {
        let mut next = Node::new(value);
        next.children = Some(vec![node.clone()]);
        next.next = Some(Box::new(node));
        node = next;
        node.children.as_mut().unwrap().truncate(usize::from(value < 4));
    }
    assert_eq!(round_trip(&node), node);
    let chain = Chain { link: Some(Box::new(Chain { link: None })) };
    assert_eq!(round_trip(&chain), chain);
}

#[test]
fn circles_of_types_survive() {
    let mut ping = Ping::default();
    ping.level = Level { ping: Some(Box::new(Ping::default())) };
    let pong = Pong { ping: ping.clone(), level: None };
    assert_eq!(round_trip(&pong), pong);
}

#[test]
fn an_exception_has_a_cause() {
    let cause = Caused { message: Some("inner".to_owned()), cause: None };
    let caused = Caused { message: Some("outer".to_owned()), cause: Some(Box::new(cause)) };
    assert_eq!(round_trip(&caused).to_string(), "outer");
}
